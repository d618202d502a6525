"""Caps: what is sent at most, what is kept all the same, and what no cap ever holds back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kit.campaigns import with_campaigns
from kit.moments import NOON
from kit.sandbox import CHAT, PHONE, House, Told

from bot.channels.port import Failure, SendError
from bot.engine.campaign import Limits
from bot.engine.model import Channel, Kind
from bot.language.sms_parts import count
from bot.messaging.deliver import deliver_due
from bot.messaging.limits import ALWAYS, is_premium_rate
from bot.messaging.retry import MOST_ATTEMPTS
from bot.store import spending, tables

ADA, OTHER = str(CHAT), "+447911123457"
BOILER = "my landlord will not mend the boiler"
DANGER = "I want to kill myself"


def limit(house: House, **limits: float) -> None:
    """The campaign's file now says so, and serving has begun anew."""
    thrive = house.installation.campaigns["thrive"]
    changed = replace(thrive, limits=replace(Limits(), **limits))  # type: ignore[arg-type]
    house.installation = with_campaigns(house.installation, changed)


def in_parts(house: House, per_day: int = 0, ever: int = 0) -> None:
    """Limits of so many SMS parts; 0 is no limit."""
    limit(house, part_price=1.0, spend_per_day=float(per_day), spend=float(ever))


def deliver(house: House, *senders: Told) -> None:
    """Send all that is due now."""
    ways = {sender.channel: sender for sender in senders}
    while deliver_due(house.installation, ways):
        pass


def ask(house: House, times: int, sender: str = PHONE) -> None:
    """Commands that are answered each time they are sent."""
    for _again in range(times):
        house.arrive("MY STORY", sender)


def errors(house: House) -> list[str]:
    return [row["error"] for row in house.rows(tables.outbox) if row["error"]]


# --- to one person


def test_the_forty_first_message_in_an_hour_is_not_sent(house: House) -> None:
    house.arrive("hello")
    sender = Told()
    ask(house, 39)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 40
    ask(house, 1)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 40
    assert house.statuses().count("failed") == 1
    assert errors(house) == ["too many to one person"]
    assert {row["body"] for row in house.rows(tables.outbox)} == {b""}  # and nothing of it stays


def test_what_a_person_writes_beyond_the_cap_is_kept(house: House) -> None:
    limit(house, per_person_hour=3)
    house.storyteller(BOILER)
    sender = Told()
    ask(house, 5)
    deliver(house, sender)
    for part in range(10):
        assert house.arrive(f"{BOILER}, part {part}")
        ask(house, 1)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 3
    assert house.words() == [BOILER, *(f"{BOILER}, part {part}" for part in range(10))]


def test_after_an_hour_there_is_room_again(house: House) -> None:
    limit(house, per_person_hour=2)
    house.arrive("hello")
    ask(house, 2)
    sender = Told()
    deliver(house, sender)
    house.later("59m")
    ask(house, 1)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 2
    house.later("61s")
    ask(house, 1)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 3


def test_the_cap_of_the_day_holds_where_no_hour_was_full(house: House) -> None:
    limit(house, per_person_hour=2, per_person_day=5)
    sender = Told()
    house.arrive("hello")
    for _hour in range(8):
        deliver(house, sender)
        house.later("1h")
        ask(house, 1)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 5
    house.later("20h")
    ask(house, 1)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 6


def test_one_persons_cap_is_nobody_elses(house: House) -> None:
    limit(house, per_person_hour=1)
    house.arrive("hello")
    ask(house, 3)
    house.arrive("hello", OTHER)
    house.arrive("hello", ADA)
    sms, telegram = Told(), Told(Channel.TELEGRAM)
    deliver(house, sms, telegram)
    assert [len(sms.inbox(PHONE)), len(sms.inbox(OTHER)), len(telegram.inbox(ADA))] == [1, 1, 1]


