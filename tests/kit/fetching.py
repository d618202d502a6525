"""Fetching what came in, for both channels."""

from collections.abc import Callable

from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.messaging.polling import fetch_texts, fetch_updates
from kit.sandbox import Sandbox


def fetch(sandbox: Sandbox, bot: TelegramSender, taken: Callable[[], None] = lambda: None) -> None:
    fetch_updates(sandbox.installation, bot, taken, 0)


def listing(sandbox: Sandbox, account: TwilioSender) -> None:
    fetch_texts(sandbox.installation, account, lambda: None)
