"""Polling: the offset moves only after the commit, overlapping lists count once, a provider's silence ends nothing."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from kit.fakes.loopback import CUT, Trouble
from kit.fakes.telegram_api import USERNAME, FakeTelegram
from kit.fakes.telegram_api import refuse as telegram_refuses
from kit.fakes.twilio_api import FakeTwilio
from kit.fakes.twilio_api import refuse as twilio_refuses
from kit.moments import NOON
from kit.sandbox import CHAT, PHONE, House

from bot.channels.port import Failure, SendError
from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.errors import UnavailableError
from bot.messaging import polling
from bot.messaging.polling import Poller, fetch_texts, fetch_updates, introduce
from bot.store import facts, tables

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
BOILER = "my landlord will not mend the boiler"
PATIENCE = 30


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def bot(house: House, telegram: FakeTelegram) -> Iterator[TelegramSender]:
    sender = house.telegram(telegram.url)
    yield sender
    sender.close()


@pytest.fixture
def account(house: House, twilio: FakeTwilio) -> Iterator[TwilioSender]:
    sender = house.twilio(twilio.url)
    yield sender
    sender.close()


def fetch(house: House, bot: TelegramSender, taken: Callable[[], None] = lambda: None) -> None:
    fetch_updates(house.installation, bot, taken, 0)


def listing(house: House, account: TwilioSender) -> None:
    fetch_texts(house.installation, account, lambda: None)


def offset(house: House) -> str:
    with house.installation.read() as tx:
        return facts.get(tx, "telegram offset")


# --- Telegram


def test_updates_are_taken_in_and_forgotten_by_telegram_only_then(
    house: House, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    last = [telegram.say(CHAT, text) for text in ("hello", "yes", BOILER)][-1]
    fetch(house, bot)
    assert house.words() == [BOILER]
    assert offset(house) == str(last["update_id"] + 1)
    assert len(telegram.updates) == 3  # it has not been asked to forget them yet
    fetch(house, bot)
    assert telegram.updates == []
    assert house.words() == [BOILER]


def test_an_update_whose_process_died_before_the_commit_is_fetched_again(
    house: House, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    telegram.say(CHAT, "hello")
    with house.locked(), pytest.raises(UnavailableError):
        fetch(house, bot)
    assert (offset(house), house.queued()) == ("", [])
    fetch(house, bot)
    assert house.queued() == ["first"]


def test_an_update_whose_process_died_between_its_commit_and_the_offset_has_one_effect(
    house: House, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    telegram.say(CHAT, "hello")
    telegram.say(CHAT, "yes")

    def killed() -> None:
        raise KeyboardInterrupt

    for _again in range(2):
        with pytest.raises(KeyboardInterrupt):
            fetch(house, bot, killed)
        assert house.queued() == ["first"]
        assert offset(house) == ""
    fetch(house, bot)
    assert house.queued() == ["first", "step pressure"]
    assert offset(house)


def test_a_restart_goes_on_from_the_offset_that_was_kept(
    house: House, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    telegram.say(CHAT, "hello")
    fetch(house, bot)
    telegram.say(CHAT, "yes")
    another = house.telegram(telegram.url)
    fetch(house, another)
    another.close()
    assert house.queued() == ["first", "step pressure"]


@pytest.mark.parametrize(
    "content",
    [
        {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel"}, "text": "x"},
        {"message_id": 1, "date": "yesterday", "chat": {"id": 5, "type": "private"}, "text": "x"},
        {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "pinned_message": {}},
        {},
    ],
    ids=["channel", "malformed", "service", "empty"],
)
def test_an_update_that_is_of_no_use_does_not_hold_up_the_next_one(
    house: House, telegram: FakeTelegram, bot: TelegramSender, content: dict[str, Any]
) -> None:
    telegram.happen("message", content)
    last = telegram.say(CHAT, "hello")
    fetch(house, bot)
    assert house.queued() == ["first"]
    assert offset(house) == str(last["update_id"] + 1)


def test_updates_whose_numbers_began_again_are_taken_in(
    house: House, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    """After a week of quiet Telegram's numbers start again at random; a message's own name never does."""
    telegram.say(CHAT, "hello")
    fetch(house, bot)
    telegram.updates = []
    telegram._next_update = 950_000_000
    telegram.say(CHAT, "yes")
    fetch(house, bot)
    assert house.queued() == ["first", "step pressure"]


@pytest.mark.parametrize(
    "trouble", [Trouble(telegram_refuses(502, "Bad Gateway")), Trouble(telegram_refuses(409, "Conflict")), CUT]
)
def test_while_telegram_does_not_answer_nothing_moves(
    house: House, telegram: FakeTelegram, bot: TelegramSender, trouble: Trouble
) -> None:
    telegram.say(CHAT, "hello")
    telegram.script(trouble)
    with pytest.raises(SendError):
        fetch(house, bot)
    assert offset(house) == ""
    fetch(house, bot)
    assert house.queued() == ["first"]


def test_the_bot_introduces_itself_in_every_offered_language(
    house: House, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    for _again in range(2):
        introduce(house.installation, bot)
    with house.installation.read() as tx:
        assert facts.get(tx, "telegram username") == USERNAME
    offered = house.installation.campaigns["thrive"].vocabulary.languages
    assert {code for code in offered if len(code) == 2} | {""} == set(telegram.commands)
    assert all({one["command"] for one in menu} >= {"stop", "delete", "mystory"} for menu in telegram.commands.values())


# --- Twilio


def test_texts_are_taken_in_oldest_first(house: House, twilio: FakeTwilio, account: TwilioSender) -> None:
    for minute, text in enumerate(("hello", "yes", BOILER)):
        twilio.write(PHONE, text, NOON - timedelta(minutes=10 - minute))
    listing(house, account)
    assert house.words() == [BOILER]


def test_lists_that_overlap_count_each_text_once(house: House, twilio: FakeTwilio, account: TwilioSender) -> None:
    twilio.write(PHONE, "hello", NOON)
    listing(house, account)
    house.later("5m")
    twilio.write(PHONE, "yes", house.now)
    for _again in range(3):
        listing(house, account)
        house.later("3s")
    assert house.queued() == ["first", "step pressure"]


def test_a_text_that_twilio_lists_late_is_found_in_the_overlap(
    house: House, twilio: FakeTwilio, account: TwilioSender
) -> None:
    listing(house, account)
    house.later("8m")
    twilio.write(PHONE, "hello", NOON - timedelta(minutes=1))  # sent before the last list, and listed only now
    listing(house, account)
    assert house.queued() == ["first"]


def test_the_first_list_looks_back_one_day_and_no_further(
    house: House, twilio: FakeTwilio, account: TwilioSender
) -> None:
    twilio.write(PHONE, "hello", NOON - timedelta(hours=25))
    twilio.write("+447911123457", "hello", NOON - timedelta(hours=23))
    listing(house, account)
    assert house.queued(PHONE) == []
    assert len(house.queued()) == 1


def test_what_was_missed_while_the_database_was_away_is_listed_again(
    house: House, twilio: FakeTwilio, account: TwilioSender
) -> None:
    for number in range(3):
        twilio.write(f"+44791112345{number}", "hello", NOON)
    with house.locked(), pytest.raises(UnavailableError):
        listing(house, account)
    house.later("2h")
    listing(house, account)
    assert house.queued() == ["first"] * 3


def test_a_list_that_broke_off_is_begun_again_where_it_began(
    house: House, twilio: FakeTwilio, account: TwilioSender
) -> None:
    listing(house, account)
    house.later("1h")
    twilio.write(PHONE, "hello", house.now)
    twilio.script(Trouble(twilio_refuses(20500, 500)))
    with pytest.raises(SendError):
        listing(house, account)
    house.later("3h")
    listing(house, account)
    assert house.queued() == ["first"]


def test_pictures_and_empty_texts_are_listed_as_their_webhook_would_bring_them(
    house: House, twilio: FakeTwilio, account: TwilioSender
) -> None:
    twilio.write(PHONE, "hello", NOON - timedelta(hours=1))
    twilio.write(PHONE, "", NOON, media=1)
    listing(house, account)
    assert house.queued() == ["first", "media"]


def test_a_late_listed_text_counts_as_asked_when_it_was_sent(
    house: House, twilio: FakeTwilio, account: TwilioSender
) -> None:
    twilio.write(PHONE, "hello", NOON - timedelta(hours=5))
    listing(house, account)
    (waiting,) = house.waiting()
    assert NOON - waiting.asked_at == timedelta(hours=5)


# --- the loop


@pytest.mark.parametrize(
    "problem",
    [SendError(Failure.TEMPORARY, "502"), UnavailableError("gone"), ZeroDivisionError(BOILER)],
    ids=["provider", "database", "unforeseen"],
)
def test_a_fetch_that_fails_is_tried_again_and_its_words_stay_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, problem: Exception
) -> None:
    again = threading.Event()
    calls: list[int] = []

    def once() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise problem
        again.set()

    poller = Poller("provider", once, 0.01)
    monkeypatch.setattr(poller._stopping, "wait", lambda _seconds: False)
    poller.start()
    assert again.wait(PATIENCE)
    poller.stop()
    poller._thread.join(PATIENCE)
    assert "provider" in caplog.text
    assert "boiler" not in caplog.text


def test_the_pause_after_failures_grows_to_a_minute_and_shrinks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    calls: list[int] = []
    poller = Poller("provider", lambda: None, polling.POLL_SECONDS)

    def fetch() -> None:
        calls.append(1)
        if len(calls) <= 8:
            raise SendError(Failure.TEMPORARY, "502")

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 10:
            poller.stop()
        return False

    monkeypatch.setattr(poller, "_fetch", fetch)
    monkeypatch.setattr(poller._stopping, "wait", wait)
    poller._run()
    assert waits == [6, 12, 24, 48, 60, 60, 60, 60, 3, 3]


def test_webhooks_and_polling_side_by_side_have_one_effect_for_each_message(
    house: House, twilio: FakeTwilio, account: TwilioSender
) -> None:
    messages = [twilio.write(f"+4479111{number:05}", "hello", NOON) for number in range(40)]
    arrivals = [house.arrival("hello", one["from"], one["sid"]) for one in messages]
    from bot.messaging.receive import receive  # noqa: PLC0415

    def by_webhook() -> None:
        for one in reversed(arrivals):
            receive(house.installation, one)

    thread = threading.Thread(target=by_webhook)
    thread.start()
    listing(house, account)
    thread.join(PATIENCE)
    assert house.count(tables.contacts) == 40
    assert house.queued() == ["first"] * 40
