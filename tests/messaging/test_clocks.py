"""Clocks that are set back, wrong, or on odd days."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from kit.campaigns import with_campaigns
from kit.moments import NOON
from kit.requests import BOILER, DANGER, deliver, told_by
from kit.sandbox import PHONE, House, Told

from bot.privacy.erasure import purge
from bot.store import tables
from bot.store.stories import Filters, read_stories


def test_a_clock_set_back_two_hours_loses_no_reply_and_keeps_their_order(house: House) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    house.arrive("hello")
    house.now -= timedelta(hours=2)
    house.arrive("yes")
    sender = Told()
    for _hour in range(3):
        deliver(house, sender)
        house.later("1h")
    texts = [sent.message.text for sent in sender.inbox(PHONE)]
    assert ["16 or over" in text for text in texts] == [True, False]
    assert house.statuses() == ["sent", "sent"]


def test_a_clock_set_back_two_hours_does_not_hold_helplines_back(house: House) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    house.arrive(DANGER)
    house.now -= timedelta(hours=2)
    sender = Told()
    deliver(house, sender)
    assert ["999" in sent.message.text for sent in sender.inbox(PHONE)] == [True]


def test_a_clock_set_back_two_hours_leaves_a_story_in_the_order_of_its_telling(house: House) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    house.storyteller(f"{BOILER}, part one")
    house.now -= timedelta(hours=2)
    for part in ("two", "three"):
        house.arrive(f"{BOILER}, part {part}")
    assert told_by(house) == [f"{BOILER}, part {part}" for part in ("one", "two", "three")]


@pytest.mark.parametrize("hours", [-1, 1, 2, 24])
def test_a_provider_whose_clock_is_wrong_neither_delays_nor_hurries_a_reply(house: House, hours: int) -> None:
    """Clock skew ±2 h, NTP jump, DST, leap day."""
    house.now = NOON.replace(hour=22)  # when what is late waits for the morning
    house.arrive("hello", sent_at=house.now + timedelta(hours=hours))
    sender = Told()
    deliver(house, sender)
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
    house = House(at=at)
    one = house.installation
    campaign = replace(one.campaigns["thrive"], closes=None)
    house.installation = one = with_campaigns(one, campaign)
    house.storyteller(BOILER)
    (row,) = house.rows(tables.stories)
    (story,) = read_stories(one.read, campaign, Filters())
    assert (row["told_at"], story.day.isoformat()) == (at, day)
    period = timedelta(days=round(campaign.story_months * 30.44))
    house.now = at + period - timedelta(hours=1)
    assert purge(one).stories == 0
    house.now = at + period + timedelta(hours=1)
    assert purge(one).stories == 1
    house.close()
