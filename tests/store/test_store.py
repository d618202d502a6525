"""The store: encryption, the key file, the database, ids and moments, and what erasure leaves behind."""

import itertools
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, text, update

from bot.channels.port import Arrival
from bot.demo.rehearsal import Rehearsal
from bot.engine.model import Channel, Kind
from bot.errors import DecryptionError, KeyringError, UnavailableError
from bot.messaging.receive import receive
from bot.store import facts, keyring
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.ids import new_id, public_id
from bot.store.moments import from_micros, to_micros
from bot.store.tables import answers, consents, contacts, metadata, outbox
from bot.store.tables import facts as facts_table
from bot.store.transaction import Transaction

PLACE = "answers.body"
STORY = "The lift has been broken since August — żółć, மழை, 🌧️"
profile = settings(derandomize=True, database=None, deadline=None)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    path = tmp_path_factory.mktemp("keys") / "openear.keys"
    keyring.make(path)
    return keyring.read(path)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'data' / 'openear.db'}")
    metadata.create_all(found.engine)
    yield found
    found.close()


# Encryption


def test_what_was_encrypted_is_read_again(keys: Keys) -> None:
    for words in (STORY, "", "\0", "x" * 100_000):
        assert keys.decrypt(keys.encrypt(words, PLACE, 7), PLACE, 7) == words


@settings(profile, max_examples=100)
@given(st.text())
def test_any_text_is_read_again(words: str) -> None:
    keys = Keys({1: b"\1" * 32}, b"\2" * 32, b"\3" * 32, b"\4" * 32)
    assert keys.decrypt(keys.encrypt(words, PLACE, 7), PLACE, 7) == words


