"""Sending: what is tried again and when, in which order, what is never sent twice, what a sent message leaves behind.

The providers are strict fakes over real sockets where their answers matter, and a sender that fails as told elsewhere.
"""

import itertools
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, Request, Trouble
from kit.fakes.telegram_api import FakeTelegram
from kit.fakes.telegram_api import refuse as telegram_refuses
from kit.fakes.twilio_api import FakeTwilio
from kit.fakes.twilio_api import refuse as twilio_refuses
from kit.sandbox import CHAT, PHONE, House, Told
from sqlalchemy import case, func, select

from bot.channels.port import Failure, Message, Sender, SendError
from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due, record_receipt
from bot.messaging.retry import (
    MOST_ATTEMPTS,
    MOST_ATTEMPTS_TOO_FAST,
    MOST_ATTEMPTS_URGENT,
    GiveUp,
    Retry,
    decide,
)
from bot.store import outbox, tables

ADA = str(CHAT)
table = tables.outbox.c
OTHER = "+447911123457"
on_the_loopback = pytest.mark.allow_hosts(["127.0.0.1"])
TEMPORARY = SendError(Failure.TEMPORARY, "500")


def deliver(house: House, *senders: Sender) -> int:
    """Send all that is due now. How many rows were taken."""
    ways = {sender.channel: sender for sender in senders}
    return sum(iter(lambda: deliver_due(house.installation, ways), 0))


def finish(house: House, *senders: Sender) -> None:
    """Send, and let time pass to the next attempt, until nothing waits."""
    waits = select(func.min(case((table.not_before > table.lease_until, table.not_before), else_=table.lease_until)))
    while True:
        deliver(house, *senders)
        with house.installation.database.read() as connection:
            soonest = connection.execute(waits.where(table.status.in_(outbox.WAITING))).scalar()
        if soonest is None:
            return
        house.now = max(house.now + timedelta(minutes=1), soonest)


# --- the decision


def seconds(number: float) -> Retry:
    return Retry(timedelta(seconds=number))


HOUR = timedelta(hours=1)
STOP, NEVER = GiveUp(stopped=True), GiveUp()


@pytest.mark.parametrize(
    ("failure", "attempts", "urgent", "retry_after", "decision"),
    [
        (Failure.PERMANENT, 1, False, 0, NEVER),
        (Failure.PERMANENT, 1, True, 0, NEVER),
        (Failure.STOPPED, 1, False, 0, STOP),
        (Failure.STOPPED, 1, True, 0, STOP),
        (Failure.STOPPED, 99, False, 0, STOP),
        (Failure.RETRY_AFTER, 1, False, 7, seconds(7)),
        (Failure.RETRY_AFTER, 7, True, 3600, seconds(3600)),
        (Failure.RETRY_AFTER, 1, False, 0, seconds(0.5)),
        (Failure.RETRY_AFTER, MOST_ATTEMPTS_TOO_FAST - 1, False, 7, seconds(7)),
        (Failure.RETRY_AFTER, MOST_ATTEMPTS_TOO_FAST, False, 7, NEVER),
        (Failure.RETRY_AFTER, MOST_ATTEMPTS_TOO_FAST, True, 7, NEVER),
        (Failure.TEMPORARY, 1, False, 0, seconds(5)),
        (Failure.TEMPORARY, 2, False, 0, seconds(20)),
        (Failure.TEMPORARY, 3, False, 0, seconds(80)),
        (Failure.TEMPORARY, 4, False, 0, seconds(320)),
        (Failure.TEMPORARY, 5, False, 0, seconds(1280)),
        (Failure.TEMPORARY, 6, False, 0, Retry(HOUR)),
        (Failure.TEMPORARY, MOST_ATTEMPTS - 1, False, 0, Retry(HOUR)),
        (Failure.TEMPORARY, MOST_ATTEMPTS, False, 0, NEVER),
        (Failure.TEMPORARY, MOST_ATTEMPTS, True, 0, Retry(HOUR)),
        (Failure.TEMPORARY, MOST_ATTEMPTS_URGENT, True, 0, NEVER),
        (Failure.UNKNOWN, 1, False, 0, seconds(600)),
        (Failure.UNKNOWN, 2, False, 0, NEVER),
        (Failure.UNKNOWN, 1, True, 0, seconds(5)),
        (Failure.UNKNOWN, 2, True, 0, seconds(20)),
        (Failure.UNKNOWN, MOST_ATTEMPTS_URGENT, True, 0, NEVER),
    ],
)
def test_what_to_do_after_a_failed_attempt(
    failure: Failure, attempts: int, urgent: bool, retry_after: float, decision: Retry | GiveUp
) -> None:
    assert decide(failure, attempts, urgent=urgent, retry_after=retry_after) == decision


