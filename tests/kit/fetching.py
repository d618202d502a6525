"""Fetching what came in, for both channels."""

from collections.abc import Callable

from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.messaging.polling import fetch_texts, fetch_updates
from kit.sandbox import House


def fetch(house: House, bot: TelegramSender, taken: Callable[[], None] = lambda: None) -> None:
    fetch_updates(house.installation, bot, taken, 0)


def listing(house: House, account: TwilioSender) -> None:
    fetch_texts(house.installation, account, lambda: None)