def test_each_flipped_byte_is_noticed(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    for at in range(len(sealed)):
        for bit in (1, 128):
            broken = sealed[:at] + bytes((sealed[at] ^ bit,)) + sealed[at + 1 :]
            with pytest.raises(DecryptionError):
                keys.decrypt(broken, PLACE, 7)


def test_each_missing_or_added_byte_is_noticed(keys: Keys) -> None:
    sealed = keys.encrypt("no", PLACE, 7)
    for size in range(len(sealed)):
        with pytest.raises(DecryptionError):
            keys.decrypt(sealed[:size], PLACE, 7)
    with pytest.raises(DecryptionError):
        keys.decrypt(sealed + b"\0", PLACE, 7)


def test_a_ciphertext_is_bound_to_its_row_and_its_column(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    for place, row in ((PLACE, 8), (PLACE, 77), ("flags.evidence", 7), ("answers.bod", 7), ("", 7)):
        with pytest.raises(DecryptionError):
            keys.decrypt(sealed, place, row)


def test_another_key_does_not_open_it_and_the_error_holds_no_word(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    stranger = replace(keys, encryption={1: b"\7" * 32})
    with pytest.raises(DecryptionError) as problem:
        stranger.decrypt(sealed, PLACE, 7)
    assert "lift" not in str(problem.value)
    with pytest.raises(DecryptionError, match="not in the keyring"):
        replace(keys, encryption={9: keys.encryption[1]}).decrypt(sealed, PLACE, 7)


def test_after_a_rotation_the_new_key_encrypts_and_the_old_one_still_decrypts(tmp_path: Path) -> None:
    path = tmp_path / "openear.keys"
    keyring.make(path)
    old = keyring.read(path)
    sealed = old.encrypt(STORY, PLACE, 7)
    assert keyring.rotate(path) == 2
    both = keyring.read(path)
    assert both.decrypt(sealed, PLACE, 7) == STORY
    fresh = both.encrypt(STORY, PLACE, 7)
    assert (sealed[0], fresh[0]) == (1, 2)
    with pytest.raises(DecryptionError):
        old.decrypt(fresh, PLACE, 7)
    assert (both.lookup, both.dedupe, both.audit) == (old.lookup, old.dedupe, old.audit)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["openear.keys"]


def test_the_same_words_never_look_the_same(keys: Keys) -> None:
    sealed = {keys.encrypt("yes", PLACE, 7) for _ in range(500)}
    assert len({one[1:13] for one in sealed}) == 500, "each has a nonce of its own"
    assert len({one[13:] for one in sealed}) == 500


def test_nothing_of_the_words_shows_but_their_length(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    assert STORY.encode() not in sealed
    assert len(sealed) == 1 + 12 + len(STORY.encode()) + 16


def test_hashes_differ_by_job_channel_and_key(keys: Keys) -> None:
    others = replace(keys, lookup=keys.dedupe, dedupe=keys.lookup)
    found = {
        keys.contact_hash("sms", "+447911123456"), keys.contact_hash("telegram", "+447911123456"),
        keys.contact_hash("sms", "+447911123457"), keys.message_hash("sms", "+447911123456"),
        others.contact_hash("sms", "+447911123456"),
    }  # fmt: skip
    assert len(found) == 4, "only the exchanged keys give the hash of the other job"
    assert keys.fingerprint(1, "hello") == keys.fingerprint(1, "hello") != keys.fingerprint(2, "hello")


def test_keys_do_not_show_themselves(keys: Keys) -> None:
    secrets = (*keys.encryption.values(), keys.lookup, keys.dedupe, keys.audit)
    assert not [one for one in secrets if repr(one) in repr(keys)]


# The key file


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "openear.keys"
    keyring.make(path)
    return path


def rewritten(path: Path, **changes: object) -> Path:
    raw = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in (raw | changes).items() if value is not None}))
    return path


def refusal(path: Path, data_folder: Path | None = None) -> str:
    with pytest.raises(KeyringError) as problem:
        keyring.read(path, data_folder)
    assert str(path) in str(problem.value)
    return str(problem.value)


def test_a_new_key_file_is_for_its_owner_alone_and_its_keys_all_differ(ring: Path) -> None:
    assert ring.stat().st_mode & 0o777 == 0o600
    assert ring.parent.stat().st_mode & 0o077 == 0
    found = keyring.read(ring)
    every = [*found.encryption.values(), found.lookup, found.dedupe, found.audit]
    assert len(set(every)) == len(every) == 4
    assert {len(one) for one in every} == {32}


def test_a_key_file_is_never_replaced(ring: Path) -> None:
    before = ring.read_bytes()
    with pytest.raises(FileExistsError):
        keyring.make(ring)
    assert ring.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_key_file_that_others_can_read_is_refused(ring: Path, mode: int) -> None:
    ring.chmod(mode)
    assert f"chmod 600 {ring}" in refusal(ring)


def test_a_key_file_inside_the_data_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data" / "deep" / "openear.keys"
    keyring.make(path)
    assert "move it elsewhere" in refusal(path, tmp_path / "data")
    (tmp_path / "link").symlink_to(path)
    assert "move it elsewhere" in refusal(tmp_path / "link", tmp_path / "data"), "through a link, too"
    assert keyring.read(path, tmp_path / "elsewhere")


def test_a_short_key_is_refused(ring: Path) -> None:
    assert "'lookup' has 4 bytes, not 32" in refusal(rewritten(ring, lookup="YWFhYQ=="))


def test_two_equal_keys_are_refused(ring: Path) -> None:
    assert "two of its keys are equal" in refusal(rewritten(ring, audit=json.loads(ring.read_text())["dedupe"]))


def test_every_reason_is_given_at_once(ring: Path) -> None:
    ring.chmod(0o644)
    why = refusal(rewritten(ring, lookup="YWFhYQ==", dedupe="YWFhYQ=="), ring.parent)
    for reason in ("chmod 600", "move it elsewhere", "'lookup' has 4", "'dedupe' has 4", "equal"):
        assert reason in why


def test_a_missing_key_file_says_how_to_make_one(tmp_path: Path) -> None:
    assert "openear init" in refusal(tmp_path / "nowhere.keys")


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", "7", '"keys"', "\udcff"])
def test_a_broken_key_file_sends_to_the_safe_copy(ring: Path, broken: str) -> None:
    ring.write_bytes(broken.encode(errors="surrogateescape"))
    assert "safe copy" in refusal(ring)


@pytest.mark.parametrize(
    "changes",
    [{"lookup": None}, {"encryption": None}, {"encryption": []}, {"encryption": {"1": 7}}, {"audit": "not base64!"},
     {"encryption": {"one": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}}, {"encryption": {}},
     {"encryption": {"300": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}}],
)  # fmt: skip
def test_a_key_file_with_a_part_missing_or_wrong_sends_to_the_safe_copy(ring: Path, changes: dict[str, object]) -> None:
    assert "safe copy" in refusal(rewritten(ring, **changes))


def test_no_reason_shows_a_key(ring: Path) -> None:
    secret = json.loads(ring.read_text())["dedupe"]
    ring.chmod(0o644)
    assert secret not in refusal(rewritten(ring, audit=secret))


# The database


def test_sqlite_is_set_as_promised(durable: None, database: Database) -> None:
    promised = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "busy_timeout": 5000}
    for door in (database.read, database.write):
        with door() as connection:
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in promised}
        assert found == promised


def in_(connection: Connection) -> Transaction:
    """A transaction over a bare database. The keys do not matter here."""
    return Transaction(connection, Keys({1: b"e" * 32}, b"l" * 32, b"d" * 32, b"a" * 32), datetime.now(UTC))


def test_two_threads_that_read_and_write_back_lose_nothing(database: Database) -> None:
    rounds = 150
    with database.write() as connection:
        connection.execute(insert(facts_table).values(name="count", value="0"))

    def count_up() -> None:
        for _ in range(rounds):
            with database.write() as connection:
                value = int(facts.get(in_(connection), "count"))
                connection.execute(
                    update(facts_table).where(facts_table.c.name == "count").values(value=str(value + 1))
                )

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert facts.get(in_(connection), "count") == str(2 * rounds)