@pytest.mark.parametrize(("failure", "urgent"), list(itertools.product(Failure, (False, True))))
def test_nothing_is_tried_for_ever(failure: Failure, urgent: bool) -> None:
    tries = itertools.takewhile(lambda n: isinstance(decide(failure, n, urgent=urgent), Retry), itertools.count(1))
    assert len(list(tries)) < MOST_ATTEMPTS_TOO_FAST


# --- the order


def test_each_resident_is_answered_in_the_order_of_the_outbox_while_an_earlier_reply_waits(house: House) -> None:
    house.arrive("hello")
    house.arrive("yes")
    house.arrive("hello", OTHER)
    sender = Told(Channel.SMS, TEMPORARY)
    deliver(house, sender)
    assert sender.inbox(PHONE) == ()  # the second reply waits behind the first, which failed
    assert len(sender.inbox(OTHER)) == 1
    house.later("5s")
    deliver(house, sender)
    first, question = (sent.message.text for sent in sender.inbox(PHONE))
    assert "16 or over" in first
    assert "What puts pressure on you" in question
    assert house.statuses() == ["sent"] * 3


def test_helplines_overtake_what_waits(house: House) -> None:
    house.arrive("hello")
    sender = Told(Channel.SMS, TEMPORARY)
    deliver(house, sender)
    for number in range(40):
        house.arrive("hello", f"+44791140{number:04}")
    house.arrive("I want to kill myself")
    tried = len(sender.tried)
    deliver(house, sender)
    assert sender.tried[tried].address == PHONE
    assert "999" in sender.tried[tried].text
    assert len(sender.inbox(PHONE)) == 1
    house.later("5s")
    deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 2


def test_a_reply_for_which_there_is_no_way_out_waits_for_one(house: House) -> None:
    house.arrive("hello", ADA)
    assert deliver(house, Told(Channel.SMS)) == 0
    assert deliver_due(house.installation, {}) == 0
    telegram = Told(Channel.TELEGRAM)
    deliver(house, telegram)
    assert len(telegram.inbox(ADA)) == 1


# --- what providers answer


@on_the_loopback
def test_a_resident_who_opted_out_with_the_carrier_is_remembered_as_stopped(house: House) -> None:
    house.arrive("hello")
    house.arrive("yes")
    house.arrive("hello", OTHER)
    with FakeTwilio() as fake:
        fake.opted_out.add(PHONE)
        sender = house.twilio(fake.url)
        deliver(house, sender)
        assert house.contact(PHONE)["stopped_at"] == house.now
        assert house.statuses() == ["failed", "dropped", "sent"]
        house.arrive("my landlord will not mend the boiler")
        finish(house, sender)
        assert [message["To"] for message in fake.sent] == [OTHER]
        fake.opted_out.clear()
        house.arrive("START")
        finish(house, sender)
        assert [message["To"] for message in fake.sent] == [OTHER, PHONE]
        sender.close()


