"""Backups: nothing readable without the keyring, nothing tampered with accepted, and nothing erased comes back."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit.sandbox import PHONE, House, Told
from sqlalchemy import update

from bot import safeguarding
from bot.engine.model import Channel
from bot.errors import InvalidError, OpenEarError, UnavailableError
from bot.messaging.deliver import deliver_due
from bot.operations import backup
from bot.privacy import complaints, recalls
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import audit, flags, keyring, migrations, organisers, spending, tables
from bot.store.organisers import Grant
from bot.store.stories import Filters
from bot.stories import marks
from bot.stories.export import open_export

BEA, CAI, DAN = "+447911123457", "+447911123458", "+447911123459"
BOILER, COLD, RENT = (
    "my landlord will not mend the boiler",
    "my flat is cold all winter long",
    "my rent went up twice this year",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copy.openear"


def restore(house: House, file: Path) -> int:
    """As an operator does: with nothing else running."""
    house.installation.database.close()
    again = backup.restore(house.installation.settings, file)
    house.installation.database.close()
    return again


HEAD = 24  # the name of the format, and a mark of this backup's own
LENGTH = slice(2, 6)  # of a chunk, after its key's number and whether it is the last


# --- the file


def test_a_backup_brings_everything_back(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    house.arrive(COLD, BEA)
    contents = {table.name: house.rows(table) for table in tables.metadata.sorted_tables}
    backup.write(house.installation, file)
    house.file.unlink()
    assert restore(house, file) == 0
    assert {table.name: house.rows(table) for table in tables.metadata.sorted_tables} == contents
    house.arrive("and it is still cold")
    assert house.words() == [BOILER, "and it is still cold"]


def test_a_backup_is_for_the_operators_eyes_and_holds_nothing_in_the_clear(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    backup.write(house.installation, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    raw = file.read_bytes()
    for known in (b"SQLite format", b"thrive", b"take_part", PHONE.encode(), BOILER.encode()):
        assert known not in raw


def test_no_copy_in_the_clear_is_left_beside_the_database(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    beside = set(house.file.parent.iterdir())
    backup.write(house.installation, file)
    assert set(house.file.parent.iterdir()) <= beside
    restore(house, file)
    with pytest.raises(InvalidError):
        restore(house, _changed(file, lambda raw: raw[:-1]))
    assert set(house.file.parent.iterdir()) <= beside


def test_a_backup_of_many_chunks_is_made_while_the_conversation_goes_on(house: House, file: Path) -> None:
    house.storyteller(*(f"{BOILER}. " * 250 + str(part) for part in range(200)))
    backup.write(house.installation, file)
    house.arrive(COLD)
    told = house.words()
    restore(house, file)
    assert house.words() == told[:-1]


def test_a_backup_stays_readable_after_the_keys_were_rotated(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    backup.write(house.installation, file)
    keyring.rotate(house.installation.settings.keyring)
    restore(house, file)
    assert house.words() == [BOILER]


# --- what is refused

TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda raw: b"",
    "another file": lambda raw: b"SQLite format 3\x00" + raw,
    "cut off in the middle": lambda raw: raw[: len(raw) // 2],
    "cut off at the end": lambda raw: raw[:-1],
    "only its beginning": lambda raw: raw[:HEAD],
    "cut off between two chunks": lambda raw: raw[: HEAD + len(_chunks(raw)[0])],
    "something added": lambda raw: raw + b"x",
    "one bit changed in the middle": lambda raw: _flip(raw, len(raw) // 2),
    "one bit changed at the end": lambda raw: _flip(raw, len(raw) - 1),
    "the mark of the last chunk changed": lambda raw: _set(raw, HEAD + 1, b"1"),
    "another key's number": lambda raw: _set(raw, HEAD, b"\x07"),
    "a length beyond the file": lambda raw: _set(raw, HEAD + 2, b"\xff" * 4),
    "its own mark changed": lambda raw: _flip(raw, HEAD - 1),
    "its first two chunks exchanged": lambda raw: raw[:HEAD] + b"".join(_chunks(raw)[1::-1] + _chunks(raw)[2:]),
}


def _set(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


def _flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :]


def _chunks(raw: bytes) -> list[bytes]:
    found, at = [], HEAD
    while at < len(raw):
        end = at + 18 + int.from_bytes(raw[at:][LENGTH], "big")
        found.append(raw[at:end])
        at = end
    return found


def _changed(file: Path, change: Callable[[bytes], bytes]) -> Path:
    other = file.with_name("changed.openear")
    other.write_bytes(change(file.read_bytes()))
    return other


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Path]]:
    """An installation whose backup has several chunks, and that backup."""
    one = House()
    one.storyteller(*(f"{BOILER}. " * 250 + str(part) for part in range(200)))
    file = tmp_path_factory.mktemp("backup") / "large.openear"
    backup.write(one.installation, file)
    assert len(_chunks(file.read_bytes())) >= 2
    yield one, file
    one.close()


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_backup_that_was_changed_or_cut_is_refused_and_the_database_is_untouched(
    large: tuple[House, Path], change: Callable[[bytes], bytes]
) -> None:
    house, file = large
    told = house.words()
    with pytest.raises(InvalidError):
        restore(house, _changed(file, change))
    assert house.words() == told


def test_chunks_of_two_backups_do_not_go_together(large: tuple[House, Path], tmp_path: Path) -> None:
    house, file = large
    later = tmp_path / "later.openear"
    backup.write(house.installation, later)
    one, other = file.read_bytes(), later.read_bytes()
    mixed = tmp_path / "mixed.openear"
    mixed.write_bytes(one[:HEAD] + b"".join([*_chunks(one)[:1], *_chunks(other)[1:]]))
    with pytest.raises(InvalidError):
        restore(house, mixed)


def test_a_backup_of_another_installation_is_refused(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    stranger = House()
    stranger.storyteller(COLD)
    backup.write(stranger.installation, file)
    stranger.close()
    with pytest.raises(InvalidError, match="another keyring"):
        restore(house, file)
    assert house.words() == [BOILER]


def test_a_backup_that_cannot_be_written_says_so(house: House, tmp_path: Path) -> None:
    with pytest.raises(OpenEarError):
        backup.write(house.installation, tmp_path / "nowhere" / "copy.openear")


def test_where_the_present_database_cannot_be_read_the_erasures_since_are_unknown_and_that_is_said(
    house: House, file: Path
) -> None:
    house.storyteller(BOILER)
    backup.write(house.installation, file)
    house.installation.database.close()
    house.file.write_bytes(b"this disk has died" * 1_000)
    with pytest.raises(UnavailableError, match="erase"):
        restore(house, file)


# --- what does not come back


def test_a_restore_erases_again_what_was_erased_since(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    house.storyteller(COLD, sender=BEA)
    house.storyteller(RENT, sender=CAI)
    backup.write(house.installation, file)
    erase_story(house.installation, str(house.rows(tables.stories)[0]["public"]), "ana@example.org")
    house.arrive("DELETE", BEA)
    house.arrive("yes", BEA)
    assert restore(house, file) == 2
    assert house.words() == [RENT]
    assert house.count(tables.tombstones) == 2
    assert house.contact(BEA)["address"] is None
    assert BEA not in str([one.message.address for one in house.waiting()])


def test_no_byte_of_what_was_erased_is_left_after_a_restore(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    sealed = [row["body"] for row in house.rows(tables.answers)] + [house.contact()["address"]]
    backup.write(house.installation, file)
    house.arrive("DELETE")
    house.arrive("yes")
    restore(house, file)
    left = house.bytes_on_disk()
    assert not any(one[13:] in left for one in sealed)


def test_who_was_erased_since_stays_silent_after_a_restore_and_no_story_begins_without_a_new_yes(
    house: House, file: Path
) -> None:
    house.storyteller(BOILER)
    backup.write(house.installation, file)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    restore(house, file)
    house.arrive("hello again my friends, are you there?")
    assert house.words() == house.words(held=True) == []
    assert house.queued() == []
    assert house.count(tables.stories) == 0


def test_evidence_and_flags_that_were_erased_since_do_not_come_back(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    house.arrive("I want to kill myself")
    backup.write(house.installation, file)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    restore(house, file)
    assert [row["evidence"] for row in house.rows(tables.flags)] == [None]
    assert {row["evidence"] for row in house.rows(tables.consents)} == {None}


def test_words_that_were_refused_since_do_not_come_back(house: House, file: Path) -> None:
    house.arrive(BOILER)
    backup.write(house.installation, file)
    house.arrive("no")
    restore(house, file)
    assert house.words(held=True) == []
    house.arrive("yes")
    assert house.words() == []


def test_words_that_were_wiped_by_a_stop_since_do_not_come_back(house: House, file: Path) -> None:
    house.arrive(BOILER)
    house.arrive(COLD, BEA)
    backup.write(house.installation, file)
    house.arrive("STOP")
    restore(house, file)
    assert house.words(held=True) == [COLD]


def test_who_was_revoked_since_has_no_token_after_a_restore_and_who_was_added_has(house: House, file: Path) -> None:
    _add(house, "ana@example.org")
    backup.write(house.installation, file)
    with house.installation.write() as tx:
        organisers.revoke(tx, "ana@example.org")
    token = _add(house, "ben@example.org")
    restore(house, file)
    with house.installation.read() as tx:
        assert [grant.email for grant in organisers.everyone(tx)] == ["ben@example.org"]
        assert organisers.grants_of(tx, token)
    assert [bool(row["revoked_at"]) for row in house.rows(tables.tokens, email="ana@example.org")] == [True]


def test_the_audit_of_what_was_done_since_outlives_a_restore(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    _add(house, "ana@example.org")
    backup.write(house.installation, file)
    erase_story(house.installation, str(house.rows(tables.stories)[0]["public"]), "ana@example.org")
    restore(house, file)
    assert [row["action"] for row in house.rows(tables.audit)] == ["organiser.add", "erase"]
    with house.installation.read() as tx:
        assert audit.verify(tx) is None


def test_on_a_database_made_anew_after_a_loss_roles_drafts_and_replies_come_back_as_they_were(
    house: House, file: Path
) -> None:
    token = _add(house, "ana@example.org")
    house.arrive(BOILER)
    backup.write(house.installation, file)
    house.installation.database.close()
    house.file.unlink()
    migrations.upgrade(house.installation.database)  # `openear init`
    restore(house, file)
    assert house.words(held=True) == [BOILER]
    assert house.queued() == ["first"]
    with house.installation.read() as tx:
        assert organisers.grants_of(tx, token)


def _add(house: House, email: str) -> str:
    with house.installation.write() as tx:
        organisers.add(tx, email, "organiser", "thrive", "")
        audit.record(tx, "command line", "organiser.add", {})
        return organisers.new_token(tx, email)


def test_a_story_whose_tellers_address_was_merely_let_go_is_not_erased_by_a_restore(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    backup.write(house.installation, file)
    with house.installation.database.write() as connection:
        connection.execute(update(tables.outbox).values(status="sent", address=b"", body=b""))
    house.later("31d")
    assert purge(house.installation).addresses == 1
    assert restore(house, file) == 0
    assert house.words() == [BOILER]
    assert house.count(tables.tombstones) == 0
    assert house.contact()["address"] is None


def test_stops_and_starts_since_outlive_a_restore(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    house.storyteller(COLD, sender=BEA)
    house.arrive("STOP", BEA)
    backup.write(house.installation, file)
    house.arrive("STOP")
    house.arrive("START", BEA)
    house.arrive("hello", CAI)  # after the backup came a person who stopped
    house.arrive("STOP", CAI)
    restore(house, file)
    assert house.contact(PHONE)["stopped_at"] is not None
    assert house.contact(BEA)["stopped_at"] is None
    queued = len(house.queued())
    for sender in (PHONE, CAI):
        house.arrive("hello again my friends, are you there?", sender)
    assert len(house.queued()) == queued
    house.arrive("START", CAI)
    assert house.queued(CAI) == ["first"]


def test_replies_that_were_sent_since_are_not_sent_again(house: House, file: Path) -> None:
    house.arrive("hello")
    backup.write(house.installation, file)
    sender = Told(Channel.SMS)
    deliver_due(house.installation, {Channel.SMS: sender})
    assert len(sender.tried) == 1
    restore(house, file)
    deliver_due(house.installation, {Channel.SMS: sender})
    assert len(sender.tried) == 1


def test_messages_seen_since_have_no_second_effect_after_a_restore(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    backup.write(house.installation, file)
    house.arrive(COLD, key="SM1")
    restore(house, file)
    assert not house.arrive(COLD, key="SM1")


# --- what the present knows better than the backup


DANGER = "I want to kill myself"
DAYS = 91


def _lead(house: House) -> safeguarding.Lead:
    with house.installation.write() as tx:
        organisers.add(tx, "lea@example.org", "safeguarding", "thrive", "")
    return safeguarding.lead(house.installation, "lea@example.org")


def _download(house: House) -> bytes:
    thrive = house.installation.campaigns["thrive"]
    grant = Grant("ana@example.org", "organiser", "thrive")
    return b"".join(open_export(house.installation, grant, thrive, "csv", Filters()).body)


def _all_sent(house: House) -> None:
    with house.installation.database.write() as connection:
        connection.execute(update(tables.outbox).values(status="sent", address=b"", body=b""))


def _gone_from_the_disk(house: House, *sealed: bytes) -> bool:
    disk = house.bytes_on_disk()
    return not any(one[13:] in disk for one in sealed)


@pytest.mark.parametrize("how", ["delete", "operator", "keeping period"])
def test_words_and_addresses_of_flags_that_are_gone_do_not_come_back(house: House, file: Path, how: str) -> None:
    house.arrive(DANGER)
    (flag,) = house.rows(tables.flags)
    backup.write(house.installation, file)
    if how == "delete":
        house.arrive("STOP")
        house.arrive("DELETE")
    elif how == "operator":
        erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    else:
        _all_sent(house)
        house.later(f"{DAYS}d")
        purge(house.installation)
    restore(house, file)
    (left,) = house.rows(tables.flags)
    assert (left["evidence"], left["address"], left["conversation"]) == (None, None, None)
    assert (left["id"], left["tier"], left["status"]) == (flag["id"], "danger", "new")
    assert _gone_from_the_disk(house, flag["evidence"], flag["address"])


def test_the_work_on_a_flag_is_not_undone_and_its_words_are_still_there_to_work_on(house: House, file: Path) -> None:
    lead = _lead(house)
    house.arrive(DANGER)
    backup.write(house.installation, file)
    number = house.rows(tables.flags)[0]["id"]
    safeguarding.acknowledge(house.installation, lead, number)
    safeguarding.decide(house.installation, lead, number, "signposted")
    restore(house, file)
    flag, words = safeguarding.read(house.installation, lead, number)
    assert (flag.status, flag.owner, flag.decision, words) == ("decided", "lea@example.org", "signposted", DANGER)


def test_a_flag_that_was_raised_since_is_not_forgotten(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    backup.write(house.installation, file)
    house.arrive(DANGER)
    house.arrive(DANGER, BEA)  # of whom the backup knows nothing
    restore(house, file)
    known, unknown = house.rows(tables.flags)
    with house.installation.read() as tx:
        assert flags.words(tx, known["id"]) == DANGER
    assert (unknown["tier"], unknown["evidence"], unknown["address"]) == ("danger", None, None)
    house.arrive("STOP")
    house.arrive("DELETE")
    assert [row["evidence"] for row in house.rows(tables.flags)] == [None, None]


def test_where_a_revoked_lead_was_told_does_not_come_back(house: House, file: Path) -> None:
    _lead(house)
    with house.installation.write() as tx:
        flags.set_alert_address(tx, "lea@example.org", "sms", DAN)
    sealed = house.rows(tables.alerts)[0]["address"]
    backup.write(house.installation, file)
    with house.installation.write() as tx:
        organisers.revoke(tx, "lea@example.org")
        flags.clear_alert_address(tx, "lea@example.org")
        audit.record(tx, "command line", "organiser.revoke", {})
    restore(house, file)
    assert house.rows(tables.alerts) == []
    assert _gone_from_the_disk(house, sealed)


def test_what_was_masked_since_stays_masked_and_what_was_unmasked_since_stays_so(house: House, file: Path) -> None:
    house.storyteller("Ana lives in Hawthorn House")
    story = str(house.rows(tables.stories)[0]["public"])
    marks.add(house.installation, story, "place", "Hawthorn House", "ana@example.org")
    backup.write(house.installation, file)
    marks.clear(house.installation, story, "ana@example.org")
    marks.add(house.installation, story, "name", "Ana", "ana@example.org")
    restore(house, file)
    assert b"[name] lives in Hawthorn House" in _download(house)


def test_marks_of_what_was_erased_since_and_of_what_the_backup_does_not_know_do_not_come_back(
    house: House, file: Path
) -> None:
    house.storyteller("Ana lives in Hawthorn House")
    story = str(house.rows(tables.stories)[0]["public"])
    marks.add(house.installation, story, "name", "Ana", "ana@example.org")
    sealed = house.rows(tables.marks)[0]["body"]
    backup.write(house.installation, file)
    erase_story(house.installation, story, "ana@example.org")
    house.storyteller("Bea lives in Hawthorn House", sender=BEA)
    newer = str(house.rows(tables.stories)[0]["public"])
    marks.add(house.installation, newer, "name", "Bea", "ana@example.org")
    restore(house, file)
    assert house.rows(tables.marks) == []
    assert _gone_from_the_disk(house, sealed)


def test_a_download_since_can_still_be_called_back(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    story = str(house.rows(tables.stories)[0]["public"])
    backup.write(house.installation, file)
    _download(house)
    restore(house, file)
    erase_story(house.installation, story, "ana@example.org")
    assert [one.stories for one in recalls.to_clean(house.installation)] == [(story,)]


def test_a_download_that_was_cleaned_since_is_not_asked_for_again(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    story = str(house.rows(tables.stories)[0]["public"])
    _download(house)
    backup.write(house.installation, file)
    erase_story(house.installation, story, "ana@example.org")
    (one,) = recalls.to_clean(house.installation)
    recalls.cleaned(house.installation, one.id, "ana@example.org")
    restore(house, file)
    assert recalls.to_clean(house.installation) == []


def test_a_story_that_was_erased_since_is_called_back_from_the_downloads_after_a_restore_too(
    house: House, file: Path
) -> None:
    house.storyteller(BOILER)
    story = str(house.rows(tables.stories)[0]["public"])
    _download(house)
    backup.write(house.installation, file)
    erase_story(house.installation, story, "ana@example.org")
    restore(house, file)
    assert [one.stories for one in recalls.to_clean(house.installation)] == [(story,)]


def test_closed_complaints_stay_closed_and_newer_ones_and_their_numbers_stay(house: House, file: Path) -> None:
    thrive = house.installation.campaigns["thrive"]
    complaints.take(house.installation, thrive, "telephone", "first", "")
    complaints.take(house.installation, thrive, "telephone", "second", "")
    backup.write(house.installation, file)
    complaints.close(house.installation, 1, "we said sorry", "ana@example.org")
    complaints.acknowledge(house.installation, 2, "ana@example.org")
    complaints.take(house.installation, thrive, "page", "third", "")
    restore(house, file)
    found = complaints.everything(house.installation, closed=True)
    assert [(one.number, one.body, bool(one.acknowledged_at), one.outcome) for one in found] == [
        (1, "first", True, "we said sorry"), (2, "second", True, ""), (3, "third", False, ""),
    ]  # fmt: skip
    assert complaints.take(house.installation, thrive, "page", "fourth", "") == 4


def test_what_was_spent_since_is_not_forgotten(house: House, file: Path) -> None:
    with house.installation.write() as tx:
        spending.add(tx, "thrive", "2026-11-21", 100)
    backup.write(house.installation, file)
    with house.installation.write() as tx:
        spending.add(tx, "thrive", "2026-11-21", 50)
        spending.add(tx, "thrive", "2026-11-22", 7)
    restore(house, file)
    with house.installation.read() as tx:
        assert spending.spent(tx, "thrive", "2026-11-21") == 150
        assert spending.spent(tx, "thrive") == 157


def test_a_permission_that_was_taken_back_since_stays_so_and_the_ledger_says_it(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    for text in ("1", "mend it", "1", "yes"):
        house.arrive(text)
    assert house.rows(tables.stories)[0]["may_quote"] == "yes"
    backup.write(house.installation, file)
    house.arrive("BACK")
    house.arrive("no")
    assert house.rows(tables.stories)[0]["may_quote"] == "no"
    ledger = [(row["purpose"], row["decision"]) for row in house.rows(tables.consents)]
    restore(house, file)
    assert house.rows(tables.stories)[0]["may_quote"] == "no"
    assert [(row["purpose"], row["decision"]) for row in house.rows(tables.consents)] == ledger


def test_withdrawals_since_stand_in_the_ledger_after_a_restore(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    house.storyteller(COLD, sender=BEA)
    backup.write(house.installation, file)
    erase_story(house.installation, str(house.rows(tables.stories)[0]["public"]), "ana@example.org")
    house.arrive("DELETE", BEA)
    house.arrive("yes", BEA)
    house.arrive("hello", CAI)  # of whom the backup knows nothing
    house.arrive(f"yes {RENT}", CAI)
    restore(house, file)
    rows = house.rows(tables.consents)
    assert [(row["decision"], row["method"]) for row in rows] == [
        ("granted", "text"), ("granted", "text"), ("withdrawn", "operator"), ("withdrawn", "delete"),
        ("granted", "text"),
    ]  # fmt: skip
    assert {row["evidence"] for row in rows} == {None}
    house.storyteller(RENT, sender=DAN)  # and the same question can be asked again
    assert house.rows(tables.consents)[-1]["wording"] == rows[0]["wording"]


def test_a_question_that_was_asked_before_and_after_an_older_restore_is_one_question(
    house: House, file: Path, tmp_path: Path
) -> None:
    _add(house, "ana@example.org")
    backup.write(house.installation, file)
    house.storyteller(BOILER)
    newer = tmp_path / "newer.openear"
    backup.write(house.installation, newer)
    restore(house, file)  # which knows neither the story nor the question
    house.storyteller(COLD, sender=BEA)
    restore(house, newer)
    assert house.words() == [BOILER]
    (wording,) = house.rows(tables.wordings)
    assert [row["wording"] for row in house.rows(tables.consents)] == [wording["id"]] * 2


def test_on_a_database_made_anew_complaints_marks_downloads_and_flags_come_back_as_they_were(
    house: House, file: Path
) -> None:
    lead = _lead(house)
    house.storyteller("Ana lives in Hawthorn House", DANGER)
    story = str(house.rows(tables.stories)[0]["public"])
    marks.add(house.installation, story, "name", "Ana", "ana@example.org")
    _download(house)
    complaints.take(house.installation, house.installation.campaigns["thrive"], "letter", "first", "")
    named = ("complaints", "marks", "downloads", "flags", "spending", "consents", "audit")
    before = {name: house.rows(tables.metadata.tables[name]) for name in named}
    backup.write(house.installation, file)
    house.installation.database.close()
    house.file.unlink()
    migrations.upgrade(house.installation.database)  # `openear init`
    restore(house, file)
    assert {name: house.rows(tables.metadata.tables[name]) for name in named} == before
    assert safeguarding.read(house.installation, lead, before["flags"][0]["id"])[1] == DANGER