def test_the_cap_holds_on_telegram_too(house: House) -> None:
    limit(house, per_person_hour=2)
    house.arrive("hello", ADA)
    ask(house, 4, ADA)
    telegram = Told(Channel.TELEGRAM)
    deliver(house, telegram)
    assert len(telegram.inbox(ADA)) == 2


def test_helplines_stop_and_delete_are_answered_beyond_every_cap(house: House) -> None:
    limit(house, per_person_hour=1, per_person_day=1, part_price=1, spend=1, spend_per_day=1)
    house.storyteller(BOILER)
    sender = Told()
    deliver(house, sender)
    sent = len(sender.inbox(PHONE))
    assert sent == 1
    house.arrive(DANGER)
    house.arrive("HELP")
    house.arrive("DELETE")
    house.arrive("yes")
    house.arrive("hello", OTHER)
    house.arrive("STOP", OTHER)
    deliver(house, sender)
    keys = [row["key"] for row in house.rows(tables.outbox) if row["status"] == "sent"]
    assert {"deleted", "stop"} <= set(keys)
    assert len(sender.inbox(OTHER)) == 1
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("deleted")


def test_helplines_and_help_are_sent_though_the_cap_is_reached(house: House) -> None:
    limit(house, per_person_hour=1, part_price=1, spend=1, spend_per_day=1)
    house.storyteller(BOILER)
    sender = Told()
    deliver(house, sender)
    for text in (DANGER, "HELP", DANGER):
        before = len(sender.inbox(PHONE))
        house.arrive(text)
        deliver(house, sender)
        assert len(sender.inbox(PHONE)) == before + 1, text
        assert "999" in sender.inbox(PHONE)[-1].message.text


def test_the_question_that_delete_asks_goes_out_beyond_the_cap_of_one_person(house: House) -> None:
    limit(house, per_person_hour=1)
    house.storyteller(BOILER)
    sender = Told()
    deliver(house, sender)
    house.arrive("DELETE")
    deliver(house, sender)
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("delete")


def test_the_question_that_delete_asks_goes_out_though_the_money_is_spent(house: House) -> None:
    in_parts(house, ever=1)
    house.arrive("hello")
    sender = Told()
    deliver(house, sender)
    house.arrive("DELETE")
    deliver(house, sender)
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("delete")


def test_the_question_that_delete_asks_does_not_wait_behind_a_reply_that_is_held(house: House) -> None:
    in_parts(house, ever=1)
    house.arrive("hello")
    sender = Told()
    deliver(house, sender)
    ask(house, 1)
    deliver(house, sender)
    house.arrive("DELETE")
    deliver(house, sender)
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("delete")


def test_whoever_is_too_young_is_told_so_and_of_childline_beyond_every_cap(house: House) -> None:
    house.arrive("hello")
    sender = Told()
    deliver(house, sender)
    limit(house, per_person_hour=1, part_price=1, spend=1)
    house.arrive("I am 14")
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 2
    assert house.rows(tables.outbox)[-1]["key"] == "under_age"


def test_only_texts_that_the_campaign_owes_are_outside_the_caps() -> None:
    assert sorted(ALWAYS) == ["delete", "deleted", "help", "stop", "under_age"]


# --- money


def test_the_days_limit_holds_replies_until_nine_the_next_morning(house: House) -> None:
    in_parts(house, per_day=2)
    house.arrive("hello")
    sender = Told()
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 1
    house.arrive("hello", OTHER)
    deliver(house, sender)
    (held,) = house.waiting()
    assert errors(house) == ["held: spending limit of the day"]
    house.now = datetime(2026, 11, 22, 8, 59, 59, tzinfo=UTC)
    deliver(house, sender)
    assert sender.inbox(OTHER) == ()
    house.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    deliver(house, sender)
    assert [sent.message.text for sent in sender.inbox(OTHER)] == [held.message.text]


