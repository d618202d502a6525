"""Leads are reminded until somebody takes the flag on."""

from datetime import UTC, datetime, timedelta

from kit.flags import ABUSE, DANGER, LEA, add_lead, alerts, delivered, only_flag, reminded
from kit.people import OTHER
from kit.sandbox import House, Told

from bot import safeguarding
from bot.engine.model import Channel
from bot.privacy.erasure import purge
from bot.store import tables
from bot.worker import Worker


def test_reminders_come_after_an_hour_and_then_after_twice_as_long_each_time(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    hours = [round(at.total_seconds() / 3600) for at in reminded(house, "10m", timedelta(hours=70))]
    assert hours == [1, 2, 4, 8, 16, 32, 64]


def test_acknowledging_ends_reminders(house: House) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    delivered(house)
    house.later("1h")
    assert safeguarding.remind(house.installation) == 1
    assert alerts(house) == [LEA[1]] * 2
    safeguarding.acknowledge(house.installation, lea, only_flag(house))
    assert reminded(house, "1h", timedelta(days=10)) == []


def test_one_reminder_stands_for_all_that_wait_in_a_campaign(house: House) -> None:
    add_lead(house)
    for number in range(5):
        house.arrive(DANGER, f"+4479113{number:05}")
        delivered(house)
        house.later("11m")
    assert alerts(house) == [LEA[1]] * 5
    house.later("1h")
    assert safeguarding.remind(house.installation) == 1
    assert alerts(house) == [LEA[1]] * 6
    assert reminded(house, "5m", timedelta(minutes=55)) == []  # all five were told of


def test_abuse_is_reminded_of_in_the_daytime_alone_and_danger_at_night_too(house: House) -> None:
    add_lead(house)
    house.now = datetime(2026, 11, 21, 22, tzinfo=UTC)
    house.arrive("hello")
    house.arrive(ABUSE)
    delivered(house)
    house.later("2h")
    assert safeguarding.remind(house.installation) == 0
    assert len(alerts(house)) == 1
    lea = safeguarding.lead(house.installation, LEA[0])
    house.arrive(DANGER, OTHER)
    delivered(house)
    house.later("1h")
    assert safeguarding.remind(house.installation) == 1
    assert len(alerts(house)) == 3
    delivered(house)
    (danger,) = house.rows(tables.flags, tier="danger")
    safeguarding.acknowledge(house.installation, lea, danger["id"])
    house.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert safeguarding.remind(house.installation) == 1  # of the abuse
    assert len(alerts(house)) == 4


def test_a_lead_who_is_added_after_the_flag_was_raised_is_told_within_a_minute(house: House) -> None:
    house.arrive(DANGER)
    worker = Worker(house.installation, {Channel.SMS: Told()})
    worker.once()
    assert alerts(house) == []
    add_lead(house)
    house.later("1m")
    worker.once()
    assert alerts(house) == [LEA[1]]
    for _look in range(20):
        house.later("1m")
        worker.once()
    assert alerts(house) == [LEA[1]]


def test_the_leads_address_is_not_kept_among_the_residents_once_the_alert_is_sent(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    sender = Told()
    house.deliver(sender)
    purge(house.installation)
    assert house.contact(LEA[1])["address"] is None
    house.later("1h")
    safeguarding.remind(house.installation)
    house.deliver(sender)
    assert len(sender.inbox(LEA[1])) == 2
