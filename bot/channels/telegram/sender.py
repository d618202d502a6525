"""Telegram's Bot API: sends messages, answers taps, fetches updates, sets commands and webhook.

It must not retry, which the outbox decides, nor move the polling offset, which follows the commit. Its exceptions hold
no token and no text.

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

_TIMEOUT_S = 15.0  # for each of: a free connection, opening it, writing, reading
_LONGEST_NOTE = 200  # characters
#: Descriptions that Telegram gives with a 400. Others are left out of our errors: they might quote a resident.
_KNOWN = ("chat not found", "user not found", "query is too old", "message is too long", "message text is empty")

T = TypeVar("T")


class TelegramSender:
    """One bot. Safe to share between threads; after a fork, each process starts its own `BotThread`."""

    channel = Channel.TELEGRAM

    def __init__(self, token: str, api_url: str = "https://api.telegram.org", timeout_s: float = _TIMEOUT_S) -> None:
        for name in ("httpx", "httpcore", "telegram"):  # at INFO, httpx logs addresses, which hold the token
            logging.getLogger(name).setLevel(logging.WARNING)
        self._token = token
        self._base_url = f"{api_url.rstrip('/')}/bot"
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._threads: dict[int, BotThread] = {}  # by process id; a forked child leaves its parent's alone
        self._closed = False

    def send(self, message: Message) -> str:
        """Send a message or answer a tap, and return the id of either. Raises SendError."""
        if message.callback:
            note = message.text[:_LONGEST_NOTE] or None
            self._call(lambda bot: bot.answer_callback_query(message.callback, text=note))
            return message.callback
        sent = self._call(
            lambda bot: bot.send_message(
                chat_id=message.address,
                text=message.text,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=_keyboard(message.buttons),
            )
        )
        return str(sent.message_id)

    def get_updates(self, offset: int | None = None, timeout: int = 25) -> list[dict[str, Any]]:
        """The updates from `offset` on, unparsed; waits up to `timeout` seconds for one.

        Telegram deletes the updates before `offset`, so commit them first.
        """
        updates = self._call(lambda bot: bot.raw_updates(offset, timeout, ALLOWED_UPDATES), timeout)
        if not isinstance(updates, list) or not all(isinstance(one, dict) for one in updates):
            raise SendError(Failure.UNKNOWN, "unreadable answer")
        return updates

    def get_me(self) -> str:
        """The bot's username, without the @."""
        return self._call(lambda bot: bot.get_me()).username or ""

    def set_commands(self, commands: Mapping[str, Sequence[tuple[str, str]]], default: str = "en") -> None:
        """Set the menu of (command, description) for each language, and that of `default` for all others.

        Telegram only knows two-letter codes; languages with longer ones get the default menu.
        """
        if default in commands:
            self._call(lambda bot: bot.set_my_commands(commands[default]))
        for code in filter(lambda code: len(code) == 2, commands):
            self._call(partial(RawBot.set_my_commands, commands=commands[code], language_code=code))

    def set_webhook(self, url: str, secret: str) -> None:
        """Have updates posted to `url`, with `secret` in a header. Waiting updates are kept."""
        self._call(lambda bot: bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))

    def delete_webhook(self) -> None:
        """End the posting of updates, so that polling can begin. Waiting updates are kept."""
        self._call(lambda bot: bot.delete_webhook(drop_pending_updates=False))

    def close(self) -> None:
        """End the thread of this process. A call that still waits, such as a long poll, raises SendError."""
        with self._lock:
            self._closed = True
            thread = self._threads.pop(os.getpid(), None)
        if thread:
            thread.stop()

    def _call(self, ask: Callable[[RawBot], Awaitable[T]], wait: float = 0.0) -> T:
        """Run one call in the thread. Every failure becomes a SendError."""
        future = self._submit(ask)
        try:
            return future.result(wait + 5 * self._timeout_s)  # after the library's own timeouts
        except TimeoutError:
            future.cancel()
            problem = SendError(Failure.UNKNOWN, "timeout")
        except concurrent.futures.CancelledError:
            problem = SendError(Failure.TEMPORARY, "closed")
        except (TelegramError, KeyError, TypeError, ValueError, AttributeError) as error:
            problem = _send_error(error)
        # Raised here, it has no context: the library's exception may hold the token and the text.
        raise problem

    def _submit(self, ask: Callable[[RawBot], Awaitable[T]]) -> concurrent.futures.Future[T]:
        with self._lock:
            if self._closed:
                raise SendError(Failure.TEMPORARY, "closed")
            thread = self._threads.get(os.getpid())
            if thread is None:
                thread = self._threads[os.getpid()] = BotThread.begin(self._token, self._base_url, self._timeout_s)

            async def run() -> T:
                return await ask(thread.bot)

            return asyncio.run_coroutine_threadsafe(run(), thread.loop)


def _send_error(error: Exception) -> SendError:
    """What a failed call means for the next attempt."""
    if isinstance(error, FloodError):
        return SendError(Failure.RETRY_AFTER, "429", error.seconds)
    if isinstance(error, Forbidden):
        return SendError(Failure.STOPPED, "403")
    if isinstance(error, BadRequest):
        known = next((phrase for phrase in _KNOWN if phrase in error.message.lower()), "")
        return SendError(Failure.PERMANENT, f"400 {known}".rstrip())
    if isinstance(error, InvalidToken):  # an operator must fix it; until then nothing may be lost
        return SendError(Failure.TEMPORARY, "token")
    if isinstance(error, Conflict):
        return SendError(Failure.TEMPORARY, "409")
    if isinstance(error, NetworkError):
        return _network_error(error.__cause__)
    return SendError(Failure.UNKNOWN, "unreadable answer")


def _network_error(cause: BaseException | None) -> SendError:
    """Whether Telegram can have received the request, from the HTTP client's exception behind the library's."""
    if isinstance(cause, UnicodeError):
        return SendError(Failure.PERMANENT, "not text")
    if isinstance(cause, httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ConnectError | httpx.ProxyError):
        return SendError(Failure.TEMPORARY, "connection")
    if isinstance(cause, httpx.TimeoutException):
        return SendError(Failure.UNKNOWN, "timeout")
    if isinstance(cause, httpx.UnsupportedProtocol):  # TELEGRAM_API_URL is wrong
        return SendError(Failure.TEMPORARY, "request")
    if isinstance(cause, httpx.HTTPError):
        return SendError(Failure.UNKNOWN, "cut off")
    return SendError(Failure.TEMPORARY, "5xx")


def _keyboard(buttons: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup | None:
    """Short labels in rows of three or two, longer ones alone: Telegram cuts labels that do not fit a narrow phone."""
    if not buttons:
        return None
    longest = max(len(label) for label, _ in buttons)
    width = 3 if longest <= 9 else 2 if longest <= 16 else 1
    if width == 3 and len(buttons) % 3 == 1:
        width = 2  # four in rows of two and two, rather than three and one
    cells = [InlineKeyboardButton(label, callback_data=data) for label, data in buttons]
    return InlineKeyboardMarkup([cells[start : start + width] for start in range(0, len(cells), width)])
