"""A strict Telegram on loopback, and a sender that talks to it."""

from collections.abc import Iterator

import pytest
from kit.fakes.telegram_api import TOKEN, FakeTelegram

from bot.channels.telegram.sender import TelegramSender


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def fake(no_proxy: None) -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def sender(fake: FakeTelegram) -> Iterator[TelegramSender]:
    one = TelegramSender(TOKEN, fake.url)
    yield one
    one.close()
