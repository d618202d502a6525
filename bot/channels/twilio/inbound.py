"""What Twilio posts to us, read strictly: is it signed, is it for us, and what did the resident say.

Reading only: it must not
touch network or database. A signature proves less than it seems: it can be replayed for ever, and parameters are signed
without a mark between them, so that a signed form can be divided anew. Hence the schema after the signature.

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
#: The parameters of Twilio's that are signed between Body and From.
_AFTER_BODY = {
    "ButtonPayload", "ButtonText", "ChannelInstallSid", "ChannelMetadata", "ChannelPrefix", "ChannelToAddress",
    "ConversationSid", "DateCreated", "ErrorCode", "ErrorMessage", "ErrorUrl", "EventType", "ForwardedFrom",
}  # fmt: skip
_CARRIER_WORDS = frozenset({"STOP", "START", "HELP"})
_STATUSES = frozenset(
    {
        *("accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed", "read"),
        *("receiving", "received", "canceled", "partially_delivered"),
    }
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message of ours. `error_code` is 0 where there was none; `twilio_api.failure` reads it."""

    provider_id: str
    status: str
    error_code: int


class _MultiForm(dict[str, list[str]]):
    """The form as Twilio's validator wants to see it: a parameter given twice is signed with both values."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def verify(url: str, form: Form, signature: str | None, token: str) -> bool:
    """Whether Twilio signed this form for this address. Anything odd is a no, never an exception."""
    if not signature or not token:  # with an empty token anyone could sign
        return False
    try:
        return bool(RequestValidator(token).validate(url, _MultiForm(form), signature))
    except (TypeError, ValueError, IndexError, AttributeError):  # surrogates, a bad port, values that are not text
        return False


def parse(form: Form, account_sid: str, ours: frozenset[str]) -> Arrival:
    """Read one inbound message. `ours` holds our numbers and the SID of our messaging service.

    Raises NotOursError for what Twilio would not write to us, UnusableError for what nobody could answer.
    """
    fields = _fields(form, account_sid)
    sid = _message_sid(fields)
    if "Body" not in fields and fields.get("NumMedia", "0") == "0":
        raise NotOursError("Body is missing")  # it may have been folded into the parameter before it
    to, service = fields.get("To", ""), fields.get("MessagingServiceSid", "")
    if to not in ours and service not in ours:
        raise NotOursError("To is not one of our numbers")
    if "From" not in fields:
        raise NotOursError("From is missing")
    if _FOLDED.match(fields["From"]):
        raise NotOursError("a parameter was folded into From")  # the signature does not see where one ends
    word = fields.get("OptOutType", "")
    media = fields.get("NumMedia", "0")
    if not _MEDIA_COUNT.fullmatch(media):
        raise NotOursError("NumMedia is not a count")
    return text_arrival(
        sid=sid,
        sender=answerable_sender(fields["From"], ours),
        body=fields.get("Body", ""),
        media=int(media),
        carrier=word if word in _CARRIER_WORDS else "",
    )


def parse_receipt(form: Form, account_sid: str) -> Receipt:
    """Read one status callback. Raises NotOursError as `parse` does, UnusableError for a status we do not know."""
    fields = _fields(form, account_sid)
    sid = _message_sid(fields)
    status = fields.get("MessageStatus", "")
    code = fields.get("ErrorCode", "") or "0"
    if status not in _STATUSES:
        raise UnusableError("MessageStatus is not a known one")
    if not _CODE.fullmatch(code):
        raise NotOursError("ErrorCode is not a number")
    return Receipt(sid, status, int(code))


def text_arrival(
    *, sid: str, sender: str, body: str, media: int, carrier: str = "", sent_at: datetime | None = None
) -> Arrival:
    """One inbound message as both ways in, webhook and REST, describe it: under one key, so that it counts once."""
    return Arrival(
        channel=Channel.SMS,
        key=sid,
        message=sid,
        sender=sender,
        # An empty body is a picture that was lost on the way, or a slip of the thumb: it wants the same kind answer.
        kind=Kind.MEDIA if media or not body.strip() else Kind.TEXT,
        text=clean(body),
        carrier=carrier,
        sent_at=sent_at,
    )


def answerable_sender(sender: str, ours: frozenset[str]) -> str:
    """`sender`, if it is a telephone number that an answer reaches; raises UnusableError for the others.

    Short codes and names (parcel firms, banks), other channels (`whatsapp:`) and withheld numbers cannot be residents.
    Our own numbers are refused because two of them would answer each other for ever.
    """
    if not _E164.fullmatch(sender):
        raise UnusableError("From is not a telephone number")
    if sender in ours:
        raise UnusableError("From is one of our own numbers")
    return sender


def is_message_sid(sid: str) -> bool:
    """Whether `sid` is written as Twilio writes the id of a message."""
    return _MESSAGE_SID.fullmatch(sid) is not None


def _fields(form: Form, account_sid: str) -> dict[str, str]:
    """The form as single values. Twice the same parameter keeps a valid signature, so it is refused here."""
    fields: dict[str, str] = {}
    for name, values in form.items():
        if not _NAME.fullmatch(name):
            raise NotOursError("a parameter's name is not one of Twilio's")
        if "Body" < name < "From" and name not in _AFTER_BODY:
            raise NotOursError("a parameter was cut out of Body")  # the signature does not see where one ends
        if len(values) != 1:
            raise NotOursError("a parameter is given more than once")
        fields[name] = values[0]
    if not account_sid or fields.get("AccountSid") != account_sid:
        raise NotOursError("AccountSid is not ours")
    if fields.get("ApiVersion", _API_VERSION) != _API_VERSION:
        raise NotOursError("ApiVersion is not the one we speak")
    return fields


def _message_sid(fields: Mapping[str, str]) -> str:
    sid = fields.get("MessageSid", "")
    if not is_message_sid(sid):
        raise NotOursError("MessageSid is not a message's id")
    return sid
