"""Inbound texts as Twilio posts them: the form, and its signature made by hand from the published description.

Not with Twilio's library: what the product verifies with it is signed here by somebody else.
Source: https://www.twilio.com/docs/usage/security.
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
    """What Twilio posts for it."""
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
    """The X-Twilio-Signature: the address and the sorted parameters, with nothing between them."""
    signed = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()
