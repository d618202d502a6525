"""What was erased, refused or revoked since does not come back with a restore."""

from pathlib import Path

from kit.people import BOILER, OTHER, THIRD
from kit.restoring import COLD, RENT, add, restore
from kit.sandbox import PHONE, House, Told
from sqlalchemy import update

from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.operations import backup
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import audit, migrations, organisers, tables

# --- what does not come back


def test_a_restore_erases_again_what_was_erased_since(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    house.storyteller(COLD, sender=OTHER)
    house.storyteller(RENT, sender=THIRD)
    backup.write(house.installation, file)
    erase_story(house.installation, str(house.rows(tables.stories)[0]["public"]), "ana@example.org")
    house.arrive("DELETE", OTHER)
    house.arrive("yes", OTHER)
    assert restore(house, file) == 2
    assert house.words() == [RENT]
    assert house.count(tables.tombstones) == 2
    assert house.contact(OTHER)["address"] is None
    assert OTHER not in str([one.message.address for one in house.waiting()])


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
    house.arrive(COLD, OTHER)
    backup.write(house.installation, file)
    house.arrive("STOP")
    restore(house, file)
    assert house.words(held=True) == [COLD]


def test_who_was_revoked_since_has_no_token_after_a_restore_and_who_was_added_has(house: House, file: Path) -> None:
    add(house, "ana@example.org")
    backup.write(house.installation, file)
    with house.installation.write() as tx:
        organisers.revoke(tx, "ana@example.org")
    token = add(house, "ben@example.org")
    restore(house, file)
    with house.installation.read() as tx:
        assert [grant.email for grant in organisers.everyone(tx)] == ["ben@example.org"]
        assert organisers.grants_of(tx, token)
    assert [bool(row["revoked_at"]) for row in house.rows(tables.tokens, email="ana@example.org")] == [True]


def test_the_audit_of_what_was_done_since_outlives_a_restore(house: House, file: Path) -> None:
    house.storyteller(BOILER)
    add(house, "ana@example.org")
    backup.write(house.installation, file)
    erase_story(house.installation, str(house.rows(tables.stories)[0]["public"]), "ana@example.org")
    restore(house, file)
    assert [row["action"] for row in house.rows(tables.audit)] == ["organiser.add", "erase"]
    with house.installation.read() as tx:
        assert audit.verify(tx) is None


def test_on_a_database_made_anew_after_a_loss_roles_drafts_and_replies_come_back_as_they_were(
    house: House, file: Path
) -> None:
    token = add(house, "ana@example.org")
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
    house.storyteller(COLD, sender=OTHER)
    house.arrive("STOP", OTHER)
    backup.write(house.installation, file)
    house.arrive("STOP")
    house.arrive("START", OTHER)
    house.arrive("hello", THIRD)  # after the backup came a person who stopped
    house.arrive("STOP", THIRD)
    restore(house, file)
    assert house.contact(PHONE)["stopped_at"] is not None
    assert house.contact(OTHER)["stopped_at"] is None
    queued = len(house.queued())
    for sender in (PHONE, THIRD):
        house.arrive("hello again my friends, are you there?", sender)
    assert len(house.queued()) == queued
    house.arrive("START", THIRD)
    assert house.queued(THIRD) == ["first"]


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