def test_what_was_held_over_night_goes_out_in_its_order(house: House) -> None:
    in_parts(house, per_day=2)
    house.arrive("hello", OTHER)
    sender = Told()
    deliver(house, sender)
    house.arrive("hello")
    house.arrive("yes")
    deliver(house, sender)
    assert sender.inbox(PHONE) == ()
    in_parts(house, per_day=100)
    house.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    deliver(house, sender)
    first, question = (sent.message.text for sent in sender.inbox(PHONE))
    assert "16 or over" in first
    assert "What puts pressure on you" in question


def test_the_days_limit_counts_the_days_of_the_campaign(house: House) -> None:
    """In summer London's midnight is 23:00 UTC."""
    house.now = datetime(2026, 7, 1, 22, 59, tzinfo=UTC)
    in_parts(house, per_day=2)
    house.arrive("hello")
    sender = Told()
    deliver(house, sender)
    house.now = datetime(2026, 7, 1, 23, 1, tzinfo=UTC)
    house.arrive("hello", OTHER)
    deliver(house, sender)
    assert len(sender.inbox(OTHER)) == 1
    assert [row["day"] for row in house.rows(tables.spending)] == ["2026-07-01", "2026-07-02"]


def test_the_whole_limit_holds_replies_an_hour_each_and_raising_it_releases_them(house: House) -> None:
    in_parts(house, ever=2)
    house.arrive("hello", OTHER)
    sender = Told()
    deliver(house, sender)
    house.arrive("hello")
    for _hour in range(4):
        deliver(house, sender)
        (row,) = (row for row in house.rows(tables.outbox) if row["status"] == "queued")
        assert (row["not_before"], row["error"]) == (house.now + timedelta(hours=1), "held: spending limit")
        house.later("1h")
    assert sender.inbox(PHONE) == ()
    in_parts(house, ever=4)
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 1


def test_a_reply_that_the_limit_held_for_a_day_is_still_tried_again_when_the_provider_stumbles(house: House) -> None:
    in_parts(house, ever=2)
    house.arrive("hello", OTHER)
    sender = Told()
    deliver(house, sender)
    house.arrive("hello")
    for _hour in range(MOST_ATTEMPTS + 1):
        deliver(house, sender)
        house.later("30m")
        house.later("30m")
    house.now = NOON + timedelta(days=1)
    in_parts(house)
    stumbling = Told(Channel.SMS, SendError(Failure.TEMPORARY, "500"))
    deliver(house, stumbling)
    house.later("1h")
    deliver(house, stumbling)
    assert len(stumbling.inbox(PHONE)) == 1


def test_telegram_costs_nothing_and_is_never_held_by_money(house: House) -> None:
    in_parts(house, per_day=1, ever=1)
    house.arrive("hello")
    sms, telegram = Told(), Told(Channel.TELEGRAM)
    deliver(house, sms, telegram)
    spent = house.rows(tables.spending)
    house.arrive("hello", ADA)
    deliver(house, sms, telegram)
    assert len(telegram.inbox(ADA)) == 1
    assert house.rows(tables.spending) == spent


def test_exactly_the_parts_that_were_handed_over_are_counted_and_a_failure_costs_nothing(house: House) -> None:
    for person in (PHONE, OTHER, "+447911123458"):
        house.arrive("hello", person)
    sender = Told(Channel.SMS, SendError(Failure.PERMANENT, "21211"))
    deliver(house, sender)
    handed = [sent.message.text for person in (PHONE, OTHER, "+447911123458") for sent in sender.inbox(person)]
    assert len(handed) == 2
    (row,) = house.rows(tables.spending)
    assert (row["campaign"], row["day"]) == ("thrive", "2026-11-21")
    assert row["parts"] == sum(count(text).parts for text in handed)


def test_what_was_spent_is_kept_by_campaign_and_day(house: House) -> None:
    with house.installation.write() as tx:
        for campaign, day, parts in (
            ("thrive", "2026-11-20", 5), ("thrive", "2026-11-21", 2), ("thrive", "2026-11-21", 3),
            ("other", "2026-11-21", 7),
        ):  # fmt: skip
            spending.add(tx, campaign, day, parts)
        assert spending.spent(tx, "thrive") == 10
        assert spending.spent(tx, "thrive", "2026-11-21") == 5
        assert spending.spent(tx, "thrive", "2026-11-22") == 0
        assert spending.spent(tx, "nowhere") == 0