@on_the_loopback
def test_a_resident_who_blocked_the_bot_is_remembered_as_stopped(house: House) -> None:
    house.arrive("hello", ADA)
    house.arrive("yes", ADA)
    with FakeTelegram() as fake:
        fake.blocked.add(CHAT)
        sender = house.telegram(fake.url)
        finish(house, sender)
        sender.close()
        assert [request.path.rpartition("/")[2] for request in fake.requests] == ["sendMessage"]
    assert house.statuses() == ["failed", "dropped"]
    assert house.contact(ADA, Channel.TELEGRAM)["stopped_at"] is not None


@on_the_loopback
@pytest.mark.parametrize("seconds", [1, 7, 120])
def test_too_fast_is_obeyed_to_the_second_by_sms(house: House, seconds: int) -> None:
    house.arrive("hello")
    with FakeTwilio() as fake:
        sender = house.twilio(fake.url)
        _obeys(house, fake, sender, Trouble(twilio_refuses(20429, 429, {"Retry-After": str(seconds)})), seconds)
        sender.close()
        assert len(fake.sent) == 1


@on_the_loopback
@pytest.mark.parametrize("seconds", [1, 7, 120])
def test_too_fast_is_obeyed_to_the_second_by_telegram(house: House, seconds: int) -> None:
    house.arrive("hello", ADA)
    with FakeTelegram() as fake:
        sender = house.telegram(fake.url)
        _obeys(house, fake, sender, Trouble(telegram_refuses(429, "Too Many Requests", retry_after=seconds)), seconds)
        sender.close()
        assert len(fake.sent) == 1


def _obeys(house: House, fake: FakeTwilio | FakeTelegram, sender: Sender, trouble: Trouble, seconds: int) -> None:
    fake.script(trouble)
    deliver(house, sender)
    asked = house.now
    house.now = asked + timedelta(seconds=seconds) - timedelta(microseconds=1)
    assert deliver(house, sender) == 0
    assert len(fake.requests) == 1
    house.now = asked + timedelta(seconds=seconds)
    assert deliver(house, sender) == 1
    assert len(fake.requests) == 2


def test_a_storm_of_too_fast_loses_no_reply_and_keeps_the_order(house: House) -> None:
    house.arrive("hello")
    house.arrive("yes")
    storm = [SendError(Failure.RETRY_AFTER, "429", seconds) for seconds in range(1, 41)]
    sender = Told(Channel.SMS, *storm)
    finish(house, sender)
    assert house.statuses() == ["sent", "sent"]
    assert ["16 or over" in sent.message.text for sent in sender.inbox(PHONE)] == [True, False]


@on_the_loopback
def test_a_tap_too_old_to_be_answered_is_let_go_and_holds_up_nothing(house: House) -> None:
    from bot.engine.model import Kind  # noqa: PLC0415

    house.arrive("hello", ADA)
    house.arrive("", ADA, kind=Kind.BUTTON, button="consent:yes", callback="451")
    with FakeTelegram() as fake:
        sender = house.telegram(fake.url)
        finish(house, sender)
        sender.close()
        assert len(fake.sent) == 2
    assert Counter(house.statuses()) == {"sent": 2, "failed": 1}


