"""Both providers on loopback, and the senders that talk to them."""

from collections.abc import Iterator

import pytest
from kit.fakes.telegram_api import FakeTelegram
from kit.fakes.twilio_api import FakeTwilio
from kit.sandbox import Sandbox

from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def bot(sandbox: Sandbox, telegram: FakeTelegram) -> Iterator[TelegramSender]:
    sender = sandbox.telegram(telegram.url)
    yield sender
    sender.close()


@pytest.fixture
def account(sandbox: Sandbox, twilio: FakeTwilio) -> Iterator[TwilioSender]:
    sender = sandbox.twilio(twilio.url)
    yield sender
    sender.close()
