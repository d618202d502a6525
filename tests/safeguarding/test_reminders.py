"""Leads are reminded until somebody takes the flag on."""

from datetime import UTC, datetime, timedelta

from kit.flags import ABUSE, DANGER, LEA, add_lead, alerts, delivered, only_flag, reminded
from kit.people import OTHER
from kit.sandbox import Sandbox, ScriptedSender

from bot import safeguarding
from bot.engine.model import Channel
from bot.privacy.erasure import purge
from bot.store import tables
from bot.worker import Worker


def test_reminders_come_after_an_hour_and_then_after_twice_as_long_each_time(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    hours = [round(at.total_seconds() / 3600) for at in reminded(sandbox, "10m", timedelta(hours=70))]
    assert hours == [1, 2, 4, 8, 16, 32, 64]


def test_acknowledging_ends_reminders(sandbox: Sandbox) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER)
    delivered(sandbox)
    sandbox.later("1h")
    assert safeguarding.remind(sandbox.installation) == 1
    assert alerts(sandbox) == [LEA[1]] * 2
    safeguarding.acknowledge(sandbox.installation, lea, only_flag(sandbox))
    assert reminded(sandbox, "1h", timedelta(days=10)) == []


def test_one_reminder_stands_for_all_that_wait_in_a_campaign(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    for number in range(5):
        sandbox.arrive(DANGER, f"+4479113{number:05}")
        delivered(sandbox)
        sandbox.later("11m")
    assert alerts(sandbox) == [LEA[1]] * 5
    sandbox.later("1h")
    assert safeguarding.remind(sandbox.installation) == 1
    assert alerts(sandbox) == [LEA[1]] * 6
    assert reminded(sandbox, "5m", timedelta(minutes=55)) == []  # all five had their alert


def test_abuse_is_reminded_of_in_the_daytime_alone_and_danger_at_night_too(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.now = datetime(2026, 11, 21, 22, tzinfo=UTC)
    sandbox.arrive("hello")
    sandbox.arrive(ABUSE)
    delivered(sandbox)
    sandbox.later("2h")
    assert safeguarding.remind(sandbox.installation) == 0
    assert len(alerts(sandbox)) == 1
    lea = safeguarding.lead(sandbox.installation, LEA[0])
    sandbox.arrive(DANGER, OTHER)
    delivered(sandbox)
    sandbox.later("1h")
    assert safeguarding.remind(sandbox.installation) == 1
    assert len(alerts(sandbox)) == 3
    delivered(sandbox)
    (danger,) = sandbox.rows(tables.flags, tier="danger")
    safeguarding.acknowledge(sandbox.installation, lea, danger["id"])
    sandbox.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert safeguarding.remind(sandbox.installation) == 1  # of the abuse
    assert len(alerts(sandbox)) == 4


def test_a_lead_who_is_added_after_the_flag_was_raised_is_told_within_a_minute(sandbox: Sandbox) -> None:
    sandbox.arrive(DANGER)
    worker = Worker(sandbox.installation, {Channel.SMS: ScriptedSender()})
    worker.once()
    assert alerts(sandbox) == []
    add_lead(sandbox)
    sandbox.later("1m")
    worker.once()
    assert alerts(sandbox) == [LEA[1]]
    for _look in range(20):
        sandbox.later("1m")
        worker.once()
    assert alerts(sandbox) == [LEA[1]]


def test_the_leads_address_is_not_kept_among_the_residents_once_the_alert_is_sent(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    purge(sandbox.installation)
    assert sandbox.contact(LEA[1])["address"] is None
    sandbox.later("1h")
    safeguarding.remind(sandbox.installation)
    sandbox.deliver(sender)
    assert len(sender.inbox(LEA[1])) == 2
