"""Erasure leaves nothing on the disk."""

import pytest
from kit.stored import in_
from sqlalchemy import select

from bot.channels.port import Arrival
from bot.demo.rehearsal import Rehearsal
from bot.engine.model import Channel, Kind
from bot.messaging.receive import receive
from bot.store import facts
from bot.store.database import PRAGMAS
from bot.store.tables import answers, consents, contacts, outbox

# Erasure leaves nothing (law 7)

CANARIES = ("the mould is green as a parakeet", "my landlord laughed at the parakeet", "a parakeet in the stairwell")


def bytes_on_disk(rehearsal: Rehearsal) -> bytes:
    """Everything in the data folder: database, write-ahead log and its index."""
    folder = rehearsal.installation.database.folder()
    assert folder is not None
    files = sorted(folder.iterdir())
    assert files[0].name == "openear.db"
    return b"".join(one.read_bytes() for one in files)


def ciphertexts(rehearsal: Rehearsal) -> list[bytes]:
    """Whatever is stored encrypted: stories, evidence, addresses, what waits to be sent."""
    columns = (answers.c.body, consents.c.evidence, contacts.c.address, outbox.c.body, outbox.c.address)
    with rehearsal.installation.database.read() as connection:
        found = [row[0] for column in columns for row in connection.execute(select(column)).all()]
    return [one for one in found if one]


def nowhere(needles: list[bytes], hay: bytes) -> bool:
    """Whether no 16 bytes in a row of any needle are left: overflow pages cut a long ciphertext apart."""
    return not any(one[at : at + 16] in hay for one in needles for at in range(0, max(1, len(one) - 16), 16))


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("length", [1, 400], ids=["short texts", "texts over several pages"])
def test_delete_leaves_no_byte_of_words_or_ciphertext_in_database_and_log(channel: Channel, length: int) -> None:
    rehearsal = Rehearsal(channel)
    rehearsal.say(CANARIES[0] * length)
    rehearsal.say("YES")
    for words in CANARIES[1:]:
        rehearsal.say(words * length)
        rehearsal.wait("4m")
    sealed = ciphertexts(rehearsal)
    assert len(sealed) > 6
    on_disk = bytes_on_disk(rehearsal)
    assert all(one[:40] in on_disk for one in sealed), "this test finds what is there"
    assert b"parakeet" not in on_disk, "words are never stored as they are"
    rehearsal.say("DELETE")
    sealed += ciphertexts(rehearsal)
    assert [one.key for one in rehearsal.say("YES")] == ["deleted"]
    waiting = ciphertexts(rehearsal)  # the confirmation itself, and where it goes
    gone = [one for one in sealed if one not in waiting]
    assert len(gone) >= len(sealed) - 1
    after = bytes_on_disk(rehearsal)
    assert nowhere(gone, after)
    assert b"parakeet" not in after
    assert rehearsal.sender.encode() not in after
    rehearsal.close()


@pytest.mark.parametrize("ending", ["NO", "STOP", "a day"])
def test_words_that_never_got_a_yes_leave_no_byte_either(ending: str) -> None:
    rehearsal = Rehearsal()
    rehearsal.say(CANARIES[0])
    with rehearsal.installation.database.read() as connection:
        held = [row[0] for row in connection.execute(select(answers.c.body)).all()]
    assert len(held) == 1
    if ending == "a day":
        rehearsal.wait("25h")
    else:
        rehearsal.say(ending)
    rehearsal.installation.database.scrub()  # as the worker does while `facts.SCRUB` asks for it
    with rehearsal.installation.read() as tx:
        assert facts.get(tx, facts.SCRUB) == "1"
    assert nowhere(held, bytes_on_disk(rehearsal))
    rehearsal.close()


def test_a_reader_in_the_way_delays_the_scrubbing_and_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, "busy_timeout", 20)  # milliseconds, in place of five seconds
    rehearsal = Rehearsal()
    database = rehearsal.installation.database
    rehearsal.say(CANARIES[0])
    rehearsal.say("YES")
    sealed = ciphertexts(rehearsal)
    rehearsal.say("DELETE")
    with database.read() as reading:
        facts.get(in_(reading), "anything")
        rehearsal.say("YES")
    with database.read() as reading:
        assert facts.get(in_(reading), facts.SCRUB) == "1", "the worker will try again"
    assert database.scrub()
    left = ciphertexts(rehearsal)
    assert nowhere([one for one in sealed if one not in left], bytes_on_disk(rehearsal))
    rehearsal.close()


def test_a_message_that_comes_again_after_erasure_brings_nothing_back() -> None:
    rehearsal = Rehearsal()
    story = Arrival(
        channel=Channel.SMS, key="SM1", message="SM1", sender=rehearsal.sender, kind=Kind.TEXT, text=CANARIES[0]
    )
    assert receive(rehearsal.installation, story)
    for words in ("YES", "DELETE", "YES"):
        rehearsal.say(words)
    assert not receive(rehearsal.installation, story)
    with rehearsal.installation.database.read() as connection:
        assert connection.execute(select(answers)).all() == []
    rehearsal.close()
