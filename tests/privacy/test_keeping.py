"""Keeping periods: what purge removes, and when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kit.campaigns import with_campaigns
from kit.erasing import COLD, audited, deliver_all, story_of
from kit.moments import NOON
from kit.people import ADA, BOILER, OTHER
from kit.sandbox import PHONE, House, Told
from sqlalchemy import select, update

from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.privacy.erasure import erase_story, purge
from bot.store import facts, flags, tables

# --- keeping periods


def test_words_without_a_yes_are_removed_a_day_and_an_hour_later_even_where_nobody_was_woken(house: House) -> None:
    house.arrive(BOILER)
    house.later("25h")
    assert purge(house.installation).drafts == 0
    house.later("1s")
    assert purge(house.installation).drafts == 1
    assert house.words(held=True) == []


def test_words_without_a_yes_are_gone_after_a_day_where_the_worker_works(house: House) -> None:
    house.arrive(BOILER)
    house.wait("24h")
    assert house.words(held=True) == []


def test_a_told_story_is_no_draft(house: House) -> None:
    house.storyteller(BOILER)
    house.later("30d")
    assert purge(house.installation).drafts == 0
    assert house.words() == [BOILER]


def test_a_story_is_kept_as_long_as_the_campaign_says_and_then_leaves_a_tombstone(house: House) -> None:
    house.storyteller(BOILER)
    house.later("300d")
    house.storyteller(COLD, sender=OTHER)
    keep = timedelta(days=round(24 * 30.44))
    house.now = NOON + keep
    assert purge(house.installation).stories == 0
    house.now = NOON + keep + timedelta(hours=1)
    assert purge(house.installation).stories == 1
    assert house.words() == [COLD]
    assert house.count(tables.tombstones) == 1
    assert ("system", "purge") in audited(house)
    assert purge(house.installation).stories == 0


def test_the_address_of_a_silent_resident_goes_after_the_campaigns_days(house: House) -> None:
    house.storyteller(BOILER)
    deliver_due(house.installation, {Channel.SMS: Told(Channel.SMS)})
    deliver_due(house.installation, {Channel.SMS: Told(Channel.SMS)})
    house.later("30d")
    assert purge(house.installation).addresses == 0
    house.later("1s")
    assert purge(house.installation).addresses == 1
    assert house.contact()["address"] is None
    assert house.words() == [BOILER]
    house.arrive("hello")
    assert house.contact()["address"] is not None


def test_the_address_of_who_may_be_contacted_again_stays(house: House) -> None:
    house.storyteller(BOILER)
    _allow_recontact(house)
    deliver_all(house)
    house.later("400d")
    assert purge(house.installation).addresses == 0


def _two_campaigns(house: House, **changed: Any) -> None:
    """A second campaign, with the words of the first."""
    thrive = house.installation.campaigns["thrive"]
    house.installation = with_campaigns(house.installation, thrive, replace(thrive, slug="other", **changed))


def test_who_may_be_contacted_again_for_another_campaign_keeps_the_address(house: House) -> None:
    _two_campaigns(house)
    house.add_hub("BETA", campaign="other")
    for sender, yes in ((PHONE, True), (OTHER, False)):
        house.storyteller(BOILER, sender=sender)
        house.later("1s")  # the conversation that spoke last is the one that is meant
        house.arrive("BETA EN", sender)
        house.arrive("yes", sender)
        house.arrive(COLD, sender)
        if yes:
            story = tables.stories.c.id == house.rows(tables.stories, campaign="other")[-1]["id"]
            with house.installation.database.write() as connection:
                connection.execute(update(tables.stories).where(story).values(may_recontact="yes"))
    assert {row["campaign"] for row in house.rows(tables.stories)} == {"thrive", "other"}
    deliver_all(house)
    house.later("400d")
    assert purge(house.installation).addresses == 1
    assert house.contact(PHONE)["address"] is not None
    assert house.contact(OTHER)["address"] is None


def test_an_address_that_is_busy_in_a_campaign_with_longer_days_stays(house: House) -> None:
    _two_campaigns(house, contact_days=60)
    house.storyteller(BOILER)
    deliver_all(house)
    house.later("31d")
    house.arrive("hello", OTHER)
    assert purge(house.installation).addresses == 1
    assert house.contact(OTHER)["address"] is not None


def test_when_consent_to_be_contacted_is_taken_back_the_address_goes(house: House) -> None:
    house.storyteller(BOILER)
    _allow_recontact(house)
    deliver_all(house)
    house.later("400d")
    with house.installation.database.write() as connection:
        connection.execute(update(tables.stories).values(may_recontact="no"))
    assert purge(house.installation).addresses == 1


def test_when_the_story_of_who_may_be_contacted_again_is_erased_the_address_goes(house: House) -> None:
    house.storyteller(BOILER)
    _allow_recontact(house)
    deliver_all(house)
    house.later("31d")
    erase_story(house.installation, story_of(house), "ana@example.org")
    assert purge(house.installation).addresses == 1


def test_the_address_of_a_group_goes_once_it_was_answered(house: House) -> None:
    with house.installation.write() as tx:
        facts.put(tx, "telegram username", "ear_bot")
    group = "-1001234567"
    assert house.arrive("/start", group, group=True)
    assert house.contact(group, Channel.TELEGRAM)["address"] is not None
    purge(house.installation)
    assert house.queued() == ["group"]  # while the answer waits, it stays
    sealed = house.contact(group, Channel.TELEGRAM)["address"]
    deliver_all(house)
    assert purge(house.installation).addresses == 1
    assert house.contact(group, Channel.TELEGRAM)["address"] is None
    assert sealed[13:] not in house.bytes_on_disk()
    assert house.arrive("hello again", group, group=True)
    assert house.queued() == []  # and it is not answered again


def test_rows_of_the_outbox_go_thirty_days_after_they_were_asked_for_and_two_where_a_limit_holds_them(
    house: House,
) -> None:
    house.arrive("hello")
    deliver_all(house)
    house.arrive("hello", ADA)
    with house.installation.database.write() as connection:
        mine = tables.outbox.c.contact == house.contact(ADA, Channel.TELEGRAM)["id"]
        connection.execute(update(tables.outbox).where(mine).values(error="held: spending limit"))
    house.arrive("I want to kill myself", OTHER)  # which nobody delivers: it waits on
    house.later("2d")
    purge(house.installation)
    assert len(house.rows(tables.outbox)) == 3
    house.later("1s")
    purge(house.installation)
    left = house.rows(tables.outbox)
    assert {row["contact"] for row in left} == {house.contact(PHONE)["id"], house.contact(OTHER)["id"]}
    house.later("28d")
    purge(house.installation)
    assert {row["contact"] for row in house.rows(tables.outbox)} == {house.contact(OTHER)["id"]}


def test_flags_past_their_days_lose_words_and_address_whatever_their_work_came_to(house: House) -> None:
    for number in range(4):
        house.arrive("I want to kill myself", f"+4479116{number:05}")
    with house.installation.write() as tx:
        numbers = list(tx.connection.scalars(select(tables.flags.c.id).order_by(tables.flags.c.id)))
        for number, status in zip(numbers, ("new", "acknowledged", "decided", "closed"), strict=True):
            flags.move(tx, number, status, "lea@example.org", "police" if status != "new" else "")
    deliver_all(house)
    before = house.rows(tables.flags)
    house.now = NOON + timedelta(days=90)
    purge(house.installation)
    assert all(row["evidence"] for row in house.rows(tables.flags))
    house.later("1s")
    purge(house.installation)
    after = house.rows(tables.flags)
    assert {(row["evidence"], row["address"], row["conversation"]) for row in after} == {(None, None, None)}
    facts_of = ("id", "campaign", "tier", "rule", "at", "status", "owner", "decision")
    assert [[row[name] for name in facts_of] for row in after] == [[row[name] for name in facts_of] for row in before]
    disk = house.bytes_on_disk()
    assert not any(row[name][13:] in disk for row in before for name in ("evidence", "address"))


def test_an_address_to_which_a_helpline_still_waits_stays(house: House) -> None:
    house.arrive("I want to kill myself")
    house.later("31d")
    assert purge(house.installation).addresses == 0
    deliver_all(house)
    assert purge(house.installation).addresses == 1


def test_purging_again_at_once_removes_nothing_and_audits_nothing(house: House) -> None:
    house.storyteller(BOILER)
    deliver_all(house)
    house.later("900d")
    gone = purge(house.installation)
    assert (gone.stories, gone.addresses) == (1, 1)
    before = house.everything()
    again = purge(house.installation)
    assert (again.stories, again.drafts, again.addresses) == (0, 0, 0)
    assert house.everything() == before


def _allow_recontact(house: House) -> None:
    with house.installation.database.write() as connection:
        connection.execute(update(tables.stories).values(may_recontact="yes"))
