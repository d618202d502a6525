"""Reads Twilio's webhooks strictly: inbound texts and receipts. Pure: no network, no database.

A signature proves less than it seems. It can be replayed for ever, and it covers the parameters without separators, so
a signed form can be split at other places. Hence the strict schema after `verify`.

Sources: https://www.twilio.com/docs/usage/security and /docs/messaging/guides/webhook-request.
"""

# mypy: disable-error-code="import-untyped"

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from twilio.request_validator import RequestValidator

from bot.channels.port import Arrival, clean
from bot.engine.model import Channel, Kind
from bot.errors import NotOursError, UnusableError

Form = Mapping[str, list[str]]

_NAME = re.compile(r"[A-Za-z0-9_.]{1,64}")
_MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_FOLDED = re.compile(r"\+[0-9]+[^0-9]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CODE = re.compile(r"[0-9]{1,6}")
_MEDIA_COUNT = re.compile(r"[0-9]{1,3}")
_API_VERSION = "2010-04-01"
#: Twilio's parameters that are signed between Body and From.
_AFTER_BODY = frozenset(
    {
        *("ButtonPayload", "ButtonText", "ChannelInstallSid", "ChannelMetadata", "ChannelPrefix", "ChannelToAddress"),
        *("ConversationSid", "DateCreated", "ErrorCode", "ErrorMessage", "ErrorUrl", "EventType", "ForwardedFrom"),
    }
)
_CARRIER_WORDS = frozenset({"STOP", "START", "HELP"})
_STATUSES = frozenset(
    {
        *("accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed", "read"),
        *("receiving", "received", "canceled", "partially_delivered"),
    }
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message that we sent. `error_code` is 0 without an error; `sender.failure` explains it."""

    provider_id: str
    status: str
    error_code: int


class _MultiForm(dict[str, list[str]]):
    """The form as Twilio's validator expects it: a parameter given twice is signed with both values."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def verify(url: str, form: Form, signature: str | None, token: str) -> bool:
    """Whether Twilio signed this form for this address. Never raises."""
    if not signature or not token:  # anyone could sign with an empty token
        return False
    try:
        return bool(RequestValidator(token).validate(url, _MultiForm(form), signature))
    except (TypeError, ValueError, IndexError, AttributeError):  # surrogates, a bad port, values that are not text
        return False


def parse(form: Form, account_sid: str, own_addresses: frozenset[str]) -> Arrival:
    """Read one inbound message. `own_addresses` holds our numbers and the SID of our messaging service.

    Raises NotOursError for what Twilio would not send us, UnusableError for a sender that cannot be answered.
    """
    fields = _fields(form, account_sid)
    sid = _message_sid(fields)
    if "Body" not in fields and fields.get("NumMedia", "0") == "0":
        raise NotOursError("Body is missing")  # it may have been folded into the parameter before it
    to, service = fields.get("To", ""), fields.get("MessagingServiceSid", "")
    if to not in own_addresses and service not in own_addresses:
        raise NotOursError("To is not one of our numbers")
    if "From" not in fields:
        raise NotOursError("From is missing")
    if _FOLDED.match(fields["From"]):
        raise NotOursError("a parameter was folded into From")  # the signature does not show where one ends
    word = fields.get("OptOutType", "")
    media = fields.get("NumMedia", "0")
    if not _MEDIA_COUNT.fullmatch(media):
        raise NotOursError("NumMedia is not a count")
    return text_arrival(
        sid=sid,
        sender=answerable_sender(fields["From"], own_addresses),
        body=fields.get("Body", ""),
        media=int(media),
        carrier=word if word in _CARRIER_WORDS else "",
    )


def parse_receipt(form: Form, account_sid: str) -> Receipt:
    """Read one status callback. Raises NotOursError as `parse` does, UnusableError for an unknown status."""
    fields = _fields(form, account_sid)
    sid = _message_sid(fields)
    status = fields.get("MessageStatus", "")
    code = fields.get("ErrorCode", "") or "0"
    if status not in _STATUSES:
        raise UnusableError("MessageStatus is unknown")
    if not _CODE.fullmatch(code):
        raise NotOursError("ErrorCode is not a number")
    return Receipt(sid, status, int(code))


def text_arrival(
    *, sid: str, sender: str, body: str, media: int, carrier: str = "", sent_at: datetime | None = None
) -> Arrival:
    """The arrival of one text. Webhooks and the REST API give it the same key, so that it has one effect."""
    return Arrival(
        channel=Channel.SMS,
        key=sid,
        message=sid,
        sender=sender,
        # An empty body is a lost picture or a slip of the thumb: it gets the same answer as a picture.
        kind=Kind.MEDIA if media or not body.strip() else Kind.TEXT,
        text=clean(body),
        carrier=carrier,
        sent_at=sent_at,
    )


def answerable_sender(sender: str, own_addresses: frozenset[str]) -> str:
    """`sender`, if it is a telephone number that can be answered. Raises UnusableError if not.

    Short codes and names (parcel firms, banks), other channels (`whatsapp:`) and withheld numbers cannot be residents.
    Two of our own numbers would answer each other for ever.
    """
    if not _E164.fullmatch(sender):
        raise UnusableError("From is not a telephone number")
    if sender in own_addresses:
        raise UnusableError("From is one of our own numbers")
    return sender


def is_message_sid(sid: str) -> bool:
    """Whether `sid` has the form of Twilio's id of a message."""
    return _MESSAGE_SID.fullmatch(sid) is not None


def _fields(form: Form, account_sid: str) -> dict[str, str]:
    """The form with one value for each parameter. Repeated ones, which can have a valid signature, are refused."""
    fields: dict[str, str] = {}
    for name, values in form.items():
        if not _NAME.fullmatch(name):
            raise NotOursError("the name of a parameter is not one of Twilio's")
        if "Body" < name < "From" and name not in _AFTER_BODY:
            raise NotOursError("a parameter was cut out of Body")  # the signature does not show where one ends
        if len(values) != 1:
            raise NotOursError("a parameter is given more than once")
        fields[name] = values[0]
    if not account_sid or fields.get("AccountSid") != account_sid:
        raise NotOursError("AccountSid is not ours")
    if fields.get("ApiVersion", _API_VERSION) != _API_VERSION:
        raise NotOursError("ApiVersion is not the one that we read")
    return fields


def _message_sid(fields: Mapping[str, str]) -> str:
    sid = fields.get("MessageSid", "")
    if not is_message_sid(sid):
        raise NotOursError("MessageSid is not a message's id")
    return sid
