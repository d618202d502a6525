"""What the present knows better than the backup outlives a restore."""

from pathlib import Path

import pytest
from kit.people import BOILER, FOURTH, OTHER, THIRD
from kit.restoring import COLD, RENT, add, restore
from kit.sandbox import PHONE, House
from sqlalchemy import update

from bot import safeguarding
from bot.engine.model import Channel
from bot.operations import backup
from bot.privacy import complaints, recalls
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import audit, flags, migrations, organisers, spending, tables
from bot.store.organisers import Grant
from bot.store.stories import Filters
from bot.stories import marks
from bot.stories.export import open_export

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
    house.arrive(DANGER, OTHER)  # of whom the backup knows nothing
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
        flags.set_alert_address(tx, "lea@example.org", "sms", FOURTH)
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
    house.storyteller("Bea lives in Hawthorn House", sender=OTHER)
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
    house.storyteller(COLD, sender=OTHER)
    backup.write(house.installation, file)
    erase_story(house.installation, str(house.rows(tables.stories)[0]["public"]), "ana@example.org")
    house.arrive("DELETE", OTHER)
    house.arrive("yes", OTHER)
    house.arrive("hello", THIRD)  # of whom the backup knows nothing
    house.arrive(f"yes {RENT}", THIRD)
    restore(house, file)
    rows = house.rows(tables.consents)
    assert [(row["decision"], row["method"]) for row in rows] == [
        ("granted", "text"), ("granted", "text"), ("withdrawn", "operator"), ("withdrawn", "delete"),
        ("granted", "text"),
    ]  # fmt: skip
    assert {row["evidence"] for row in rows} == {None}
    house.storyteller(RENT, sender=FOURTH)  # and the same question can be asked again
    assert house.rows(tables.consents)[-1]["wording"] == rows[0]["wording"]


def test_a_question_that_was_asked_before_and_after_an_older_restore_is_one_question(
    house: House, file: Path, tmp_path: Path
) -> None:
    add(house, "ana@example.org")
    backup.write(house.installation, file)
    house.storyteller(BOILER)
    newer = tmp_path / "newer.openear"
    backup.write(house.installation, newer)
    restore(house, file)  # which knows neither the story nor the question
    house.storyteller(COLD, sender=OTHER)
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
