"""One bot of python-telegram-bot, which is asynchronous, on its own event loop in its own thread.

A bot for each call would build a TLS context each time (753 ms), and a bot shared between loops fails at its second
call. Must not log: the addresses of requests hold the token.
"""

import asyncio
import json
import threading
from dataclasses import dataclass
from typing import Any

import httpx
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest, RequestData

from bot.channels.port import Failure, SendError

_STOP_S = 10.0


class FloodError(TelegramError):
    """Too fast: wait `seconds`. Replaces the library's RetryAfter, which gives a deprecation warning."""

    def __init__(self, seconds: float) -> None:
        super().__init__("flood")
        self.seconds = seconds


class QuietRequest(HTTPXRequest):
    """The library's HTTP client without its log of unreadable answers, which may quote a resident."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Send one request. Raises FloodError if Telegram says how long to wait."""
        status, payload = await super().do_request(url, method, request_data, *args, **kwargs)
        if status == 429:
            raise FloodError(_retry_after(payload))
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Read an answer without logging it."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("unreadable answer")
        return answer


class RawBot(Bot):
    """The library's bot, which also gives updates unparsed: one that it cannot parse must not hold up the others."""

    async def raw_updates(self, offset: int | None, timeout: int, allowed: tuple[str, ...]) -> Any:
        """The answer to getUpdates, unparsed."""
        body = {"offset": offset, "timeout": timeout, "allowed_updates": list(allowed)}
        return await self._post("getUpdates", body, read_timeout=timeout + 15.0)


@dataclass(frozen=True, slots=True)
class BotThread:
    """An event loop in a thread, and the bot that uses it."""

    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    bot: RawBot
    requests: tuple[QuietRequest, QuietRequest]

    @classmethod
    def begin(cls, token: str, base_url: str, timeout_s: float) -> "BotThread":
        """Make the bot and start its thread, without the getMe that the library's own start sends."""
        shared = {"timeout": httpx.Timeout(timeout_s), "verify": httpx.create_ssl_context()}
        calls, polls = QuietRequest(16, httpx_kwargs=shared), QuietRequest(2, httpx_kwargs=shared)
        try:
            bot = RawBot(token, base_url=base_url, request=calls, get_updates_request=polls)
        except InvalidToken:
            raise SendError(Failure.TEMPORARY, "token") from None
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_run, args=(loop,), name="telegram", daemon=True)
        thread.start()
        return cls(loop, thread, bot, (calls, polls))

    def stop(self) -> None:
        """Cancel the calls that still wait, close the connections, end the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(_STOP_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(_STOP_S)

    async def _close(self) -> None:
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for request in self.requests:
            await request.shutdown()
        await self.loop.shutdown_default_executor()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def _retry_after(payload: bytes) -> float:
    """The wait in seconds that a 429 asks for; one second if it is missing or longer than a day."""
    try:
        seconds = float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 1.0
    return seconds if 0 < seconds < 86_400 else 1.0
