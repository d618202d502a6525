"""The money of a day and of a campaign, and numbers that cost more than a text."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kit.limited import errors, in_parts
from kit.moments import NOON
from kit.people import ADA, BOILER, DANGER, OTHER
from kit.sandbox import PHONE, Sandbox, ScriptedSender

from bot.channels.port import Failure, SendError
from bot.engine.campaign import Limits
from bot.engine.model import Channel
from bot.language.sms_parts import count
from bot.messaging.limits import is_premium_rate
from bot.messaging.retry import MOST_ATTEMPTS
from bot.store import spending, tables

# --- money


def test_the_days_limit_holds_replies_until_nine_the_next_morning(sandbox: Sandbox) -> None:
    in_parts(sandbox, per_day=2)
    sandbox.arrive("hello")
    sender = ScriptedSender()
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 1
    sandbox.arrive("hello", OTHER)
    sandbox.deliver(sender)
    (held,) = sandbox.waiting()
    assert errors(sandbox) == ["held: spending limit of the day"]
    sandbox.now = datetime(2026, 11, 22, 8, 59, 59, tzinfo=UTC)
    sandbox.deliver(sender)
    assert sender.inbox(OTHER) == ()
    sandbox.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    sandbox.deliver(sender)
    assert [sent.message.text for sent in sender.inbox(OTHER)] == [held.message.text]


def test_what_was_held_over_night_goes_out_in_its_order(sandbox: Sandbox) -> None:
    in_parts(sandbox, per_day=2)
    sandbox.arrive("hello", OTHER)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sandbox.arrive("hello")
    sandbox.arrive("yes")
    sandbox.deliver(sender)
    assert sender.inbox(PHONE) == ()
    in_parts(sandbox, per_day=100)
    sandbox.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    sandbox.deliver(sender)
    first, question = (sent.message.text for sent in sender.inbox(PHONE))
    assert "16 or over" in first
    assert "What puts pressure on you" in question


def test_the_days_limit_counts_the_days_of_the_campaign(sandbox: Sandbox) -> None:
    """In summer London's midnight is 23:00 UTC."""
    sandbox.now = datetime(2026, 7, 1, 22, 59, tzinfo=UTC)
    in_parts(sandbox, per_day=2)
    sandbox.arrive("hello")
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sandbox.now = datetime(2026, 7, 1, 23, 1, tzinfo=UTC)
    sandbox.arrive("hello", OTHER)
    sandbox.deliver(sender)
    assert len(sender.inbox(OTHER)) == 1
    assert [row["day"] for row in sandbox.rows(tables.spending)] == ["2026-07-01", "2026-07-02"]


def test_the_whole_limit_holds_replies_an_hour_each_and_raising_it_releases_them(sandbox: Sandbox) -> None:
    in_parts(sandbox, ever=2)
    sandbox.arrive("hello", OTHER)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sandbox.arrive("hello")
    for _hour in range(4):
        sandbox.deliver(sender)
        (row,) = (row for row in sandbox.rows(tables.outbox) if row["status"] == "queued")
        assert (row["not_before"], row["error"]) == (sandbox.now + timedelta(hours=1), "held: spending limit")
        sandbox.later("1h")
    assert sender.inbox(PHONE) == ()
    in_parts(sandbox, ever=4)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 1


def test_a_reply_that_the_limit_held_for_a_day_is_still_tried_again_when_the_provider_stumbles(
    sandbox: Sandbox,
) -> None:
    in_parts(sandbox, ever=2)
    sandbox.arrive("hello", OTHER)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sandbox.arrive("hello")
    for _hour in range(MOST_ATTEMPTS + 1):
        sandbox.deliver(sender)
        sandbox.later("30m")
        sandbox.later("30m")
    sandbox.now = NOON + timedelta(days=1)
    in_parts(sandbox)
    stumbling = ScriptedSender(Channel.SMS, SendError(Failure.TEMPORARY, "500"))
    sandbox.deliver(stumbling)
    sandbox.later("1h")
    sandbox.deliver(stumbling)
    assert len(stumbling.inbox(PHONE)) == 1


def test_telegram_costs_nothing_and_is_never_held_by_money(sandbox: Sandbox) -> None:
    in_parts(sandbox, per_day=1, ever=1)
    sandbox.arrive("hello")
    sms, telegram = ScriptedSender(), ScriptedSender(Channel.TELEGRAM)
    sandbox.deliver(sms, telegram)
    spent = sandbox.rows(tables.spending)
    sandbox.arrive("hello", ADA)
    sandbox.deliver(sms, telegram)
    assert len(telegram.inbox(ADA)) == 1
    assert sandbox.rows(tables.spending) == spent


def test_exactly_the_parts_that_were_handed_over_are_counted_and_a_failure_costs_nothing(sandbox: Sandbox) -> None:
    for person in (PHONE, OTHER, "+447911123458"):
        sandbox.arrive("hello", person)
    sender = ScriptedSender(Channel.SMS, SendError(Failure.PERMANENT, "21211"))
    sandbox.deliver(sender)
    handed = [sent.message.text for person in (PHONE, OTHER, "+447911123458") for sent in sender.inbox(person)]
    assert len(handed) == 2
    (row,) = sandbox.rows(tables.spending)
    assert (row["campaign"], row["day"]) == ("thrive", "2026-11-21")
    assert row["parts"] == sum(count(text).parts for text in handed)


def test_what_was_spent_is_kept_by_campaign_and_day(sandbox: Sandbox) -> None:
    with sandbox.installation.write() as tx:
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
def test_a_premium_number_gets_no_text_whatever_it_sends_and_what_it_wrote_is_kept(sandbox: Sandbox, text: str) -> None:
    premium = "+449098790000"
    sandbox.arrive("hello", premium)
    sandbox.arrive(text, premium)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    assert sender.tried == []
    assert set(sandbox.statuses()) <= {"failed", "dropped"}
    assert sandbox.rows(tables.spending) == []
    assert len(sandbox.rows(tables.seen)) == 2
    assert len(sandbox.rows(tables.flags)) == (text == DANGER)


def test_a_flood_from_one_number_and_from_many_costs_no_more_than_the_day_allows(sandbox: Sandbox) -> None:
    in_parts(sandbox, per_day=20)
    senders = [f"+44791160{number:04}" for number in range(40)]
    for sender in senders:
        sandbox.arrive("hello", sender)
        sandbox.arrive("yes", sender)
        sandbox.arrive(BOILER, sender)
    for _again in range(100):
        sandbox.arrive("MY STORY", senders[0])
    told = ScriptedSender()
    sandbox.deliver(told)
    parts = sum(count(message.text).parts for message in told.tried)
    assert 20 <= parts <= 20 + 3  # the message under way when the limit is reached is the last
    assert sandbox.words() == [BOILER] * 40
