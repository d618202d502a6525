"""Leads are alerted at once, on their own channel, without a word of anybody."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.campaigns import with_campaigns
from kit.flags import ABUSE, DANGER, LEA, MAX, add_lead, alerts, delivered, only_flag
from kit.moments import NOON
from kit.people import BOILER, OTHER, THIRD
from kit.sandbox import PHONE, Sandbox, ScriptedSender
from sqlalchemy import insert

from bot import safeguarding
from bot.engine.campaign import Limits
from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.store import organisers, tables
from bot.worker import Worker

# --- told


def test_every_lead_of_the_campaign_with_an_address_is_told_on_their_own_channel(sandbox: Sandbox) -> None:
    add_lead(sandbox, LEA)
    add_lead(sandbox, MAX)
    add_lead(sandbox, ("far@example.org", THIRD), campaign="other")
    with sandbox.installation.write() as tx:  # and one without an address
        organisers.add(tx, "nan@example.org", "safeguarding", "thrive", "")
    sandbox.arrive(DANGER)
    assert sorted(alerts(sandbox)) == sorted([LEA[1], MAX[1]])
    sms, telegram = ScriptedSender(), ScriptedSender(Channel.TELEGRAM)
    sandbox.deliver(sms, telegram)
    assert len(sms.inbox(LEA[1])) == len(telegram.inbox(MAX[1])) == 1


def test_whoever_was_revoked_is_told_no_more(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    with sandbox.installation.write() as tx:
        organisers.revoke(tx, LEA[0])
    sandbox.arrive(DANGER)
    assert alerts(sandbox) == []


def test_telling_somebody_at_a_new_number_is_telling_them_there_alone(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    add_lead(sandbox, (LEA[0], THIRD))
    sandbox.arrive(DANGER)
    assert alerts(sandbox) == [THIRD]


@given(text=st.sampled_from([DANGER, ABUSE, f"{DANGER}. ring me on {PHONE}, Amina Hassan"]))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_alert_holds_no_word_no_address_and_no_topic(text: str) -> None:
    sandbox = Sandbox()
    add_lead(sandbox)
    sandbox.tell_story(BOILER, text)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    (alert,) = sender.inbox(LEA[1])
    sandbox.close()
    said = alert.message.text
    assert said == "OpenEar: something waits for you in thrive. See: openear flags list"
    for word in {
        *re.findall(r"\w{4,}", text + BOILER),
        PHONE,
        "danger",
        "abuse",
        "suicide",
        "safeguard",
        "flag raised",
    }:
        assert word.lower() not in said.lower()


def test_an_alert_is_urgent_waits_for_no_morning_and_no_cap_holds_it(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    thrive = sandbox.installation.campaigns["thrive"]
    none = Limits(per_person_hour=0, per_person_day=0, spend=1, spend_per_day=1, part_price=1)
    sandbox.installation = with_campaigns(sandbox.installation, replace(thrive, limits=none))
    with sandbox.installation.database.write() as connection:
        connection.execute(insert(tables.spending).values(campaign="thrive", day="2026-11-22", parts=100))
    sandbox.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    sandbox.arrive(DANGER, sent_at=sandbox.now - timedelta(hours=6))
    sender = ScriptedSender()
    sandbox.deliver(sender)
    assert len(sender.inbox(LEA[1])) == 1


def test_a_lead_who_once_sent_stop_as_a_resident_is_told_all_the_same(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.arrive("hello", LEA[1])
    sandbox.arrive("STOP", LEA[1])
    sandbox.arrive(DANGER)
    sandbox.arrive("STOP", LEA[1])  # and a STOP that comes while it waits
    sender = ScriptedSender()
    sandbox.deliver(sender)
    assert sum("something waits for you" in sent.message.text for sent in sender.inbox(LEA[1])) == 1


def test_an_alert_overtakes_what_waits(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    for number in range(40):
        sandbox.arrive("hello", f"+44791140{number:04}")
    sandbox.arrive(DANGER)
    sender = ScriptedSender()
    deliver_due(sandbox.installation, {Channel.SMS: sender})
    assert LEA[1] in {message.address for message in sender.tried[:2]}


@pytest.mark.parametrize(("apart", "told"), [("1m", 1), ("9m", 1), ("11m", 2)])
def test_two_residents_in_danger_within_ten_minutes_are_one_alert_and_later_two(
    sandbox: Sandbox, apart: str, told: int
) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    delivered(sandbox)
    sandbox.later(apart)
    sandbox.arrive(DANGER, OTHER)
    assert len(sandbox.rows(tables.flags)) == 2
    assert alerts(sandbox) == [LEA[1]] * told


def test_while_an_alert_waits_to_be_sent_no_other_is_queued(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    sandbox.later("11m")
    sandbox.arrive(DANGER, OTHER)
    assert alerts(sandbox) == [LEA[1]]
    delivered(sandbox)
    sandbox.later("11m")
    sandbox.arrive(DANGER, THIRD)
    assert alerts(sandbox) == [LEA[1]] * 2


def test_a_lead_who_has_not_been_told_is_told_though_another_has(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    delivered(sandbox)
    sandbox.later("5m")
    add_lead(sandbox, MAX)
    sandbox.arrive(DANGER, OTHER)
    assert alerts(sandbox) == [LEA[1], MAX[1]]


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "waiting"])
def test_fifty_rounds_of_danger_and_delete_from_one_phone_are_one_alert(sandbox: Sandbox, *, sent: bool) -> None:
    """Each DELETE makes the conversation forget that somebody was told; the lead's telephone stays quiet."""
    add_lead(sandbox)
    for _round in range(50):
        for text in (DANGER, "DELETE", "YES"):
            sandbox.arrive(text)
        if sent:
            delivered(sandbox)
        sandbox.later("10s")
    assert sandbox.now - NOON < timedelta(minutes=10)
    assert [row["evidence"] for row in sandbox.rows(tables.flags)] == [None] * 50
    assert alerts(sandbox) == [LEA[1]]


def test_a_burst_of_one_resident_is_told_once_and_not_again_by_the_next_minutes_reminder(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    worker = Worker(sandbox.installation, {Channel.SMS: ScriptedSender()})
    for _minute in range(50):
        sandbox.arrive(DANGER)
        sandbox.later("1m")
        worker.once()
    assert len(sandbox.rows(tables.flags)) == 50
    assert alerts(sandbox) == [LEA[1]]
    sandbox.later("10m")
    worker.once()
    assert alerts(sandbox) == [LEA[1]] * 2  # an hour after the first, one reminder for all


def test_danger_after_abuse_is_told_anew_and_abuse_after_danger_is_not(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.arrive("hello")
    sandbox.arrive(ABUSE)
    assert [row["tier"] for row in sandbox.rows(tables.flags)] == ["abuse"]
    delivered(sandbox)
    sandbox.later("11m")
    sandbox.arrive(DANGER)
    assert alerts(sandbox) == [LEA[1]] * 2
    delivered(sandbox)
    sandbox.later("11m")
    sandbox.arrive(ABUSE)
    assert len(sandbox.rows(tables.flags)) == 3
    assert alerts(sandbox) == [LEA[1]] * 2


def test_what_comes_after_a_flag_was_taken_on_is_told(sandbox: Sandbox) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER)
    safeguarding.acknowledge(sandbox.installation, lea, only_flag(sandbox))
    delivered(sandbox)
    sandbox.later("11m")
    sandbox.arrive(DANGER)
    assert alerts(sandbox) == [LEA[1]] * 2
