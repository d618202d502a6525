"""Keeping periods: what purge removes, and when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kit.campaigns import with_campaigns
from kit.erasing import COLD, audited, deliver_all, story_of
from kit.moments import NOON
from kit.people import ADA, BOILER, OTHER
from kit.sandbox import PHONE, Sandbox, ScriptedSender
from sqlalchemy import select, update

from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.privacy.erasure import erase_story, purge
from bot.store import facts, flags, tables

# --- keeping periods


def test_words_without_a_yes_are_removed_a_day_and_an_hour_later_even_where_nobody_was_woken(sandbox: Sandbox) -> None:
    sandbox.arrive(BOILER)
    sandbox.later("25h")
    assert purge(sandbox.installation).drafts == 0
    sandbox.later("1s")
    assert purge(sandbox.installation).drafts == 1
    assert sandbox.words(held=True) == []


def test_words_without_a_yes_are_gone_after_a_day_where_the_worker_works(sandbox: Sandbox) -> None:
    sandbox.arrive(BOILER)
    sandbox.wait("24h")
    assert sandbox.words(held=True) == []


def test_a_told_story_is_no_draft(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.later("30d")
    assert purge(sandbox.installation).drafts == 0
    assert sandbox.words() == [BOILER]


def test_a_story_is_kept_as_long_as_the_campaign_says_and_then_leaves_a_tombstone(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.later("300d")
    sandbox.tell_story(COLD, sender=OTHER)
    keep = timedelta(days=round(24 * 30.44))
    sandbox.now = NOON + keep
    assert purge(sandbox.installation).stories == 0
    sandbox.now = NOON + keep + timedelta(hours=1)
    assert purge(sandbox.installation).stories == 1
    assert sandbox.words() == [COLD]
    assert sandbox.count(tables.tombstones) == 1
    assert ("system", "purge") in audited(sandbox)
    assert purge(sandbox.installation).stories == 0


def test_the_address_of_a_silent_resident_goes_after_the_campaigns_days(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    deliver_due(sandbox.installation, {Channel.SMS: ScriptedSender(Channel.SMS)})
    deliver_due(sandbox.installation, {Channel.SMS: ScriptedSender(Channel.SMS)})
    sandbox.later("30d")
    assert purge(sandbox.installation).addresses == 0
    sandbox.later("1s")
    assert purge(sandbox.installation).addresses == 1
    assert sandbox.contact()["address"] is None
    assert sandbox.words() == [BOILER]
    sandbox.arrive("hello")
    assert sandbox.contact()["address"] is not None


def test_the_address_of_who_may_be_contacted_again_stays(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    _allow_recontact(sandbox)
    deliver_all(sandbox)
    sandbox.later("400d")
    assert purge(sandbox.installation).addresses == 0


def _two_campaigns(sandbox: Sandbox, **changed: Any) -> None:
    """A second campaign, with the words of the first."""
    thrive = sandbox.installation.campaigns["thrive"]
    sandbox.installation = with_campaigns(sandbox.installation, thrive, replace(thrive, slug="other", **changed))


def test_who_may_be_contacted_again_for_another_campaign_keeps_the_address(sandbox: Sandbox) -> None:
    _two_campaigns(sandbox)
    sandbox.add_hub("BETA", campaign="other")
    for sender, yes in ((PHONE, True), (OTHER, False)):
        sandbox.tell_story(BOILER, sender=sender)
        sandbox.later("1s")  # the conversation that spoke last is the one that is meant
        sandbox.arrive("BETA EN", sender)
        sandbox.arrive("yes", sender)
        sandbox.arrive(COLD, sender)
        if yes:
            story = tables.stories.c.id == sandbox.rows(tables.stories, campaign="other")[-1]["id"]
            with sandbox.installation.database.write() as connection:
                connection.execute(update(tables.stories).where(story).values(may_recontact="yes"))
    assert {row["campaign"] for row in sandbox.rows(tables.stories)} == {"thrive", "other"}
    deliver_all(sandbox)
    sandbox.later("400d")
    assert purge(sandbox.installation).addresses == 1
    assert sandbox.contact(PHONE)["address"] is not None
    assert sandbox.contact(OTHER)["address"] is None


def test_an_address_that_is_busy_in_a_campaign_with_longer_days_stays(sandbox: Sandbox) -> None:
    _two_campaigns(sandbox, contact_days=60)
    sandbox.tell_story(BOILER)
    deliver_all(sandbox)
    sandbox.later("31d")
    sandbox.arrive("hello", OTHER)
    assert purge(sandbox.installation).addresses == 1
    assert sandbox.contact(OTHER)["address"] is not None


def test_when_consent_to_be_contacted_is_taken_back_the_address_goes(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    _allow_recontact(sandbox)
    deliver_all(sandbox)
    sandbox.later("400d")
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.stories).values(may_recontact="no"))
    assert purge(sandbox.installation).addresses == 1


def test_when_the_story_of_who_may_be_contacted_again_is_erased_the_address_goes(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    _allow_recontact(sandbox)
    deliver_all(sandbox)
    sandbox.later("31d")
    erase_story(sandbox.installation, story_of(sandbox), "ana@example.org")
    assert purge(sandbox.installation).addresses == 1


def test_the_address_of_a_group_goes_once_it_was_answered(sandbox: Sandbox) -> None:
    with sandbox.installation.write() as tx:
        facts.put(tx, "telegram username", "ear_bot")
    group = "-1001234567"
    assert sandbox.arrive("/start", group, group=True)
    assert sandbox.contact(group, Channel.TELEGRAM)["address"] is not None
    purge(sandbox.installation)
    assert sandbox.queued() == ["group"]  # while the answer waits, it stays
    sealed = sandbox.contact(group, Channel.TELEGRAM)["address"]
    deliver_all(sandbox)
    assert purge(sandbox.installation).addresses == 1
    assert sandbox.contact(group, Channel.TELEGRAM)["address"] is None
    assert sealed[13:] not in sandbox.bytes_on_disk()
    assert sandbox.arrive("hello again", group, group=True)
    assert sandbox.queued() == []  # and it is not answered again


def test_rows_of_the_outbox_go_thirty_days_after_they_were_asked_for_and_two_where_a_limit_holds_them(
    sandbox: Sandbox,
) -> None:
    sandbox.arrive("hello")
    deliver_all(sandbox)
    sandbox.arrive("hello", ADA)
    with sandbox.installation.database.write() as connection:
        mine = tables.outbox.c.contact == sandbox.contact(ADA, Channel.TELEGRAM)["id"]
        connection.execute(update(tables.outbox).where(mine).values(error="held: spending limit"))
    sandbox.arrive("I want to kill myself", OTHER)  # which nobody delivers: it waits on
    sandbox.later("2d")
    purge(sandbox.installation)
    assert len(sandbox.rows(tables.outbox)) == 3
    sandbox.later("1s")
    purge(sandbox.installation)
    left = sandbox.rows(tables.outbox)
    assert {row["contact"] for row in left} == {sandbox.contact(PHONE)["id"], sandbox.contact(OTHER)["id"]}
    sandbox.later("28d")
    purge(sandbox.installation)
    assert {row["contact"] for row in sandbox.rows(tables.outbox)} == {sandbox.contact(OTHER)["id"]}


def test_flags_past_their_days_lose_words_and_address_whatever_their_work_came_to(sandbox: Sandbox) -> None:
    for number in range(4):
        sandbox.arrive("I want to kill myself", f"+4479116{number:05}")
    with sandbox.installation.write() as tx:
        numbers = list(tx.connection.scalars(select(tables.flags.c.id).order_by(tables.flags.c.id)))
        for number, status in zip(numbers, ("new", "acknowledged", "decided", "closed"), strict=True):
            flags.set_status(tx, number, status, "lea@example.org", "police" if status != "new" else "")
    deliver_all(sandbox)
    before = sandbox.rows(tables.flags)
    sandbox.now = NOON + timedelta(days=90)
    purge(sandbox.installation)
    assert all(row["evidence"] for row in sandbox.rows(tables.flags))
    sandbox.later("1s")
    purge(sandbox.installation)
    after = sandbox.rows(tables.flags)
    assert {(row["evidence"], row["address"], row["conversation"]) for row in after} == {(None, None, None)}
    facts_of = ("id", "campaign", "tier", "rule", "at", "status", "owner", "decision")
    assert [[row[name] for name in facts_of] for row in after] == [[row[name] for name in facts_of] for row in before]
    disk = sandbox.bytes_on_disk()
    assert not any(row[name][13:] in disk for row in before for name in ("evidence", "address"))


def test_an_address_to_which_a_helpline_still_waits_stays(sandbox: Sandbox) -> None:
    sandbox.arrive("I want to kill myself")
    sandbox.later("31d")
    assert purge(sandbox.installation).addresses == 0
    deliver_all(sandbox)
    assert purge(sandbox.installation).addresses == 1


def test_purging_again_at_once_removes_nothing_and_audits_nothing(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    deliver_all(sandbox)
    sandbox.later("900d")
    gone = purge(sandbox.installation)
    assert (gone.stories, gone.addresses) == (1, 1)
    before = sandbox.everything()
    again = purge(sandbox.installation)
    assert (again.stories, again.drafts, again.addresses) == (0, 0, 0)
    assert sandbox.everything() == before


def _allow_recontact(sandbox: Sandbox) -> None:
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.stories).values(may_recontact="yes"))
