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
from kit.sandbox import PHONE, House, Told
from sqlalchemy import insert

from bot import safeguarding
from bot.engine.campaign import Limits
from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.store import organisers, tables
from bot.worker import Worker

# --- told


def test_every_lead_of_the_campaign_with_an_address_is_told_on_their_own_channel(house: House) -> None:
    add_lead(house, LEA)
    add_lead(house, MAX)
    add_lead(house, ("far@example.org", THIRD), campaign="other")
    with house.installation.write() as tx:  # and one without an address
        organisers.add(tx, "nan@example.org", "safeguarding", "thrive", "")
    house.arrive(DANGER)
    assert sorted(alerts(house)) == sorted([LEA[1], MAX[1]])
    sms, telegram = Told(), Told(Channel.TELEGRAM)
    house.deliver(sms, telegram)
    assert len(sms.inbox(LEA[1])) == len(telegram.inbox(MAX[1])) == 1


def test_whoever_was_revoked_is_told_no_more(house: House) -> None:
    add_lead(house)
    with house.installation.write() as tx:
        organisers.revoke(tx, LEA[0])
    house.arrive(DANGER)
    assert alerts(house) == []


def test_telling_somebody_at_a_new_number_is_telling_them_there_alone(house: House) -> None:
    add_lead(house)
    add_lead(house, (LEA[0], THIRD))
    house.arrive(DANGER)
    assert alerts(house) == [THIRD]


@given(text=st.sampled_from([DANGER, ABUSE, f"{DANGER}. ring me on {PHONE}, Amina Hassan"]))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_alert_holds_no_word_no_address_and_no_topic(text: str) -> None:
    house = House()
    add_lead(house)
    house.storyteller(BOILER, text)
    sender = Told()
    house.deliver(sender)
    (alert,) = sender.inbox(LEA[1])
    house.close()
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


def test_an_alert_is_urgent_waits_for_no_morning_and_no_cap_holds_it(house: House) -> None:
    add_lead(house)
    thrive = house.installation.campaigns["thrive"]
    none = Limits(per_person_hour=0, per_person_day=0, spend=1, spend_per_day=1, part_price=1)
    house.installation = with_campaigns(house.installation, replace(thrive, limits=none))
    with house.installation.database.write() as connection:
        connection.execute(insert(tables.spending).values(campaign="thrive", day="2026-11-22", parts=100))
    house.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    house.arrive(DANGER, sent_at=house.now - timedelta(hours=6))
    sender = Told()
    house.deliver(sender)
    assert len(sender.inbox(LEA[1])) == 1


def test_a_lead_who_once_sent_stop_as_a_resident_is_told_all_the_same(house: House) -> None:
    add_lead(house)
    house.arrive("hello", LEA[1])
    house.arrive("STOP", LEA[1])
    house.arrive(DANGER)
    house.arrive("STOP", LEA[1])  # and a STOP that comes while it waits
    sender = Told()
    house.deliver(sender)
    assert sum("something waits for you" in sent.message.text for sent in sender.inbox(LEA[1])) == 1


def test_an_alert_overtakes_what_waits(house: House) -> None:
    add_lead(house)
    for number in range(40):
        house.arrive("hello", f"+44791140{number:04}")
    house.arrive(DANGER)
    sender = Told()
    deliver_due(house.installation, {Channel.SMS: sender})
    assert LEA[1] in {message.address for message in sender.tried[:2]}


@pytest.mark.parametrize(("apart", "told"), [("1m", 1), ("9m", 1), ("11m", 2)])
def test_two_residents_in_danger_within_ten_minutes_are_one_alert_and_later_two(
    house: House, apart: str, told: int
) -> None:
    add_lead(house)
    house.arrive(DANGER)
    delivered(house)
    house.later(apart)
    house.arrive(DANGER, OTHER)
    assert len(house.rows(tables.flags)) == 2
    assert alerts(house) == [LEA[1]] * told


def test_while_an_alert_waits_to_be_sent_no_other_is_queued(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    house.later("11m")
    house.arrive(DANGER, OTHER)
    assert alerts(house) == [LEA[1]]
    delivered(house)
    house.later("11m")
    house.arrive(DANGER, THIRD)
    assert alerts(house) == [LEA[1]] * 2


def test_a_lead_who_has_not_been_told_is_told_though_another_has(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    delivered(house)
    house.later("5m")
    add_lead(house, MAX)
    house.arrive(DANGER, OTHER)
    assert alerts(house) == [LEA[1], MAX[1]]


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "waiting"])
def test_fifty_rounds_of_danger_and_delete_from_one_phone_are_one_alert(house: House, *, sent: bool) -> None:
    """Each DELETE makes the conversation forget that somebody was told; the lead's telephone stays quiet."""
    add_lead(house)
    for _round in range(50):
        for text in (DANGER, "DELETE", "YES"):
            house.arrive(text)
        if sent:
            delivered(house)
        house.later("10s")
    assert house.now - NOON < timedelta(minutes=10)
    assert [row["evidence"] for row in house.rows(tables.flags)] == [None] * 50
    assert alerts(house) == [LEA[1]]


def test_a_burst_of_one_resident_is_told_once_and_not_again_by_the_next_minutes_reminder(house: House) -> None:
    add_lead(house)
    worker = Worker(house.installation, {Channel.SMS: Told()})
    for _minute in range(50):
        house.arrive(DANGER)
        house.later("1m")
        worker.once()
    assert len(house.rows(tables.flags)) == 50
    assert alerts(house) == [LEA[1]]
    house.later("10m")
    worker.once()
    assert alerts(house) == [LEA[1]] * 2  # an hour after the first, one reminder for all


def test_danger_after_abuse_is_told_anew_and_abuse_after_danger_is_not(house: House) -> None:
    add_lead(house)
    house.arrive("hello")
    house.arrive(ABUSE)
    assert [row["tier"] for row in house.rows(tables.flags)] == ["abuse"]
    delivered(house)
    house.later("11m")
    house.arrive(DANGER)
    assert alerts(house) == [LEA[1]] * 2
    delivered(house)
    house.later("11m")
    house.arrive(ABUSE)
    assert len(house.rows(tables.flags)) == 3
    assert alerts(house) == [LEA[1]] * 2


def test_what_comes_after_a_flag_was_taken_on_is_told(house: House) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    safeguarding.acknowledge(house.installation, lea, only_flag(house))
    delivered(house)
    house.later("11m")
    house.arrive(DANGER)
    assert alerts(house) == [LEA[1]] * 2
