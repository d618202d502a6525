"""Sending by Telegram: what goes out, and what each failure means for the next attempt."""

import logging
import socket

import pytest
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, SILENCE_AFTER_ACCEPTING, Answer, Trouble
from kit.fakes.telegram_api import TOKEN, FakeTelegram, refuse
from kit.updates import (
    CHAT,
    failing,
    on_the_loopback,
)

from bot.channels.port import Failure, Message
from bot.channels.telegram.sender import TelegramSender

# --- sending


@on_the_loopback
def test_a_message_goes_out_plain_without_previews_and_its_id_comes_back(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    text = "*Diolch*. <b>谢谢</b> 🏠 https://example.org"
    first = sender.send(Message(address=str(CHAT), text=text))
    second = sender.send(Message(address=str(CHAT), text="x" * 4096))
    assert [str(one["message_id"]) for one in fake.sent] == [first, second]
    assert fake.sent[0] == {
        "chat_id": str(CHAT),
        "text": text,
        "link_preview_options": {"is_disabled": True},
        "message_id": int(first),
    }
    assert len(fake.requests) == 2  # no getMe before, no second try


@on_the_loopback
@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["YES", "NO"], [2]),
        (["English", "Polski", "Soomaali", "中文"], [2, 2]),
        (["English", "Polski", "Soomaali", "中文", "SKIP"], [3, 2]),
        (["I look after others", "I am disabled", "SKIP"], [1, 1, 1]),
        (["Quote my words", "Do not quote"], [2]),
    ],
)
def test_short_labels_share_a_row_and_long_ones_stand_alone(
    fake: FakeTelegram, sender: TelegramSender, labels: list[str], rows: list[int]
) -> None:
    buttons = tuple((label, f"data {n}") for n, label in enumerate(labels))
    sender.send(Message(address=str(CHAT), text="?", buttons=buttons))
    keyboard = fake.sent[0]["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in keyboard] == rows
    assert [(one["text"], one["callback_data"]) for row in keyboard for one in row] == list(buttons)


@on_the_loopback
def test_a_tap_is_answered_with_a_passing_note_and_an_old_one_is_let_go(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    callback = fake.tap(CHAT, "yes")["callback_query"]["id"]
    assert sender.send(Message(address=str(CHAT), text="ok" * 150, callback=callback)) == callback
    sender.send(Message(address=str(CHAT), text="", callback=callback))
    noted = {"callback_query_id": callback, "text": "ok" * 100}
    assert fake.answered == [noted, {"callback_query_id": callback}]
    error = failing(sender, callback="1")
    assert (error.failure, error.code) == (Failure.PERMANENT, "400 query is too old")


@on_the_loopback
def test_a_resident_who_blocked_us_is_stopped_and_an_unknown_chat_is_permanent(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    fake.blocked.add(CHAT)
    assert failing(sender).failure is Failure.STOPPED
    error = failing(sender, chat="nobody")
    assert (error.failure, error.code) == (Failure.PERMANENT, "400 chat not found")


@on_the_loopback
@pytest.mark.parametrize(
    ("text", "buttons"), [("", ()), ("x" * 4097, ()), ("?", (("Yes", "x" * 65),)), ("?", (("Yes", ""),))]
)
def test_what_would_be_refused_again_is_permanent(
    sender: TelegramSender, text: str, buttons: tuple[tuple[str, str], ...]
) -> None:
    assert failing(sender, text, buttons=buttons).failure is Failure.PERMANENT


@on_the_loopback
@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refuse(429, "Too Many Requests: retry after 7", retry_after=7), 7.0),
        (Answer(429, b"<html>slow down</html>"), 1.0),
        (refuse(429, "Too Many Requests", retry_after="soon"), 1.0),
    ],
)
def test_too_fast_waits_as_long_as_telegram_says_or_a_second(
    fake: FakeTelegram, sender: TelegramSender, answer: Answer, seconds: float
) -> None:
    fake.script(Trouble(answer))
    error = failing(sender)
    assert (error.failure, error.retry_after) == (Failure.RETRY_AFTER, seconds)
    assert fake.sent == []


@on_the_loopback
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_theirs_is_temporary_and_not_tried_again_here(
    fake: FakeTelegram, sender: TelegramSender, status: int
) -> None:
    fake.script(Trouble(Answer(status, b"<html>gateway</html>")))
    assert failing(sender).failure is Failure.TEMPORARY
    assert len(fake.requests) == 1


@on_the_loopback
@pytest.mark.parametrize("token", ["", "nonsense", "123456789:" + "B" * 35, "12:x/../{token}?#"])
def test_a_wrong_token_is_temporary_so_that_nothing_is_lost_while_it_is_mended(fake: FakeTelegram, token: str) -> None:
    sender = TelegramSender(token, fake.url)
    assert failing(sender).failure is Failure.TEMPORARY
    sender.close()


@on_the_loopback
def test_a_refused_connection_is_temporary(no_proxy: None) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        sender = TelegramSender(TOKEN, f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert failing(sender).failure is Failure.TEMPORARY
        sender.close()


@on_the_loopback
@pytest.mark.parametrize(
    "trouble", [SILENCE_AFTER_ACCEPTING, CUT_AFTER_ACCEPTING, CUT], ids=["silence", "cut", "cut unread"]
)
def test_no_answer_after_the_request_was_sent_is_unknown(fake: FakeTelegram, trouble: Trouble) -> None:
    sender = TelegramSender(TOKEN, fake.url, timeout_s=0.5)
    fake.script(trouble)
    assert failing(sender).failure is Failure.UNKNOWN
    sender.close()


@on_the_loopback
@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b"{}", b'{"ok": true, "result": {}}', b"null", b"[" * 99_999])
def test_an_answer_that_says_nothing_is_unknown(fake: FakeTelegram, sender: TelegramSender, payload: bytes) -> None:
    fake.script(Trouble(Answer(200, payload)))
    assert failing(sender).failure is Failure.UNKNOWN


@on_the_loopback
@pytest.mark.parametrize("api_url", ["no address", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_temporary(no_proxy: None, api_url: str) -> None:
    sender = TelegramSender(TOKEN, api_url)
    assert failing(sender).failure is Failure.TEMPORARY
    sender.close()


@on_the_loopback
def test_no_text_address_or_token_is_in_an_error_or_a_log(
    fake: FakeTelegram, sender: TelegramSender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"Bad Request: can't parse my secret of {CHAT} at {TOKEN}"
    fake.script(
        Trouble(refuse(400, echo)), Trouble(Answer(200, b'{"text": "my secret"')), Trouble(refuse(401, echo)), CUT
    )
    errors = [failing(sender, "my secret") for _ in range(4)]
    sender.send(Message(address=str(CHAT), text="my secret"))
    assert all(error.__context__ is None and error.__cause__ is None for error in errors)
    seen = caplog.text + "".join(repr(error) for error in errors)
    for private_thing in ("my secret", str(CHAT), TOKEN):
        assert private_thing not in seen
