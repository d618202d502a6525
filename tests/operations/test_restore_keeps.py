"""What the present knows better than the backup outlives a restore."""

from pathlib import Path

import pytest
from kit.people import BOILER, FOURTH, OTHER, THIRD
from kit.restoring import COLD, RENT, add, restore
from kit.sandbox import PHONE, Sandbox
from sqlalchemy import update

from bot import safeguarding
from bot.engine.model import Channel
from bot.operations import backup
from bot.privacy import complaints, recalls
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import audit, flags, migrations, organisers, spending, tables
from bot.store.organisers import Grant
from bot.stories import marks
from bot.stories.export import ExportRequest, open_export

# --- what the present knows better than the backup


DANGER = "I want to kill myself"
DAYS = 91


def _lead(sandbox: Sandbox) -> safeguarding.Lead:
    with sandbox.installation.write() as tx:
        organisers.add(tx, "lea@example.org", "safeguarding", "thrive", "")
    return safeguarding.lead(sandbox.installation, "lea@example.org")


def _download(sandbox: Sandbox) -> bytes:
    thrive = sandbox.installation.campaigns["thrive"]
    grant = Grant("ana@example.org", "organiser", "thrive")
    return b"".join(open_export(sandbox.installation, grant, thrive, ExportRequest("csv")).body)


def _all_sent(sandbox: Sandbox) -> None:
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.outbox).values(status="sent", address=b"", body=b""))


def _gone_from_the_disk(sandbox: Sandbox, *sealed: bytes) -> bool:
    disk = sandbox.bytes_on_disk()
    return not any(one[13:] in disk for one in sealed)


@pytest.mark.parametrize("how", ["delete", "operator", "keeping period"])
def test_words_and_addresses_of_flags_that_are_gone_do_not_come_back(sandbox: Sandbox, file: Path, how: str) -> None:
    sandbox.arrive(DANGER)
    (flag,) = sandbox.rows(tables.flags)
    backup.write(sandbox.installation, file)
    if how == "delete":
        sandbox.arrive("STOP")
        sandbox.arrive("DELETE")
    elif how == "operator":
        erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    else:
        _all_sent(sandbox)
        sandbox.later(f"{DAYS}d")
        purge(sandbox.installation)
    restore(sandbox, file)
    (left,) = sandbox.rows(tables.flags)
    assert (left["evidence"], left["address"], left["conversation"]) == (None, None, None)
    assert (left["id"], left["tier"], left["status"]) == (flag["id"], "danger", "new")
    assert _gone_from_the_disk(sandbox, flag["evidence"], flag["address"])


def test_the_work_on_a_flag_is_not_undone_and_its_words_are_still_there_to_work_on(
    sandbox: Sandbox, file: Path
) -> None:
    lead = _lead(sandbox)
    sandbox.arrive(DANGER)
    backup.write(sandbox.installation, file)
    number = sandbox.rows(tables.flags)[0]["id"]
    safeguarding.acknowledge(sandbox.installation, lead, number)
    safeguarding.decide(sandbox.installation, lead, number, "signposted")
    restore(sandbox, file)
    flag, words = safeguarding.read(sandbox.installation, lead, number)
    assert (flag.status, flag.owner, flag.decision, words) == ("decided", "lea@example.org", "signposted", DANGER)


