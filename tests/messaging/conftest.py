"""Both providers on loopback, and the senders that talk to them."""

from collections.abc import Iterator

import pytest
from kit.fakes.telegram_api import FakeTelegram
from kit.fakes.twilio_api import FakeTwilio
from kit.sandbox import House

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
def bot(house: House, telegram: FakeTelegram) -> Iterator[TelegramSender]:
    sender = house.telegram(telegram.url)
    yield sender
    sender.close()


@pytest.fixture
def account(house: House, twilio: FakeTwilio) -> Iterator[TwilioSender]:
    sender = house.twilio(twilio.url)
    yield sender
    sender.close()
