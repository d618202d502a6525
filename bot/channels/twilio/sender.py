"""Twilio's REST API: sends messages and lists inbound ones.

It must not retry, which the outbox decides. Its exceptions hold no number, no text and no token.

Sources: https://www.twilio.com/docs/messaging/api/message-resource and /docs/api/errors.
"""

# mypy: disable-error-code="import-untyped"

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from urllib3.exceptions import HTTPError, MaxRetryError

from bot.channels.port import Arrival, Failure, Message, SendError
from bot.channels.twilio.inbound import answerable_sender, is_message_sid, text_arrival
from bot.engine.model import Channel
from bot.errors import UnusableError

_TIMEOUT_S = 15.0
_LONGEST_WAIT_S = 3600.0  # a provider's mistake must not stop all sending for days
_PAGE_SIZE = 200
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)  # what the SDK raises for an answer of another shape

T = TypeVar("T")

# The resident has opted out with the carrier, and can only be reached again after a START.
_STOPPED = frozenset({21610})
# An operator must fix these (credentials, account, sender, queue, spending); until then nothing may be lost.
_FIXABLE = frozenset(
    {
        *(14107, 20003, 20005, 20006, 20404, 21212, 21603, 21606, 21608, 21611, 21659, 21660, 21661),
        *(21701, 21703, 21704, 21705, 30001, 30002, 30003, 30008, 30009, 30010, 30022),
    }
)


def failure(code: int, status: int = 400) -> Failure:
    """What an error `code` of the API or of a receipt means; for an unknown code, what the HTTP `status` means."""
    if code in _STOPPED:
        return Failure.STOPPED
    if code == 20429 or status == 429:
        return Failure.RETRY_AFTER
    if code in _FIXABLE or status in {401, 403, 404, 408} or status >= 500:
        return Failure.TEMPORARY
    # Wrong or unreachable numbers (21211, 21214, 21217, 21408, 21612, 21614, 30004-30007), a text that is too long
    # (21617), and unknown codes: the same request would be refused again.
    return Failure.PERMANENT


