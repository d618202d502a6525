"""The ways out that the settings give.

One sender for each channel that is configured.
"""

from collections.abc import Mapping

from bot.channels.port import Sender
from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.engine.model import Channel
from bot.settings import Settings

STATUS_PATH = "/webhooks/twilio/status"


def twilio_sender(settings: Settings) -> TwilioSender | None:
    """Twilio, where it is configured. Receipts come to the public address, where there is one."""
    twilio = settings.twilio
    if twilio is None:
        return None
    callback = f"{settings.public_url}{STATUS_PATH}" if settings.public_url else ""
    sender = twilio.messaging_service or twilio.sender
    return TwilioSender(twilio.account_sid, twilio.auth_token, sender, twilio.api_url, callback)


def telegram_sender(settings: Settings) -> TelegramSender | None:
    """Telegram, where it is configured."""
    telegram = settings.telegram
    if telegram is None:
        return None
    return TelegramSender(telegram.token, telegram.api_url) if telegram.api_url else TelegramSender(telegram.token)


def by_channel(*senders: Sender | None) -> Mapping[Channel, Sender]:
    """The senders that there are."""
    return {sender.channel: sender for sender in senders if sender is not None}
