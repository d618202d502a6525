"""Replies are delivered in order, through whatever providers answer, and late ones wait for the morning."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from kit.delivering import TEMPORARY, finish
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, Request, Trouble
from kit.fakes.telegram_api import FakeTelegram
from kit.fakes.telegram_api import refuse as telegram_refuses
from kit.fakes.twilio_api import FakeTwilio
from kit.fakes.twilio_api import refuse as twilio_refuses
from kit.people import OTHER
from kit.sandbox import CHAT, PHONE, Sandbox, ScriptedSender

from bot.channels.port import Failure, Sender, SendError
from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.messaging.retry import (
    MOST_ATTEMPTS,
)
from bot.store import tables

ADA = str(CHAT)
on_the_loopback = pytest.mark.allow_hosts(["127.0.0.1"])


# --- the order


def test_each_resident_is_answered_in_the_order_of_the_outbox_while_an_earlier_reply_waits(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("yes")
    sandbox.arrive("hello", OTHER)
    sender = ScriptedSender(Channel.SMS, TEMPORARY)
    sandbox.deliver(sender)
    assert sender.inbox(PHONE) == ()  # the second reply waits behind the first, which failed
    assert len(sender.inbox(OTHER)) == 1
    sandbox.later("5s")
    sandbox.deliver(sender)
    first, question = (sent.message.text for sent in sender.inbox(PHONE))
    assert "16 or over" in first
    assert "What puts pressure on you" in question
    assert sandbox.statuses() == ["sent"] * 3


def test_helplines_overtake_what_waits(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sender = ScriptedSender(Channel.SMS, TEMPORARY)
    sandbox.deliver(sender)
    for number in range(40):
        sandbox.arrive("hello", f"+44791140{number:04}")
    sandbox.arrive("I want to kill myself")
    tried = len(sender.tried)
    sandbox.deliver(sender)
    assert sender.tried[tried].address == PHONE
    assert "999" in sender.tried[tried].text
    assert len(sender.inbox(PHONE)) == 1
    sandbox.later("5s")
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 2


def test_a_reply_for_which_there_is_no_way_out_waits_for_one(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", ADA)
    assert sandbox.deliver(ScriptedSender(Channel.SMS)) == 0
    assert deliver_due(sandbox.installation, {}) == 0
    telegram = ScriptedSender(Channel.TELEGRAM)
    sandbox.deliver(telegram)
    assert len(telegram.inbox(ADA)) == 1


# --- what providers answer


@on_the_loopback
def test_a_resident_who_opted_out_with_the_carrier_is_remembered_as_stopped(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("yes")
    sandbox.arrive("hello", OTHER)
    with FakeTwilio() as fake:
        fake.opted_out.add(PHONE)
        sender = sandbox.twilio(fake.url)
        sandbox.deliver(sender)
        assert sandbox.contact(PHONE)["stopped_at"] == sandbox.now
        assert sandbox.statuses() == ["failed", "dropped", "sent"]
        sandbox.arrive("my landlord will not mend the boiler")
        finish(sandbox, sender)
        assert [message["To"] for message in fake.sent] == [OTHER]
        fake.opted_out.clear()
        sandbox.arrive("START")
        finish(sandbox, sender)
        assert [message["To"] for message in fake.sent] == [OTHER, PHONE]
        sender.close()


@on_the_loopback
def test_a_resident_who_blocked_the_bot_is_remembered_as_stopped(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", ADA)
    sandbox.arrive("yes", ADA)
    with FakeTelegram() as fake:
        fake.blocked.add(CHAT)
        sender = sandbox.telegram(fake.url)
        finish(sandbox, sender)
        sender.close()
        assert [request.path.rpartition("/")[2] for request in fake.requests] == ["sendMessage"]
    assert sandbox.statuses() == ["failed", "dropped"]
    assert sandbox.contact(ADA, Channel.TELEGRAM)["stopped_at"] is not None


@on_the_loopback
@pytest.mark.parametrize("seconds", [1, 7, 120])
def test_too_fast_is_obeyed_to_the_second_by_sms(sandbox: Sandbox, seconds: int) -> None:
    sandbox.arrive("hello")
    with FakeTwilio() as fake:
        sender = sandbox.twilio(fake.url)
        _obeys(sandbox, fake, sender, Trouble(twilio_refuses(20429, 429, {"Retry-After": str(seconds)})), seconds)
        sender.close()
        assert len(fake.sent) == 1


@on_the_loopback
@pytest.mark.parametrize("seconds", [1, 7, 120])
def test_too_fast_is_obeyed_to_the_second_by_telegram(sandbox: Sandbox, seconds: int) -> None:
    sandbox.arrive("hello", ADA)
    with FakeTelegram() as fake:
        sender = sandbox.telegram(fake.url)
        _obeys(sandbox, fake, sender, Trouble(telegram_refuses(429, "Too Many Requests", retry_after=seconds)), seconds)
        sender.close()
        assert len(fake.sent) == 1


def _obeys(sandbox: Sandbox, fake: FakeTwilio | FakeTelegram, sender: Sender, trouble: Trouble, seconds: int) -> None:
    fake.script(trouble)
    sandbox.deliver(sender)
    asked = sandbox.now
    sandbox.now = asked + timedelta(seconds=seconds) - timedelta(microseconds=1)
    assert sandbox.deliver(sender) == 0
    assert len(fake.requests) == 1
    sandbox.now = asked + timedelta(seconds=seconds)
    assert sandbox.deliver(sender) == 1
    assert len(fake.requests) == 2


def test_a_storm_of_too_fast_loses_no_reply_and_keeps_the_order(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("yes")
    storm = [SendError(Failure.RETRY_AFTER, "429", seconds) for seconds in range(1, 41)]
    sender = ScriptedSender(Channel.SMS, *storm)
    finish(sandbox, sender)
    assert sandbox.statuses() == ["sent", "sent"]
    assert ["16 or over" in sent.message.text for sent in sender.inbox(PHONE)] == [True, False]


@on_the_loopback
def test_a_tap_too_old_to_be_answered_is_let_go_and_holds_up_nothing(sandbox: Sandbox) -> None:
    from bot.engine.model import Kind  # noqa: PLC0415

    sandbox.arrive("hello", ADA)
    sandbox.arrive("", ADA, kind=Kind.BUTTON, button="consent:yes", callback="451")
    with FakeTelegram() as fake:
        sender = sandbox.telegram(fake.url)
        finish(sandbox, sender)
        sender.close()
        assert len(fake.sent) == 2
    assert Counter(sandbox.statuses()) == {"sent": 2, "failed": 1}


@on_the_loopback
@pytest.mark.slow
def test_a_thousand_sends_of_which_a_third_fail_all_end_and_none_is_sent_twice_when_the_provider_answered(
    sandbox: Sandbox,
) -> None:
    lots = random.Random(1973)
    answered: Counter[str] = Counter()
    unanswered: Counter[str] = Counter()
    moods: list[tuple[int, Callable[[], Trouble | None]]] = [
        (70, lambda: None),
        (10, lambda: Trouble(twilio_refuses(20500, 500))),
        (8, lambda: Trouble(twilio_refuses(20429, 429, {"Retry-After": str(lots.randrange(1, 9))}))),
        (5, lambda: CUT_AFTER_ACCEPTING),
        (4, lambda: CUT),
        (3, lambda: Trouble(twilio_refuses(21211))),
    ]

    class Moody(FakeTwilio):
        def meet(self, request: Request) -> Trouble | None:
            super().meet(request)
            mood = lots.choices([one for _, one in moods], [weight for weight, _ in moods])[0]()
            if mood is None:
                answered[request.form["To"][0]] += 1
            elif mood is CUT_AFTER_ACCEPTING:
                unanswered[request.form["To"][0]] += 1
            return mood

    people = [f"+4479115{number:05}" for number in range(1_000)]
    for person in people:
        sandbox.arrive("hello", person)
    with Moody() as fake:
        sender = sandbox.twilio(fake.url)
        finish(sandbox, sender)
        sender.close()
        received = Counter(message["To"] for message in fake.sent)
    rows = sandbox.rows(tables.outbox)
    assert Counter(row["status"] for row in rows).keys() <= {"sent", "failed"}
    assert max(row["attempts"] for row in rows) <= 2 * MOST_ATTEMPTS
    assert all(count <= 1 for count in answered.values())
    assert all(received[person] == answered[person] + unanswered[person] for person in people)
    assert all(received[person] <= 2 for person in people)
    assert sum(row["status"] == "sent" for row in rows) == sum(answered.values())
    assert sum(row["status"] == "failed" for row in rows) < 100
    assert unanswered.total() > 20  # the lost answers were there to be tested


# --- late


@pytest.mark.parametrize(
    ("asked", "now", "goes"),
    [
        ("2026-11-21T20:30Z", "2026-11-21T23:00Z", "2026-11-22T09:00Z"),
        ("2026-11-21T22:00Z", "2026-11-22T03:00Z", "2026-11-22T09:00Z"),
        ("2027-07-01T20:30Z", "2027-07-01T23:00Z", "2027-07-02T08:00Z"),  # nine o'clock in a British summer
        ("2026-11-21T22:00Z", "2026-11-21T23:59Z", None),  # hardly late: the resident is still awake
        ("2026-11-21T06:00Z", "2026-11-21T12:00Z", None),  # late, and it is day
        ("2027-03-27T23:30Z", "2027-03-28T02:30Z", "2027-03-28T08:00Z"),  # the night the clocks go forward
    ],
)
def test_a_late_reply_waits_for_nine_in_the_morning(sandbox: Sandbox, asked: str, now: str, goes: str | None) -> None:
    sandbox.now = datetime.fromisoformat(now)
    sandbox.arrive("hello", sent_at=datetime.fromisoformat(asked))
    sender = ScriptedSender(Channel.SMS)
    sandbox.deliver(sender)
    assert bool(sender.tried) is (goes is None)
    if goes:
        sandbox.now = datetime.fromisoformat(goes) - timedelta(seconds=1)
        assert sandbox.deliver(sender) == 0
        sandbox.now = datetime.fromisoformat(goes)
        sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 1


def test_helplines_never_wait_for_the_morning(sandbox: Sandbox) -> None:
    sandbox.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    sandbox.arrive("I want to kill myself", sent_at=sandbox.now - timedelta(hours=6))
    sender = ScriptedSender(Channel.SMS)
    sandbox.deliver(sender)
    assert "999" in sender.inbox(PHONE)[0].message.text
