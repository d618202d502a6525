"""What was erased, refused or revoked since does not come back with a restore."""

from pathlib import Path

from kit.people import BOILER, OTHER, THIRD
from kit.restoring import COLD, RENT, add, restore
from kit.sandbox import PHONE, Sandbox, ScriptedSender
from sqlalchemy import update

from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.operations import backup
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import audit, migrations, organisers, tables

# --- what does not come back


def test_a_restore_erases_again_what_was_erased_since(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    sandbox.tell_story(COLD, sender=OTHER)
    sandbox.tell_story(RENT, sender=THIRD)
    backup.write(sandbox.installation, file)
    erase_story(sandbox.installation, str(sandbox.rows(tables.stories)[0]["public"]), "ana@example.org")
    sandbox.arrive("DELETE", OTHER)
    sandbox.arrive("yes", OTHER)
    assert restore(sandbox, file) == 2
    assert sandbox.words() == [RENT]
    assert sandbox.count(tables.tombstones) == 2
    assert sandbox.contact(OTHER)["address"] is None
    assert OTHER not in str([one.message.address for one in sandbox.waiting()])


def test_no_byte_of_what_was_erased_is_left_after_a_restore(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    sealed = [row["body"] for row in sandbox.rows(tables.answers)] + [sandbox.contact()["address"]]
    backup.write(sandbox.installation, file)
    sandbox.arrive("DELETE")
    sandbox.arrive("yes")
    restore(sandbox, file)
    left = sandbox.bytes_on_disk()
    assert not any(one[13:] in left for one in sealed)


def test_who_was_erased_since_stays_silent_after_a_restore_and_no_story_begins_without_a_new_yes(
    sandbox: Sandbox, file: Path
) -> None:
    sandbox.tell_story(BOILER)
    backup.write(sandbox.installation, file)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    restore(sandbox, file)
    sandbox.arrive("hello again my friends, are you there?")
    assert sandbox.words() == sandbox.words(held=True) == []
    assert sandbox.queued() == []
    assert sandbox.count(tables.stories) == 0


def test_evidence_and_flags_that_were_erased_since_do_not_come_back(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive("I want to kill myself")
    backup.write(sandbox.installation, file)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    restore(sandbox, file)
    assert [row["evidence"] for row in sandbox.rows(tables.flags)] == [None]
    assert {row["evidence"] for row in sandbox.rows(tables.consents)} == {None}


def test_words_that_were_refused_since_do_not_come_back(sandbox: Sandbox, file: Path) -> None:
    sandbox.arrive(BOILER)
    backup.write(sandbox.installation, file)
    sandbox.arrive("no")
    restore(sandbox, file)
    assert sandbox.words(held=True) == []
    sandbox.arrive("yes")
    assert sandbox.words() == []


def test_words_that_were_wiped_by_a_stop_since_do_not_come_back(sandbox: Sandbox, file: Path) -> None:
    sandbox.arrive(BOILER)
    sandbox.arrive(COLD, OTHER)
    backup.write(sandbox.installation, file)
    sandbox.arrive("STOP")
    restore(sandbox, file)
    assert sandbox.words(held=True) == [COLD]


def test_who_was_revoked_since_has_no_token_after_a_restore_and_who_was_added_has(sandbox: Sandbox, file: Path) -> None:
    add(sandbox, "ana@example.org")
    backup.write(sandbox.installation, file)
    with sandbox.installation.write() as tx:
        organisers.revoke(tx, "ana@example.org")
    token = add(sandbox, "ben@example.org")
    restore(sandbox, file)
    with sandbox.installation.read() as tx:
        assert [grant.email for grant in organisers.everyone(tx)] == ["ben@example.org"]
        assert organisers.grants_of(tx, token)
    assert [bool(row["revoked_at"]) for row in sandbox.rows(tables.tokens, email="ana@example.org")] == [True]


def test_the_audit_of_what_was_done_since_outlives_a_restore(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    add(sandbox, "ana@example.org")
    backup.write(sandbox.installation, file)
    erase_story(sandbox.installation, str(sandbox.rows(tables.stories)[0]["public"]), "ana@example.org")
    restore(sandbox, file)
    assert [row["action"] for row in sandbox.rows(tables.audit)] == ["organiser.add", "erase"]
    with sandbox.installation.read() as tx:
        assert audit.verify(tx) is None


def test_on_a_database_made_anew_after_a_loss_roles_drafts_and_replies_come_back_as_they_were(
    sandbox: Sandbox, file: Path
) -> None:
    token = add(sandbox, "ana@example.org")
    sandbox.arrive(BOILER)
    backup.write(sandbox.installation, file)
    sandbox.installation.database.close()
    sandbox.file.unlink()
    migrations.upgrade(sandbox.installation.database)  # `openear init`
    restore(sandbox, file)
    assert sandbox.words(held=True) == [BOILER]
    assert sandbox.queued() == ["first"]
    with sandbox.installation.read() as tx:
        assert organisers.grants_of(tx, token)


def test_a_story_whose_tellers_address_was_merely_let_go_is_not_erased_by_a_restore(
    sandbox: Sandbox, file: Path
) -> None:
    sandbox.tell_story(BOILER)
    backup.write(sandbox.installation, file)
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.outbox).values(status="sent", address=b"", body=b""))
    sandbox.later("31d")
    assert purge(sandbox.installation).addresses == 1
    assert restore(sandbox, file) == 0
    assert sandbox.words() == [BOILER]
    assert sandbox.count(tables.tombstones) == 0
    assert sandbox.contact()["address"] is None


def test_stops_and_starts_since_outlive_a_restore(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    sandbox.tell_story(COLD, sender=OTHER)
    sandbox.arrive("STOP", OTHER)
    backup.write(sandbox.installation, file)
    sandbox.arrive("STOP")
    sandbox.arrive("START", OTHER)
    sandbox.arrive("hello", THIRD)  # after the backup came a person who stopped
    sandbox.arrive("STOP", THIRD)
    restore(sandbox, file)
    assert sandbox.contact(PHONE)["stopped_at"] is not None
    assert sandbox.contact(OTHER)["stopped_at"] is None
    queued = len(sandbox.queued())
    for sender in (PHONE, THIRD):
        sandbox.arrive("hello again my friends, are you there?", sender)
    assert len(sandbox.queued()) == queued
    sandbox.arrive("START", THIRD)
    assert sandbox.queued(THIRD) == ["first"]


def test_replies_that_were_sent_since_are_not_sent_again(sandbox: Sandbox, file: Path) -> None:
    sandbox.arrive("hello")
    backup.write(sandbox.installation, file)
    sender = ScriptedSender(Channel.SMS)
    deliver_due(sandbox.installation, {Channel.SMS: sender})
    assert len(sender.tried) == 1
    restore(sandbox, file)
    deliver_due(sandbox.installation, {Channel.SMS: sender})
    assert len(sender.tried) == 1


def test_messages_seen_since_have_no_second_effect_after_a_restore(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    backup.write(sandbox.installation, file)
    sandbox.arrive(COLD, key="SM1")
    restore(sandbox, file)
    assert not sandbox.arrive(COLD, key="SM1")