@on_the_loopback
@pytest.mark.slow
def test_a_thousand_sends_of_which_a_third_fail_all_end_and_none_is_sent_twice_when_the_provider_answered(
    house: House,
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
        house.arrive("hello", person)
    with Moody() as fake:
        sender = house.twilio(fake.url)
        finish(house, sender)
        sender.close()
        received = Counter(message["To"] for message in fake.sent)
    rows = house.rows(tables.outbox)
    assert Counter(row["status"] for row in rows).keys() <= {"sent", "failed"}
    assert max(row["attempts"] for row in rows) <= 2 * MOST_ATTEMPTS
    assert all(count <= 1 for count in answered.values())
    assert all(received[person] == answered[person] + unanswered[person] for person in people)
    assert all(received[person] <= 2 for person in people)
    assert sum(row["status"] == "sent" for row in rows) == sum(answered.values())
    assert sum(row["status"] == "failed" for row in rows) < 100
    assert unanswered.total() > 20  # the lost answers were there to be tested


# --- crashes, and several workers


def test_a_reply_whose_worker_died_is_delivered_when_its_lease_runs_out(house: House) -> None:
    house.arrive("hello")
    with house.installation.write() as tx:
        claimed = outbox.claim(tx, [Channel.SMS], 16)
    assert len(claimed) == 1  # and here its process is killed
    sender = Told(Channel.SMS)
    house.later("119s")
    assert deliver(house, sender) == 0
    house.later("1s")
    assert deliver(house, sender) == 1
    assert len(sender.inbox(PHONE)) == 1


class Interrupted(Told):
    """While it sends, something else happens."""

    def __init__(self, *errors: Exception | None, meanwhile: Callable[[], object]) -> None:
        super().__init__(Channel.SMS, *errors)
        self.meanwhile = meanwhile

    def send(self, message: Message) -> str:
        self.meanwhile()
        return super().send(message)


def test_a_slow_provider_does_not_make_two_workers_send_the_same_reply(house: House) -> None:
    for number in range(20):
        house.arrive("hello", f"+44791160{number:04}")
    second = Told(Channel.SMS)

    def meanwhile() -> None:
        house.later("30s")
        deliver_due(house.installation, {Channel.SMS: second})

    slow = Interrupted(meanwhile=meanwhile)
    deliver(house, slow)
    finish(house, second)
    tried = Counter(message.address for message in slow.tried + second.tried)
    assert len(tried) == 20
    assert set(tried.values()) == {1}


def test_a_stop_that_comes_while_a_batch_is_sent_drops_the_rest_of_what_its_sender_would_get(house: House) -> None:
    house.arrive("hello")
    house.arrive("hello", OTHER)
    sender = Interrupted(meanwhile=lambda: house.arrive("STOP", OTHER, key="SMstop"))
    deliver(house, sender)
    assert [sent.message.text[:12] for sent in sender.inbox(OTHER)] == [house.rendered("stop")[:12]]


def test_a_stop_that_comes_while_a_send_fails_leaves_nothing_to_try_again(house: House) -> None:
    house.arrive("hello")
    sender = Interrupted(TEMPORARY, meanwhile=lambda: house.arrive("STOP", key="SMstop"))
    finish(house, sender)
    assert house.statuses() == ["dropped", "sent"]
    assert [sent.message.text for sent in sender.inbox(PHONE)] == [house.rendered("stop")]


def test_an_erasure_that_comes_while_a_batch_is_sent_leaves_nothing_of_its_sender_to_send(house: House) -> None:
    house.arrive("hello", OTHER)
    house.arrive("hello")

    def erase() -> None:
        house.arrive("DELETE", key="SM1")
        house.arrive("yes", key="SM2")

    sender = Interrupted(meanwhile=erase)
    finish(house, sender)
    assert [sent.message.text for sent in sender.inbox(PHONE)] == [house.rendered("deleted")]


def test_a_sender_that_breaks_in_an_unforeseen_way_holds_up_nobody_else_and_is_not_tried_for_ever(
    house: House,
) -> None:
    class Broken(Told):
        def send(self, message: Message) -> str:
            if message.address == PHONE:
                self.tried.append(message)
                raise ZeroDivisionError(message.text)
            return super().send(message)

    for person in (PHONE, OTHER):
        house.arrive("hello", person)
    sender = Broken()
    finish(house, sender)
    assert Counter(house.statuses()) == {"sent": 1, "failed": 1}
    assert len([one for one in sender.tried if one.address == PHONE]) == 2


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
def test_a_late_reply_waits_for_nine_in_the_morning(house: House, asked: str, now: str, goes: str | None) -> None:
    house.now = datetime.fromisoformat(now)
    house.arrive("hello", sent_at=datetime.fromisoformat(asked))
    sender = Told(Channel.SMS)
    deliver(house, sender)
    assert bool(sender.tried) is (goes is None)
    if goes:
        house.now = datetime.fromisoformat(goes) - timedelta(seconds=1)
        assert deliver(house, sender) == 0
        house.now = datetime.fromisoformat(goes)
        deliver(house, sender)
    assert len(sender.inbox(PHONE)) == 1


def test_helplines_never_wait_for_the_morning(house: House) -> None:
    house.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    house.arrive("I want to kill myself", sent_at=house.now - timedelta(hours=6))
    sender = Told(Channel.SMS)
    deliver(house, sender)
    assert "999" in sender.inbox(PHONE)[0].message.text


# --- what remains


def test_what_was_sent_failed_or_dropped_keeps_neither_text_nor_address(house: House) -> None:
    for person in (PHONE, OTHER, "+447911123458"):
        house.arrive("hello", person)
    house.arrive("STOP", "+447911123458")
    deliver(house, Told(Channel.SMS, SendError(Failure.PERMANENT, "21211")))
    assert Counter(house.statuses()) == {"failed": 1, "sent": 2, "dropped": 1}
    assert {(row["address"], row["body"]) for row in house.rows(tables.outbox)} == {(b"", b"")}


def test_nothing_of_the_address_is_left_in_any_file_once_the_last_word_to_an_erased_resident_is_sent(
    house: House,
) -> None:
    from bot.worker import Worker  # noqa: PLC0415

    house.storyteller("my landlord will not mend the boiler")
    house.arrive("DELETE")
    house.arrive("yes")
    sealed = [row["address"] for row in house.rows(tables.outbox)] + [row["body"] for row in house.rows(tables.outbox)]
    assert all(one in house.bytes_on_disk() for one in sealed)
    Worker(house.installation, {Channel.SMS: Told(Channel.SMS)}).once()
    left = house.bytes_on_disk()
    assert house.statuses() == ["sent"]
    assert not any(one[13:] in left for one in sealed)


# --- receipts


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sending", "sent", "delivered"])))
def test_receipts_move_a_message_only_forward_in_whatever_order_they_come(house: House, order: tuple[str, ...]) -> None:
    provider_id = _sent(house)
    for status in (*order, *order):
        assert record_receipt(house.installation, provider_id, status, "0", stopped=False)
    assert house.statuses() == ["delivered"]


def test_a_receipt_that_says_undelivered_is_kept_with_its_code(house: House) -> None:
    provider_id = _sent(house)
    record_receipt(house.installation, provider_id, "undelivered", "30005", stopped=False)
    record_receipt(house.installation, provider_id, "sent", "0", stopped=False)
    (row,) = house.rows(tables.outbox)
    assert (row["status"], row["error"]) == ("undelivered", "30005")


def test_a_receipt_that_means_stop_drops_what_waits(house: House) -> None:
    provider_id = _sent(house)
    house.arrive("yes")
    assert record_receipt(house.installation, provider_id, "failed", "21610", stopped=True)
    assert house.statuses() == ["failed", "dropped"]
    assert house.contact()["stopped_at"] is not None


@pytest.mark.parametrize("status", ["accepted", "scheduled", "receiving", "partially_delivered", "canceled", ""])
def test_a_receipt_in_other_words_changes_nothing(house: House, status: str) -> None:
    provider_id = _sent(house)
    assert record_receipt(house.installation, provider_id, status, "0", stopped=False)
    assert house.statuses() == ["sent"]
    assert not record_receipt(house.installation, "SM" + "0" * 32, "delivered", "0", stopped=False)


def _sent(house: House) -> str:
    house.arrive("hello")
    deliver(house, Told(Channel.SMS))
    return str(house.rows(tables.outbox)[0]["provider_id"])
