"""A strict Twilio: messages sent and listed by REST, a messaging service's numbers, and webhooks with its signature.

What Twilio ignores (unknown parameters) is refused as well: a misspelt one would be lost without a sound.
"""

import base64
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from kit.fakes.loopback import Answer, Loopback, Request
from kit.moments import noon

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
NUMBER = "+447911100100"
SERVICE = "MG" + "0123456789abcdef" * 2

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KNOWN = {"To", "Body", "From", "MessagingServiceSid", "StatusCallback"}
_FILTERS = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}


class FakeTwilio(Loopback):
    """`sent` holds what was accepted, `inbound` what residents wrote; `opted_out` numbers are refused with 21610."""

    def __init__(self, numbers: tuple[str, ...] = (NUMBER,), clock: Callable[[], datetime] = noon) -> None:
        super().__init__()
        self.clock = clock
        self.numbers = numbers
        self.sent: list[dict[str, str]] = []
        self.messages: list[dict[str, Any]] = []
        self.opted_out: set[str] = set()

    def write(self, sender: str, body: str, at: datetime, to: str = "", media: int = 0) -> dict[str, Any]:
        """A resident writes: the message as REST lists it."""
        sid = ("MM" if media else "SM") + secrets.token_hex(16)
        message = _resource(sid, "inbound", sender, to or self.numbers[0], body, at, media)
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()
        return message

    def handle(self, request: Request) -> Answer:
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != wanted:
            return refuse(20003, 401)
        with self.changed:
            if request.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
                return self._create(request) if request.method == "POST" else self._list(request)
            if request.path == f"/v1/Services/{SERVICE}/PhoneNumbers" and request.method == "GET":
                return self._pool(request)
        return refuse(20404, 404)

    def _create(self, request: Request) -> Answer:
        if not request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return refuse(20001)
        form = request.form
        if set(form) - _KNOWN or any(len(values) != 1 for values in form.values()) or request.query:
            return refuse(20001)
        fields = {name: values[0] for name, values in form.items()}
        code = self._mistake(fields)
        if code:
            return refuse(code)
        sid = "SM" + secrets.token_hex(16)
        self.sent.append({**fields, "Sid": sid})
        sender = fields.get("From") or self.numbers[0]
        message = _resource(sid, "outbound-api", sender, fields["To"], fields["Body"], self.clock(), 0)
        self.messages.append(message)
        self.changed.notify_all()
        return Answer(201, _plain(message))

    def _mistake(self, fields: dict[str, str]) -> int:
        """The code that Twilio would refuse this message with; 0 for none."""
        callback = fields.get("StatusCallback", "http://")
        checks = (
            ("To" not in fields, 21604),
            (not _E164.fullmatch(fields.get("To", "")), 21211),
            (not fields.get("Body"), 21602),
            (len(fields.get("Body", "")) > 1600, 21617),
            (("From" in fields) == ("MessagingServiceSid" in fields), 21603),
            (fields.get("From", self.numbers[0]) not in self.numbers, 21606),
            (fields.get("MessagingServiceSid", SERVICE) != SERVICE, 21701),
            (not callback.startswith(("http://", "https://")), 21609),
            (fields.get("To") in self.opted_out, 21610),
        )
        return next((code for wrong, code in checks if wrong), 0)

    def _list(self, request: Request) -> Answer:
        query = {name: values[0] for name, values in request.query.items()}
        if set(query) - _FILTERS:
            return refuse(20001)
        found = [one for one in self.messages if query.get("To", one["to"]) == one["to"]]
        if "DateSent>" in query:
            after = query["DateSent>"]
            found = [one for one in found if one["_at"].strftime("%Y-%m-%dT%H:%M:%SZ") >= after]
        found = sorted(found, key=lambda one: one["_at"])[::-1]  # within one second, too, the last comes first
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        if not 1 <= size <= 1000 or (page and not query.get("PageToken")):
            return refuse(20006)
        shown = found[page * size : (page + 1) * size]
        more = (page + 1) * size < len(found)
        onward = urlencode({**query, "PageSize": size, "Page": page + 1, "PageToken": "PA" + "0" * 32})
        return Answer(
            200,
            {
                "messages": [_plain(one) for one in shown],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + len(shown) - 1,
                "uri": request.path,
                "first_page_uri": request.path,
                "previous_page_uri": None,
                "next_page_uri": f"{request.path}?{onward}" if more else None,
            },
        )

    def _pool(self, request: Request) -> Answer:
        meta = {"page": 0, "page_size": 50, "key": "phone_numbers", "url": request.path, "next_page_url": None}
        return Answer(200, {"phone_numbers": [{"phone_number": one} for one in self.numbers], "meta": meta})


def refuse(code: int, status: int = 400, headers: dict[str, str] | None = None) -> Answer:
    """Twilio's way to say no. Its words repeat the number, as the real ones do."""
    words = "The 'To' number +447911999999 is refused"
    payload = {
        "code": code,
        "message": words,
        "status": status,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
    }
    return Answer(status, payload, headers or {})


def webhook(message: dict[str, Any], **extra: str) -> dict[str, str]:
    """The form that Twilio posts for an inbound message."""
    sid = message["sid"]
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "From": message["from"],
        "To": message["to"],
        "Body": message["body"],
        "FromCountry": "GB",
        "NumMedia": message["num_media"],
        "NumSegments": "1",
        "SmsStatus": "received",
        "ToCountry": "GB",
        **extra,
    }


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """The X-Twilio-Signature of this form at this address."""
    return str(RequestValidator(token).compute_signature(url, form))


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "_at"}


def _resource(sid: str, direction: str, sender: str, to: str, body: str, at: datetime, media: int) -> dict[str, Any]:
    moment = format_datetime(at.astimezone(UTC).replace(microsecond=0))
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "direction": direction,
        "from": sender,
        "to": to,
        "body": body,
        "num_media": str(media),
        "num_segments": "1",
        "status": "received" if direction == "inbound" else "queued",
        "error_code": None,
        "error_message": None,
        "date_created": moment,
        "date_sent": moment,
        "date_updated": moment,
        "messaging_service_sid": None,
        "price": None,
        "price_unit": "USD",
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
        "subresource_uris": {},
        "_at": at,
    }