class TwilioSender:
    """One account and one sender: a number of ours, or the SID of our messaging service."""

    channel = Channel.SMS

    def __init__(
        self,
        account_sid: str,
        token: str,
        sender: str,
        api_url: str = "",
        status_callback: str = "",
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        for name in ("twilio.http_client", "urllib3"):  # both log addresses with their query below WARNING
            logging.getLogger(name).setLevel(logging.WARNING)
        self._http = _Gateway(api_url, timeout_s)
        # The SDK would read TWILIO_EDGE and TWILIO_REGION itself, but only bot/settings.py reads the environment.
        self._client = Client(account_sid, token, http_client=self._http, environment={"TWILIO_REGION": ""})
        self._sender = sender
        self._status_callback = status_callback

    def send(self, message: Message) -> str:
        """Send one message and return its MessageSid. Raises SendError."""
        origin = "messaging_service_sid" if self._sender.startswith("MG") else "from_"
        extra = {"status_callback": self._status_callback} if self._status_callback else {}

        def create() -> str:
            made = self._client.messages.create(
                to=message.address, body=message.text, **{origin: self._sender}, **extra
            )
            return made.sid or ""

        sid = _call(create)
        if not is_message_sid(sid):
            raise SendError(Failure.UNKNOWN, "answer without an id")
        return sid

    def list_inbound(self, since: datetime, own_addresses: frozenset[str] = frozenset()) -> Iterator[Arrival]:
        """The texts that residents sent from `since` on, oldest first, each with the key that its webhook has.

        `own_addresses` adds numbers to those of our sender. Texts that cannot be answered are left out. Twilio lists
        the newest first, and a STOP read before an earlier text would be undone, so the list is held in memory and
        reversed: keep the period short. Raises SendError before the first text.
        """
        start = since.astimezone(UTC).replace(microsecond=0)  # Twilio's times have whole seconds
        numbers = frozenset(number for number in own_addresses if not number.startswith("MG")) | _call(self._numbers)

        def collect() -> list[MessageInstance]:
            pages = self._client.messages.stream
            return [one for to in sorted(numbers) for one in pages(to=to, date_sent_after=start, page_size=_PAGE_SIZE)]

        dated = [(one.date_sent or one.date_created, one) for one in reversed(_call(collect))]
        recent = [(at, one) for at, one in dated if at and at >= start]
        for at, one in sorted(recent, key=lambda pair: pair[0]):
            listed = _listed(one, at, numbers)
            if listed:
                yield listed

    def close(self) -> None:
        """Close the connections."""
        if self._http.session is not None:
            self._http.session.close()

    def _numbers(self) -> frozenset[str]:
        if not self._sender.startswith("MG"):
            return frozenset({self._sender})
        pool = self._client.messaging.v1.services(self._sender).phone_numbers.stream(page_size=_PAGE_SIZE)
        return frozenset(one.phone_number for one in pool if one.phone_number)


class _Gateway(TwilioHttpClient):  # type: ignore[misc]  # the SDK is not typed
    """The SDK's HTTP client for any base address; the SDK itself only allows those of twilio.com."""

    def __init__(self, api_url: str, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s)
        self._base = urlsplit(api_url.rstrip("/")) if api_url else None

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        """Send one request. Raises SendError for a 429, because the SDK drops its Retry-After."""
        if self._base:
            parts = urlsplit(url)
            path = self._base.path + parts.path
            url = parts._replace(scheme=self._base.scheme, netloc=self._base.netloc, path=path).geturl()
        answer = super().request(method, url, *args, **kwargs)
        if answer.status_code == 429:
            raise SendError(Failure.RETRY_AFTER, "20429", _retry_after(answer.headers.get("Retry-After", "")))
        return answer


def _retry_after(header: str) -> float:
    """The wait in seconds that Retry-After asks for; one second if it is missing or a date."""
    return min(float(header), _LONGEST_WAIT_S) if header.isascii() and header.isdecimal() else 1.0


def _call(ask: Callable[[], T]) -> T:
    """Run one call of the SDK. Every failure becomes a SendError."""
    try:
        return ask()
    except (TwilioException, requests.RequestException, HTTPError, *_UNREADABLE) as error:
        problem = _send_error(error)
    # Raised here, it has no context: the SDK's exception holds the number and the text.
    raise problem


def _send_error(error: Exception) -> SendError:
    """What a failed call means for the next attempt."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return _refusal(error.code, error.status)
    if isinstance(error, TwilioException):  # the SDK's error for a page of a list
        return _refusal(None, getattr(error.args[-1], "status_code", None))
    if isinstance(error, UnicodeError):
        return SendError(Failure.PERMANENT, "not text")
    if isinstance(error, requests.Timeout) and not isinstance(error, requests.ConnectTimeout):
        return SendError(Failure.UNKNOWN, "read timeout")
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError | requests.ConnectTimeout):
        return SendError(Failure.TEMPORARY, "connection")
    if isinstance(error, requests.ConnectionError):
        # urllib3 raises MaxRetryError only before anything was sent; a connection cut later raises another error.
        unsent = any(isinstance(one, MaxRetryError) for one in error.args)
        return SendError(Failure.TEMPORARY if unsent else Failure.UNKNOWN, "connection" if unsent else "cut off")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return SendError(Failure.UNKNOWN, "cut off")
    if isinstance(error, requests.RequestException):  # TWILIO_API_URL is wrong
        return SendError(Failure.TEMPORARY, "request")
    return SendError(Failure.UNKNOWN, "unreadable answer")


def _refusal(code: object, status: object) -> SendError:
    number = code if isinstance(code, int) else 0
    answer = status if isinstance(status, int) and status >= 400 else 500  # a redirect: the address is wrong
    return SendError(failure(number, answer), str(number or answer))


def _listed(one: MessageInstance, when: datetime, numbers: frozenset[str]) -> Arrival | None:
    """The arrival of a listed message; None if it is not for us or cannot be answered."""
    if one.direction != "inbound" or one.to not in numbers or not is_message_sid(one.sid or ""):
        return None
    try:
        sender = answerable_sender(one.from_ or "", numbers)
    except UnusableError:
        return None
    media = str(one.num_media or "0")
    return text_arrival(
        sid=one.sid or "",
        sender=sender,
        body=one.body or "",
        media=int(media) if media.isdecimal() else 0,
        sent_at=when,
    )