def test_two_processes_worth_of_databases_lose_nothing_either(database: Database) -> None:
    """Two `Database` objects share no lock of ours: only SQLite's own stands between them, as between processes."""
    other = Database(str(database.url))
    with database.write() as connection:
        connection.execute(insert(facts_table).values(name="count", value="0"))

    def count_up(mine: Database) -> None:
        for _ in range(60):
            with mine.write() as connection:
                value = int(facts.get(in_(connection), "count"))
                connection.execute(
                    update(facts_table).where(facts_table.c.name == "count").values(value=str(value + 1))
                )

    threads = [threading.Thread(target=count_up, args=(one,)) for one in (database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with other.read() as connection:
        assert facts.get(in_(connection), "count") == "120"
    other.close()


def test_a_locked_database_is_unavailable_and_nothing_is_written(database: Database) -> None:
    stranger = sqlite3.connect(str(database.url.database), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    impatient = Database(str(database.url))
    with impatient.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA busy_timeout=50")  # type: ignore[union-attr]
    with pytest.raises(UnavailableError), impatient.write() as connection:
        facts.put(in_(connection), "poll", "1")
    with impatient.read() as connection:
        assert facts.get(in_(connection), "poll") == "", "readers go on beside a writer"
    stranger.execute("ROLLBACK")
    stranger.close()
    with impatient.write() as connection:
        assert facts.put(in_(connection), "poll", "2"), "nothing was left behind by the failed one"
    impatient.close()


def test_a_message_to_a_locked_database_is_neither_acknowledged_nor_half_kept() -> None:
    rehearsal = Rehearsal()
    database = rehearsal.installation.database
    stranger = sqlite3.connect(str(database.url.database), isolation_level=None)
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA busy_timeout=50")  # type: ignore[union-attr]
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError):
        rehearsal.say("hello")
    stranger.execute("ROLLBACK")
    counts = {
        table: stranger.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("seen", "contacts", "conversations", "outbox")
    }
    assert set(counts.values()) == {0}
    stranger.close()
    assert [one.key for one in rehearsal.say("hello")] == ["first"], "sent again, it is new"
    rehearsal.close()


def test_an_error_in_the_middle_leaves_no_trace(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        facts.put(in_(connection), "half", "1")
        raise RuntimeError
    with database.read() as connection:
        assert facts.get(in_(connection), "half") == ""


def test_a_reader_keeps_its_snapshot_while_a_writer_commits(database: Database) -> None:
    with database.read() as reading:
        assert facts.get(in_(reading), "news") == ""
        with database.write() as writing:
            facts.put(in_(writing), "news", "1")
        assert facts.get(in_(reading), "news") == ""
    with database.read() as reading:
        assert facts.get(in_(reading), "news") == "1"


def test_a_missing_file_is_made_and_a_missing_folder_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'openear.db'}")
    metadata.create_all(database.engine)
    assert database.folder() == tmp_path / "a" / "b"
    database.close()


# Ids and moments


def test_ids_grow_and_differ_over_threads() -> None:
    found: list[list[int]] = [[], []]

    def take(mine: list[int]) -> None:
        mine.extend(new_id() for _ in range(5000))

    threads = [threading.Thread(target=take, args=(one,)) for one in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for mine in found:
        assert all(one < other for one, other in itertools.pairwise(mine))
    every = {*found[0], *found[1]}
    assert len(every) == 10_000
    assert max(every) < 2**63


def test_public_ids_tell_nothing() -> None:
    found = [public_id() for _ in range(2000)]
    assert len(set(found)) == 2000
    assert {len(one) for one in found} == {16}
    assert not set("".join(found)) & set("ilou")
    assert sorted(found) != found, "they do not tell the order"


@settings(profile, max_examples=300)
@given(
    st.datetimes(datetime(1970, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001 (given a zone below)
    st.integers(-14, 14),
)
def test_moments_come_back_as_they_were(naive: datetime, hours: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    again = from_micros(to_micros(moment))
    assert again == moment
    assert again.tzinfo is UTC
    assert to_micros(again) == to_micros(moment)


def test_moments_keep_their_order_to_the_microsecond() -> None:
    start = datetime(2026, 11, 21, 12, tzinfo=UTC)
    moments = [to_micros(start + timedelta(microseconds=step)) for step in range(5)]
    assert moments == list(range(moments[0], moments[0] + 5))


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


def test_a_reader_in_the_way_delays_the_scrubbing_and_is_noted() -> None:
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


def test_nobody_else_can_read_the_data_folder_s_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "openear.keys"
    old = os.umask(0)
    try:
        keyring.make(path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
