"""Telegram's Bot API: a message out, a tap answered, updates fetched, commands and webhook set.

`TelegramSender` is used by `bot/messaging/deliver.py` to send and by `scripts` to poll and to set up. It must not
retry and must not move a polling offset by itself: the outbox and the caller's commit decide. No exception that
leaves here holds a token or a text.

Source: https://core.telegram.org/bots/api.
"""

import asyncio
import concurrent.futures
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.channels.port import Failure, Message, SendError
from bot.channels.telegram.bot_thread import BotThread, FloodError, RawBot
from bot.engine.model import Channel

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_TIMEOUT_S = 15.0  # for each of: a free connection, its opening, writing, reading
_LONGEST_NOTE = 200
_KNOWN = ("chat not found", "user not found", "query is too old", "message is too long", "message text is empty")

T = TypeVar("T")


class TelegramSender:
    """One bot. Safe to share between threads, and after a fork each process has its own line."""

    channel = Channel.TELEGRAM

    def __init__(self, token: str, api_url: str = "https://api.telegram.org", timeout_s: float = _TIMEOUT_S) -> None:
        for name in ("httpx", "httpcore", "telegram"):  # httpx writes the address, which holds the token, at INFO
            logging.getLogger(name).setLevel(logging.WARNING)
        self._token = token
        self._base_url = f"{api_url.rstrip('/')}/bot"
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._lines: dict[int, BotThread] = {}  # by process; a forked child keeps its parent's, untouched
        self._closed = False

    def send(self, message: Message) -> str:
        """Send a message, or answer a tap; the message's id, or the tap's. Raises SendError."""
        if message.callback:
            note = message.text[:_LONGEST_NOTE] or None
            self._ask(lambda bot: bot.answer_callback_query(message.callback, text=note))
            return message.callback
        sent = self._ask(
            lambda bot: bot.send_message(
                chat_id=message.address,
                text=message.text,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=_keyboard(message.buttons),
            )
        )
        return str(sent.message_id)

    def get_updates(self, offset: int | None = None, timeout: int = 25) -> list[dict[str, Any]]:
        """The updates from `offset` on, as they came; waits up to `timeout` seconds for one.

        Asking from `offset` tells Telegram to forget what came before it, so commit first.
        """
        updates = self._ask(lambda bot: bot.raw_updates(offset, timeout, ALLOWED_UPDATES), timeout)
        if not isinstance(updates, list) or not all(isinstance(one, dict) for one in updates):
            raise SendError(Failure.UNKNOWN, "unreadable answer")
        return updates

    def get_me(self) -> str:
        """The bot's username, without the @."""
        return self._ask(lambda bot: bot.get_me()).username or ""

    def set_commands(self, commands: Mapping[str, Sequence[tuple[str, str]]], default: str = "en") -> None:
        """Set the menu of (command, description) for each language, and `default`'s for all the others.

        Telegram knows two-letter codes only; languages with longer ones see the default's menu.
        """
        if default in commands:
            self._ask(lambda bot: bot.set_my_commands(commands[default]))
        for code in filter(lambda code: len(code) == 2, commands):
            self._ask(partial(RawBot.set_my_commands, commands=commands[code], language_code=code))

    def set_webhook(self, url: str, secret: str) -> None:
        """Have updates posted to `url`, with `secret` in their header. What waits is kept."""
        self._ask(lambda bot: bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))

    def delete_webhook(self) -> None:
        """No more posting, so that polling may begin. What waits is kept."""
        self._ask(lambda bot: bot.delete_webhook(drop_pending_updates=False))

    def close(self) -> None:
        """End the line of this process; a call that still waits, such as a long poll, ends with SendError."""
        with self._lock:
            self._closed = True
            line = self._lines.pop(os.getpid(), None)
        if line:
            line.stop()

    def _ask(self, call: Callable[[RawBot], Awaitable[T]], wait: float = 0.0) -> T:
        """Run one call on the line, with whatever goes wrong as a SendError."""
        future = self._submit(call)
        try:
            return future.result(wait + 5 * self._timeout_s)  # its own timeouts come first; this is the last resort
        except TimeoutError:
            future.cancel()
            problem = SendError(Failure.UNKNOWN, "timeout")
        except concurrent.futures.CancelledError:
            problem = SendError(Failure.TEMPORARY, "closed")
        except (TelegramError, KeyError, TypeError, ValueError, AttributeError) as error:
            problem = _problem(error)
        # Out here the library's exception, which may know the token and the text, is no part of ours.
        raise problem

    def _submit(self, call: Callable[[RawBot], Awaitable[T]]) -> concurrent.futures.Future[T]:
        with self._lock:
            if self._closed:
                raise SendError(Failure.TEMPORARY, "closed")
            line = self._lines.get(os.getpid())
            if line is None:
                line = self._lines[os.getpid()] = BotThread.begin(self._token, self._base_url, self._timeout_s)

            async def run() -> T:
                return await call(line.bot)

            return asyncio.run_coroutine_threadsafe(run(), line.loop)


def _problem(error: Exception) -> SendError:
    """What went wrong: refused, never sent, or sent and unanswered."""
    if isinstance(error, FloodError):
        return SendError(Failure.RETRY_AFTER, "429", error.seconds)
    if isinstance(error, Forbidden):
        return SendError(Failure.STOPPED, "403")
    if isinstance(error, BadRequest):
        known = next((phrase for phrase in _KNOWN if phrase in error.message.lower()), "")
        return SendError(Failure.PERMANENT, f"400 {known}".rstrip())
    if isinstance(error, InvalidToken):  # ours to mend; nothing may be lost meanwhile
        return SendError(Failure.TEMPORARY, "token")
    if isinstance(error, Conflict):
        return SendError(Failure.TEMPORARY, "409")
    if isinstance(error, NetworkError):
        return _network(error.__cause__)
    return SendError(Failure.UNKNOWN, "unreadable answer")


def _network(cause: BaseException | None) -> SendError:
    """Whether Telegram can have seen the request, from the exception of the HTTP client beneath the library's."""
    if isinstance(cause, UnicodeError):
        return SendError(Failure.PERMANENT, "not text")
    if isinstance(cause, httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ConnectError | httpx.ProxyError):
        return SendError(Failure.TEMPORARY, "connection")
    if isinstance(cause, httpx.TimeoutException):
        return SendError(Failure.UNKNOWN, "timeout")
    if isinstance(cause, httpx.UnsupportedProtocol):  # TELEGRAM_API_URL is to be mended
        return SendError(Failure.TEMPORARY, "request")
    if isinstance(cause, httpx.HTTPError):
        return SendError(Failure.UNKNOWN, "cut off")
    return SendError(Failure.TEMPORARY, "5xx")


def _keyboard(buttons: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup | None:
    """Short labels three or two a row, longer ones alone: Telegram cuts what does not fit a narrow phone."""
    if not buttons:
        return None
    longest = max(len(label) for label, _ in buttons)
    width = 3 if longest <= 9 else 2 if longest <= 16 else 1
    if width == 3 and len(buttons) % 3 == 1:
        width = 2  # four as two and two, not as three and one
    cells = [InlineKeyboardButton(label, callback_data=data) for label, data in buttons]
    return InlineKeyboardMarkup([cells[start : start + width] for start in range(0, len(cells), width)])
