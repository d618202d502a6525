"""Inbound texts as Twilio posts them: the form and its signature (https://www.twilio.com/docs/usage/security).

The signature is made without Twilio's library, because the product verifies with that library.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

ACCOUNT = "AC" + "0a1b2c3d" * 4
TOKEN = "f0e1d2c3" * 4
NUMBER = "+442079460000"
ADDRESS = "https://ear.example.org"
PATH = "/webhooks/twilio"


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one resident."""

    sid: str
    phone: str
    body: str


def form(text: Text) -> dict[str, str]:
    """The form that Twilio posts for `text`."""
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": text.body,
        "From": text.phone,
        "FromCountry": "GB",
        "MessageSid": text.sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "To": NUMBER,
        "ToCountry": "GB",
    }


def sign(fields: dict[str, str], url: str = ADDRESS + PATH, token: str = TOKEN) -> str:
    """The X-Twilio-Signature: of the address and the sorted parameters, without separators."""
    signed = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()
