"""Twilio's REST API: one message out, and the list of messages that came in.

`TwilioSender` is used by `bot/messaging/deliver.py` to send, by `openear serve --poll` and by the hourly sweep to
list. It must not retry: when and whether to try again is decided where the outbox is. No exception that leaves here
holds a number, a text or a token.

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
_LONGEST_WAIT_S = 3600.0  # a provider's mistake must not silence us for days
_PAGE_SIZE = 200
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)  # what the SDK does with an answer of another shape

T = TypeVar("T")

# The resident has opted out with the carrier. Nothing reaches them until they write START.
_STOPPED = frozenset({21610})
# Ours to mend (credentials, account, sender, queue, spending): nothing may be lost meanwhile.
_MENDABLE = frozenset(
    {
        *(14107, 20003, 20005, 20006, 20404, 21212, 21603, 21606, 21608, 21611, 21659, 21660, 21661),
        *(21701, 21703, 21704, 21705, 30001, 30002, 30003, 30008, 30009, 30010, 30022),
    }
)


def failure(code: int, status: int = 400) -> Failure:
    """What Twilio's error `code` means for the next attempt; with HTTP `status`, where the code is unknown.

    Also for the `ErrorCode` of a status callback.
    """
    if code in _STOPPED:
        return Failure.STOPPED
    if code == 20429 or status == 429:
        return Failure.RETRY_AFTER
    if code in _MENDABLE or status in {401, 403, 404, 408} or status >= 500:
        return Failure.TEMPORARY
    # Wrong or unreachable numbers (21211, 21214, 21217, 21408, 21612, 21614, 30004-30007), a text that is too long
    # (21617), and whatever we do not know: the same request would be refused again.
    return Failure.PERMANENT


class TwilioSender:
    """One account and one sender: `sender` is a number of ours or the SID of a messaging service."""

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
        for name in ("twilio.http_client", "urllib3"):  # both write addresses, with the query, at their lower levels
            logging.getLogger(name).setLevel(logging.WARNING)
        self._http = _Gateway(api_url, timeout_s)
        # The SDK reads TWILIO_EDGE and TWILIO_REGION by itself; settings are read in one place, and that is not here.
        self._client = Client(account_sid, token, http_client=self._http, environment={"TWILIO_REGION": ""})
        self._sender = sender
        self._status_callback = status_callback

    def send(self, message: Message) -> str:
        """Hand over one message; its MessageSid. Raises SendError."""
        origin = "messaging_service_sid" if self._sender.startswith("MG") else "from_"
        extra = {"status_callback": self._status_callback} if self._status_callback else {}

        def create() -> str:
            made = self._client.messages.create(
                to=message.address, body=message.text, **{origin: self._sender}, **extra
            )
            return made.sid or ""

        sid = _asking(create)
        if not is_message_sid(sid):
            raise SendError(Failure.UNKNOWN, "answer without an id")
        return sid

    def list_inbound(self, since: datetime, ours: frozenset[str] = frozenset()) -> Iterator[Arrival]:
        """What residents wrote since then, oldest first, each with the key that its webhook has.

        `ours` names further numbers; our own sender and the numbers of its messaging service are always listed.
        Twilio lists the newest first, and a STOP read before the text it followed would be undone, so a period is held
        and turned round: keep it short. What cannot be answered is left out. Raises SendError when Twilio does not
        answer, before anything is handed on.
        """
        start = since.astimezone(UTC).replace(microsecond=0)  # Twilio's times have whole seconds
        numbers = frozenset(number for number in ours if not number.startswith("MG")) | _asking(self._numbers)

        def collect() -> list[MessageInstance]:
            pages = self._client.messages.stream
            return [one for to in sorted(numbers) for one in pages(to=to, date_sent_after=start, page_size=_PAGE_SIZE)]

        dated = [(one.date_sent or one.date_created, one) for one in reversed(_asking(collect))]
        recent = [(at, one) for at, one in dated if at and at >= start]
        for at, one in sorted(recent, key=lambda pair: pair[0]):
            listed = _listed(one, at, numbers)
            if listed:
                yield listed

    def close(self) -> None:
        """Let go of the connections."""
        if self._http.session is not None:
            self._http.session.close()

    def _numbers(self) -> frozenset[str]:
        if not self._sender.startswith("MG"):
            return frozenset({self._sender})
        pool = self._client.messaging.v1.services(self._sender).phone_numbers.stream(page_size=_PAGE_SIZE)
        return frozenset(one.phone_number for one in pool if one.phone_number)


class _Gateway(TwilioHttpClient):  # type: ignore[misc]  # the SDK is not typed
    """The SDK's HTTP client at another base address, which the SDK itself offers only inside twilio.com."""

    def __init__(self, api_url: str, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s)
        self._base = urlsplit(api_url.rstrip("/")) if api_url else None

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        """Send one request. A 429 is raised from here because only here its Retry-After can be seen."""
        if self._base:
            parts = urlsplit(url)
            path = self._base.path + parts.path
            url = parts._replace(scheme=self._base.scheme, netloc=self._base.netloc, path=path).geturl()
        answer = super().request(method, url, *args, **kwargs)
        if answer.status_code == 429:
            raise SendError(Failure.RETRY_AFTER, "20429", _seconds(answer.headers.get("Retry-After", "")))
        return answer


def _seconds(header: str) -> float:
    """The wait that Retry-After asks for; a second when it is missing or a date, which Twilio does not send."""
    return min(float(header), _LONGEST_WAIT_S) if header.isascii() and header.isdecimal() else 1.0


def _asking(ask: Callable[[], T]) -> T:
    """`ask()`, with whatever goes wrong as a SendError."""
    try:
        return ask()
    except (TwilioException, requests.RequestException, HTTPError, *_UNREADABLE) as error:
        problem = _problem(error)
    # Out here the SDK's exception, which knows the address and the text of the request, is no part of ours.
    raise problem


def _problem(error: Exception) -> SendError:
    """What went wrong: refused, never sent, or sent and unanswered."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return _refusal(error.code, error.status)
    if isinstance(error, TwilioException):  # a page of a list, which the SDK reports differently
        return _refusal(None, getattr(error.args[-1], "status_code", None))
    if isinstance(error, UnicodeError):
        return SendError(Failure.PERMANENT, "not text")
    if isinstance(error, requests.Timeout) and not isinstance(error, requests.ConnectTimeout):
        return SendError(Failure.UNKNOWN, "read timeout")
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError | requests.ConnectTimeout):
        return SendError(Failure.TEMPORARY, "connection")
    if isinstance(error, requests.ConnectionError):
        # urllib3 gives up with MaxRetryError only before anything was sent; a line cut later is another exception.
        unsent = any(isinstance(one, MaxRetryError) for one in error.args)
        return SendError(Failure.TEMPORARY if unsent else Failure.UNKNOWN, "connection" if unsent else "cut off")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return SendError(Failure.UNKNOWN, "cut off")
    if isinstance(error, requests.RequestException):  # an address that is none: TWILIO_API_URL is to be mended
        return SendError(Failure.TEMPORARY, "request")
    return SendError(Failure.UNKNOWN, "unreadable answer")


def _refusal(code: object, status: object) -> SendError:
    number = code if isinstance(code, int) else 0
    answer = status if isinstance(status, int) and status >= 400 else 500  # a redirect is somebody's wrong address
    return SendError(failure(number, answer), str(number or answer))


def _listed(one: MessageInstance, when: datetime, numbers: frozenset[str]) -> Arrival | None:
    """A listed message as its webhook would have described it; None when it is not for us or nobody could answer."""
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
