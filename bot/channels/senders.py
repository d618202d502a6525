"""Makes the senders of the channels that the settings configure."""

from collections.abc import Mapping

from bot.channels.port import Sender
from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.engine.model import Channel
from bot.settings import Settings

STATUS_PATH = "/webhooks/twilio/status"


def twilio_sender(settings: Settings) -> TwilioSender | None:
    """The sender for SMS, or None without Twilio's settings. Receipts need a public address."""
    twilio = settings.twilio
    if twilio is None:
        return None
    callback = f"{settings.public_url}{STATUS_PATH}" if settings.public_url else ""
    sender = twilio.messaging_service or twilio.sender
    return TwilioSender(twilio.account_sid, twilio.auth_token, sender, twilio.api_url, callback)


def telegram_sender(settings: Settings) -> TelegramSender | None:
    """The sender for Telegram, or None without its settings."""
    telegram = settings.telegram
    if telegram is None:
        return None
    return TelegramSender(telegram.token, telegram.api_url) if telegram.api_url else TelegramSender(telegram.token)


def by_channel(*senders: Sender | None) -> Mapping[Channel, Sender]:
    """The senders that are not None, by channel."""
    return {sender.channel: sender for sender in senders if sender is not None}
