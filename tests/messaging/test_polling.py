"""Polling Telegram and Twilio: nothing is lost and nothing has two effects."""

from datetime import timedelta
from typing import Any

import pytest
from kit.fakes.loopback import CUT, Trouble
from kit.fakes.telegram_api import USERNAME, FakeTelegram
from kit.fakes.telegram_api import refuse as telegram_refuses
from kit.fakes.twilio_api import FakeTwilio
from kit.fakes.twilio_api import refuse as twilio_refuses
from kit.fetching import fetch, listing
from kit.moments import NOON
from kit.people import BOILER
from kit.sandbox import CHAT, PHONE, Sandbox

from bot.channels.port import SendError
from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.errors import UnavailableError
from bot.messaging.polling import introduce
from bot.store import facts

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def offset(sandbox: Sandbox) -> str:
    with sandbox.installation.read() as tx:
        return facts.get(tx, "telegram offset")


# --- Telegram


def test_updates_are_taken_in_and_forgotten_by_telegram_only_then(
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    last = [telegram.say(CHAT, text) for text in ("hello", "yes", BOILER)][-1]
    fetch(sandbox, bot)
    assert sandbox.words() == [BOILER]
    assert offset(sandbox) == str(last["update_id"] + 1)
    assert len(telegram.updates) == 3  # it has not been asked to forget them yet
    fetch(sandbox, bot)
    assert telegram.updates == []
    assert sandbox.words() == [BOILER]


def test_an_update_whose_process_died_before_the_commit_is_fetched_again(
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    telegram.say(CHAT, "hello")
    with sandbox.locked(), pytest.raises(UnavailableError):
        fetch(sandbox, bot)
    assert (offset(sandbox), sandbox.queued()) == ("", [])
    fetch(sandbox, bot)
    assert sandbox.queued() == ["first"]


def test_an_update_whose_process_died_between_its_commit_and_the_offset_has_one_effect(
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    telegram.say(CHAT, "hello")
    telegram.say(CHAT, "yes")

    def killed() -> None:
        raise KeyboardInterrupt

    for _again in range(2):
        with pytest.raises(KeyboardInterrupt):
            fetch(sandbox, bot, killed)
        assert sandbox.queued() == ["first"]
        assert offset(sandbox) == ""
    fetch(sandbox, bot)
    assert sandbox.queued() == ["first", "step pressure"]
    assert offset(sandbox)


def test_a_restart_goes_on_from_the_offset_that_was_kept(
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    telegram.say(CHAT, "hello")
    fetch(sandbox, bot)
    telegram.say(CHAT, "yes")
    another = sandbox.telegram(telegram.url)
    fetch(sandbox, another)
    another.close()
    assert sandbox.queued() == ["first", "step pressure"]


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
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender, content: dict[str, Any]
) -> None:
    telegram.happen("message", content)
    last = telegram.say(CHAT, "hello")
    fetch(sandbox, bot)
    assert sandbox.queued() == ["first"]
    assert offset(sandbox) == str(last["update_id"] + 1)


def test_updates_whose_numbers_began_again_are_taken_in(
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    """After a week of quiet Telegram's numbers start again at random; a message's own name never does."""
    telegram.say(CHAT, "hello")
    fetch(sandbox, bot)
    telegram.updates = []
    telegram._next_update = 950_000_000
    telegram.say(CHAT, "yes")
    fetch(sandbox, bot)
    assert sandbox.queued() == ["first", "step pressure"]


@pytest.mark.parametrize(
    "trouble", [Trouble(telegram_refuses(502, "Bad Gateway")), Trouble(telegram_refuses(409, "Conflict")), CUT]
)
def test_while_telegram_does_not_answer_nothing_moves(
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender, trouble: Trouble
) -> None:
    telegram.say(CHAT, "hello")
    telegram.script(trouble)
    with pytest.raises(SendError):
        fetch(sandbox, bot)
    assert offset(sandbox) == ""
    fetch(sandbox, bot)
    assert sandbox.queued() == ["first"]


def test_the_bot_introduces_itself_in_every_offered_language(
    sandbox: Sandbox, telegram: FakeTelegram, bot: TelegramSender
) -> None:
    for _again in range(2):
        introduce(sandbox.installation, bot)
    with sandbox.installation.read() as tx:
        assert facts.get(tx, "telegram username") == USERNAME
    offered = sandbox.installation.campaigns["thrive"].vocabulary.languages
    assert {code for code in offered if len(code) == 2} | {""} == set(telegram.commands)
    assert all({one["command"] for one in menu} >= {"stop", "delete", "mystory"} for menu in telegram.commands.values())


# --- Twilio


def test_texts_are_taken_in_oldest_first(sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender) -> None:
    for minute, text in enumerate(("hello", "yes", BOILER)):
        twilio.write(PHONE, text, NOON - timedelta(minutes=10 - minute))
    listing(sandbox, account)
    assert sandbox.words() == [BOILER]


def test_lists_that_overlap_count_each_text_once(sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender) -> None:
    twilio.write(PHONE, "hello", NOON)
    listing(sandbox, account)
    sandbox.later("5m")
    twilio.write(PHONE, "yes", sandbox.now)
    for _again in range(3):
        listing(sandbox, account)
        sandbox.later("3s")
    assert sandbox.queued() == ["first", "step pressure"]


def test_a_text_that_twilio_lists_late_is_found_in_the_overlap(
    sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender
) -> None:
    listing(sandbox, account)
    sandbox.later("8m")
    twilio.write(PHONE, "hello", NOON - timedelta(minutes=1))  # sent before the last list, and listed only now
    listing(sandbox, account)
    assert sandbox.queued() == ["first"]


def test_the_first_list_looks_back_one_day_and_no_further(
    sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender
) -> None:
    twilio.write(PHONE, "hello", NOON - timedelta(hours=25))
    twilio.write("+447911123457", "hello", NOON - timedelta(hours=23))
    listing(sandbox, account)
    assert sandbox.queued(PHONE) == []
    assert len(sandbox.queued()) == 1


def test_what_was_missed_while_the_database_was_away_is_listed_again(
    sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender
) -> None:
    for number in range(3):
        twilio.write(f"+44791112345{number}", "hello", NOON)
    with sandbox.locked(), pytest.raises(UnavailableError):
        listing(sandbox, account)
    sandbox.later("2h")
    listing(sandbox, account)
    assert sandbox.queued() == ["first"] * 3


def test_a_list_that_broke_off_is_begun_again_where_it_began(
    sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender
) -> None:
    listing(sandbox, account)
    sandbox.later("1h")
    twilio.write(PHONE, "hello", sandbox.now)
    twilio.script(Trouble(twilio_refuses(20500, 500)))
    with pytest.raises(SendError):
        listing(sandbox, account)
    sandbox.later("3h")
    listing(sandbox, account)
    assert sandbox.queued() == ["first"]


def test_pictures_and_empty_texts_are_listed_as_their_webhook_would_bring_them(
    sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender
) -> None:
    twilio.write(PHONE, "hello", NOON - timedelta(hours=1))
    twilio.write(PHONE, "", NOON, media=1)
    listing(sandbox, account)
    assert sandbox.queued() == ["first", "media"]


def test_a_late_listed_text_counts_as_asked_when_it_was_sent(
    sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender
) -> None:
    twilio.write(PHONE, "hello", NOON - timedelta(hours=5))
    listing(sandbox, account)
    (waiting,) = sandbox.waiting()
    assert NOON - waiting.asked_at == timedelta(hours=5)
