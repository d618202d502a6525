"""A strict Twilio on loopback, and a sender that talks to it."""

from collections.abc import Iterator

import pytest
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN, FakeTwilio

from bot.channels.twilio.sender import TwilioSender


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def fake(no_proxy: None) -> Iterator[FakeTwilio]:
    with FakeTwilio() as server:
        yield server


@pytest.fixture
def sender(fake: FakeTwilio) -> Iterator[TwilioSender]:
    one = TwilioSender(ACCOUNT, TOKEN, NUMBER, fake.url)
    yield one
    one.close()