@given(st.floats(0, 1e6), st.floats(0, 10))
@example(0.0, 0.04)
@example(2500.0, 0.0)
def test_no_money_named_or_no_price_is_no_limit_and_else_money_buys_so_many_parts(money: float, price: float) -> None:
    limits = Limits(spend_per_day=money, spend=money, part_price=price)
    assert limits.parts_per_day == limits.parts
    if money and price:
        assert limits.parts == money / price
    else:
        assert limits.parts == float("inf")


def test_the_shipped_figures_are_those_of_the_page() -> None:
    with_defaults = Limits()
    assert (with_defaults.per_person_hour, with_defaults.per_person_day) == (40, 120)
    assert (with_defaults.parts_per_day, with_defaults.parts) == (62_500, 625_000)


# --- numbers that cost more than a text


@pytest.mark.parametrize(
    "number",
    [
        "+449098790000",  # premium rate
        "+449090123456",
        "+448712345678",  # shared cost
        "+447012345678",  # personal number
        "+445511234567",  # UAN
        "+870773000000",  # Inmarsat
        "+881612345678",  # Iridium
        "+882161234567",  # international networks
        "+883130000000",
        "+979112345678",  # international premium rate
        "+80012345678",  # universal freephone
        "07911123456",  # not E.164 at all
        "SHORTCODE",
        "",
        "+",
    ],
)
def test_numbers_that_may_cost_more_than_a_text_are_never_texted(number: str) -> None:
    assert is_premium_rate(number)


@pytest.mark.parametrize(
    "number", ["+447911123456", "+442079460000", "+353851234567", "+48512345678", "+252612345678", "+251911234567"]
)
def test_telephones_are_texted(number: str) -> None:
    assert not is_premium_rate(number)


@given(st.text(max_size=20))
def test_any_number_has_an_answer(number: str) -> None:
    assert is_premium_rate(number) in {True, False}
    assert is_premium_rate(number) or number.startswith("+")


@pytest.mark.parametrize("text", ["hello", DANGER, "STOP"])
def test_a_premium_number_gets_no_text_whatever_it_sends_and_what_it_wrote_is_kept(house: House, text: str) -> None:
    premium = "+449098790000"
    house.arrive("hello", premium)
    house.arrive(text, premium)
    sender = Told()
    deliver(house, sender)
    assert sender.tried == []
    assert set(house.statuses()) <= {"failed", "dropped"}
    assert house.rows(tables.spending) == []
    assert len(house.rows(tables.seen)) == 2
    assert len(house.rows(tables.flags)) == (text == DANGER)


def test_a_flood_from_one_number_and_from_many_costs_no_more_than_the_day_allows(house: House) -> None:
    in_parts(house, per_day=20)
    senders = [f"+44791160{number:04}" for number in range(40)]
    for sender in senders:
        house.arrive("hello", sender)
        house.arrive("yes", sender)
        house.arrive(BOILER, sender)
    for _again in range(100):
        house.arrive("MY STORY", senders[0])
    told = Told()
    deliver(house, told)
    parts = sum(count(message.text).parts for message in told.tried)
    assert 20 <= parts <= 20 + 3  # the message under way when the limit is reached is the last
    assert house.words() == [BOILER] * 40


def test_a_button_is_answered_though_the_cap_is_reached(house: House) -> None:
    limit(house, per_person_hour=1)
    house.arrive("hello", ADA)
    telegram = Told(Channel.TELEGRAM)
    deliver(house, telegram)
    house.arrive("", ADA, kind=Kind.BUTTON, button="consent:yes", callback="1")
    deliver(house, telegram)
    assert [message.callback for message in telegram.tried] == ["", "1"]
