"""Clocks that are set back, wrong, or on odd days."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from kit.campaigns import with_campaigns
from kit.moments import NOON
from kit.people import BOILER, DANGER
from kit.requests import told_by
from kit.sandbox import PHONE, Sandbox, ScriptedSender

from bot.privacy.erasure import purge
from bot.store import tables
from bot.store.stories import Filters, read_stories


def test_a_clock_set_back_two_hours_loses_no_reply_and_keeps_their_order(sandbox: Sandbox) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    sandbox.arrive("hello")
    sandbox.now -= timedelta(hours=2)
    sandbox.arrive("yes")
    sender = ScriptedSender()
    for _hour in range(3):
        sandbox.deliver(sender)
        sandbox.later("1h")
    texts = [sent.message.text for sent in sender.inbox(PHONE)]
    assert ["16 or over" in text for text in texts] == [True, False]
    assert sandbox.statuses() == ["sent", "sent"]


def test_a_clock_set_back_two_hours_does_not_hold_helplines_back(sandbox: Sandbox) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    sandbox.arrive(DANGER)
    sandbox.now -= timedelta(hours=2)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    assert ["999" in sent.message.text for sent in sender.inbox(PHONE)] == [True]


def test_a_clock_set_back_two_hours_leaves_a_story_in_the_order_of_its_telling(sandbox: Sandbox) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    sandbox.tell_story(f"{BOILER}, part one")
    sandbox.now -= timedelta(hours=2)
    for part in ("two", "three"):
        sandbox.arrive(f"{BOILER}, part {part}")
    assert told_by(sandbox) == [f"{BOILER}, part {part}" for part in ("one", "two", "three")]


@pytest.mark.parametrize("hours", [-1, 1, 2, 24])
def test_a_provider_whose_clock_is_wrong_neither_delays_nor_hurries_a_reply(sandbox: Sandbox, hours: int) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    sandbox.now = NOON.replace(hour=22)  # when what is late waits for the morning
    sandbox.arrive("hello", sent_at=sandbox.now + timedelta(hours=hours))
    sender = ScriptedSender()
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 1


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2028-02-29T12:00Z", "2028-02-29"),
        ("2027-03-28T00:59Z", "2027-03-28"),  # the clocks of London go forward in a minute
        ("2027-03-27T23:59Z", "2027-03-27"),
        ("2027-10-31T00:30Z", "2027-10-31"),  # half past one in London, the first of two
        ("2027-06-30T23:30Z", "2027-07-01"),
        ("2026-12-31T23:59Z", "2026-12-31"),
    ],
)
def test_on_odd_days_the_moment_is_kept_in_utc_and_the_keeping_period_is_counted_from_it(moment: str, day: str) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    at = datetime.fromisoformat(moment)
    sandbox = Sandbox(at=at)
    one = sandbox.installation
    campaign = replace(one.campaigns["thrive"], closes=None)
    sandbox.installation = one = with_campaigns(one, campaign)
    sandbox.tell_story(BOILER)
    (row,) = sandbox.rows(tables.stories)
    (story,) = read_stories(one.read, campaign, Filters())
    assert (row["told_at"], story.day.isoformat()) == (at, day)
    period = timedelta(days=round(campaign.story_months * 30.44))
    sandbox.now = at + period - timedelta(hours=1)
    assert purge(one).stories == 0
    sandbox.now = at + period + timedelta(hours=1)
    assert purge(one).stories == 1
    sandbox.close()