def test_a_flag_that_was_raised_since_is_not_forgotten(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    backup.write(sandbox.installation, file)
    sandbox.arrive(DANGER)
    sandbox.arrive(DANGER, OTHER)  # of whom the backup knows nothing
    restore(sandbox, file)
    known, unknown = sandbox.rows(tables.flags)
    with sandbox.installation.read() as tx:
        assert flags.words(tx, known["id"]) == DANGER
    assert (unknown["tier"], unknown["evidence"], unknown["address"]) == ("danger", None, None)
    sandbox.arrive("STOP")
    sandbox.arrive("DELETE")
    assert [row["evidence"] for row in sandbox.rows(tables.flags)] == [None, None]


def test_where_a_revoked_lead_was_told_does_not_come_back(sandbox: Sandbox, file: Path) -> None:
    _lead(sandbox)
    with sandbox.installation.write() as tx:
        flags.set_alert_address(tx, "lea@example.org", "sms", FOURTH)
    sealed = sandbox.rows(tables.alerts)[0]["address"]
    backup.write(sandbox.installation, file)
    with sandbox.installation.write() as tx:
        organisers.revoke(tx, "lea@example.org")
        flags.clear_alert_address(tx, "lea@example.org")
        audit.record(tx, "command line", "organiser.revoke", {})
    restore(sandbox, file)
    assert sandbox.rows(tables.alerts) == []
    assert _gone_from_the_disk(sandbox, sealed)


def test_what_was_masked_since_stays_masked_and_what_was_unmasked_since_stays_so(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story("Ana lives in Hawthorn House")
    story = str(sandbox.rows(tables.stories)[0]["public"])
    marks.add(sandbox.installation, story, "place", "Hawthorn House", "ana@example.org")
    backup.write(sandbox.installation, file)
    marks.clear(sandbox.installation, story, "ana@example.org")
    marks.add(sandbox.installation, story, "name", "Ana", "ana@example.org")
    restore(sandbox, file)
    assert b"[name] lives in Hawthorn House" in _download(sandbox)


def test_marks_of_what_was_erased_since_and_of_what_the_backup_does_not_know_do_not_come_back(
    sandbox: Sandbox, file: Path
) -> None:
    sandbox.tell_story("Ana lives in Hawthorn House")
    story = str(sandbox.rows(tables.stories)[0]["public"])
    marks.add(sandbox.installation, story, "name", "Ana", "ana@example.org")
    sealed = sandbox.rows(tables.marks)[0]["body"]
    backup.write(sandbox.installation, file)
    erase_story(sandbox.installation, story, "ana@example.org")
    sandbox.tell_story("Bea lives in Hawthorn House", sender=OTHER)
    newer = str(sandbox.rows(tables.stories)[0]["public"])
    marks.add(sandbox.installation, newer, "name", "Bea", "ana@example.org")
    restore(sandbox, file)
    assert sandbox.rows(tables.marks) == []
    assert _gone_from_the_disk(sandbox, sealed)


def test_a_download_since_can_still_be_called_back(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    story = str(sandbox.rows(tables.stories)[0]["public"])
    backup.write(sandbox.installation, file)
    _download(sandbox)
    restore(sandbox, file)
    erase_story(sandbox.installation, story, "ana@example.org")
    assert [one.stories for one in recalls.to_clean(sandbox.installation)] == [(story,)]


def test_a_download_that_was_cleaned_since_is_not_asked_for_again(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    story = str(sandbox.rows(tables.stories)[0]["public"])
    _download(sandbox)
    backup.write(sandbox.installation, file)
    erase_story(sandbox.installation, story, "ana@example.org")
    (one,) = recalls.to_clean(sandbox.installation)
    recalls.cleaned(sandbox.installation, one.id, "ana@example.org")
    restore(sandbox, file)
    assert recalls.to_clean(sandbox.installation) == []


def test_a_story_that_was_erased_since_is_called_back_from_the_downloads_after_a_restore_too(
    sandbox: Sandbox, file: Path
) -> None:
    sandbox.tell_story(BOILER)
    story = str(sandbox.rows(tables.stories)[0]["public"])
    _download(sandbox)
    backup.write(sandbox.installation, file)
    erase_story(sandbox.installation, story, "ana@example.org")
    restore(sandbox, file)
    assert [one.stories for one in recalls.to_clean(sandbox.installation)] == [(story,)]


def test_closed_complaints_stay_closed_and_newer_ones_and_their_numbers_stay(sandbox: Sandbox, file: Path) -> None:
    thrive = sandbox.installation.campaigns["thrive"]
    complaints.take(sandbox.installation, thrive, "telephone", "first", "")
    complaints.take(sandbox.installation, thrive, "telephone", "second", "")
    backup.write(sandbox.installation, file)
    complaints.close(sandbox.installation, 1, "we said sorry", "ana@example.org")
    complaints.acknowledge(sandbox.installation, 2, "ana@example.org")
    complaints.take(sandbox.installation, thrive, "page", "third", "")
    restore(sandbox, file)
    found = complaints.everything(sandbox.installation, closed=True)
    assert [(one.number, one.body, bool(one.acknowledged_at), one.outcome) for one in found] == [
        (1, "first", True, "we said sorry"), (2, "second", True, ""), (3, "third", False, ""),
    ]  # fmt: skip
    assert complaints.take(sandbox.installation, thrive, "page", "fourth", "") == 4


def test_what_was_spent_since_is_not_forgotten(sandbox: Sandbox, file: Path) -> None:
    with sandbox.installation.write() as tx:
        spending.add(tx, "thrive", "2026-11-21", 100)
    backup.write(sandbox.installation, file)
    with sandbox.installation.write() as tx:
        spending.add(tx, "thrive", "2026-11-21", 50)
        spending.add(tx, "thrive", "2026-11-22", 7)
    restore(sandbox, file)
    with sandbox.installation.read() as tx:
        assert spending.spent(tx, "thrive", "2026-11-21") == 150
        assert spending.spent(tx, "thrive") == 157


def test_a_permission_that_was_taken_back_since_stays_so_and_the_ledger_says_it(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    for text in ("1", "mend it", "1", "yes"):
        sandbox.arrive(text)
    assert sandbox.rows(tables.stories)[0]["may_quote"] == "yes"
    backup.write(sandbox.installation, file)
    sandbox.arrive("BACK")
    sandbox.arrive("no")
    assert sandbox.rows(tables.stories)[0]["may_quote"] == "no"
    ledger = [(row["purpose"], row["decision"]) for row in sandbox.rows(tables.consents)]
    restore(sandbox, file)
    assert sandbox.rows(tables.stories)[0]["may_quote"] == "no"
    assert [(row["purpose"], row["decision"]) for row in sandbox.rows(tables.consents)] == ledger


def test_withdrawals_since_stand_in_the_ledger_after_a_restore(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    sandbox.tell_story(COLD, sender=OTHER)
    backup.write(sandbox.installation, file)
    erase_story(sandbox.installation, str(sandbox.rows(tables.stories)[0]["public"]), "ana@example.org")
    sandbox.arrive("DELETE", OTHER)
    sandbox.arrive("yes", OTHER)
    sandbox.arrive("hello", THIRD)  # of whom the backup knows nothing
    sandbox.arrive(f"yes {RENT}", THIRD)
    restore(sandbox, file)
    rows = sandbox.rows(tables.consents)
    assert [(row["decision"], row["method"]) for row in rows] == [
        ("granted", "text"), ("granted", "text"), ("withdrawn", "operator"), ("withdrawn", "delete"),
        ("granted", "text"),
    ]  # fmt: skip
    assert {row["evidence"] for row in rows} == {None}
    sandbox.tell_story(RENT, sender=FOURTH)  # and the same question can be asked again
    assert sandbox.rows(tables.consents)[-1]["wording"] == rows[0]["wording"]


def test_a_question_that_was_asked_before_and_after_an_older_restore_is_one_question(
    sandbox: Sandbox, file: Path, tmp_path: Path
) -> None:
    add(sandbox, "ana@example.org")
    backup.write(sandbox.installation, file)
    sandbox.tell_story(BOILER)
    newer = tmp_path / "newer.openear"
    backup.write(sandbox.installation, newer)
    restore(sandbox, file)  # which knows neither the story nor the question
    sandbox.tell_story(COLD, sender=OTHER)
    restore(sandbox, newer)
    assert sandbox.words() == [BOILER]
    (wording,) = sandbox.rows(tables.wordings)
    assert [row["wording"] for row in sandbox.rows(tables.consents)] == [wording["id"]] * 2


def test_on_a_database_made_anew_complaints_marks_downloads_and_flags_come_back_as_they_were(
    sandbox: Sandbox, file: Path
) -> None:
    lead = _lead(sandbox)
    sandbox.tell_story("Ana lives in Hawthorn House", DANGER)
    story = str(sandbox.rows(tables.stories)[0]["public"])
    marks.add(sandbox.installation, story, "name", "Ana", "ana@example.org")
    _download(sandbox)
    complaints.take(sandbox.installation, sandbox.installation.campaigns["thrive"], "letter", "first", "")
    named = ("complaints", "marks", "downloads", "flags", "spending", "consents", "audit")
    before = {name: sandbox.rows(tables.metadata.tables[name]) for name in named}
    backup.write(sandbox.installation, file)
    sandbox.installation.database.close()
    sandbox.file.unlink()
    migrations.upgrade(sandbox.installation.database)  # `openear init`
    restore(sandbox, file)
    assert {name: sandbox.rows(tables.metadata.tables[name]) for name in named} == before
    assert safeguarding.read(sandbox.installation, lead, before["flags"][0]["id"])[1] == DANGER
