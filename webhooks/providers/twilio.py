"""Twilio's two webhooks: an inbound text, and what became of one that we sent.

Both check the signature of the configured address, then a strict schema: a signature never expires, and stays valid
when parameters are re-split (`bot/channels/twilio/inbound.py`). The answer is an empty TwiML document; replies go
through the outbox, which can retry.
"""

from collections.abc import Callable

from flask import Blueprint, Request, Response, request

from bot.channels.port import Failure
from bot.channels.twilio.inbound import parse, parse_receipt, verify
from bot.channels.twilio.sender import failure
from bot.errors import UnusableError
from bot.installation import Installation
from bot.messaging.deliver import record_receipt
from bot.messaging.receive import receive
from webhooks.auth import signed

_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def blueprint(installation: Installation, on_received: Callable[[], None]) -> Blueprint:
    """POST /webhooks/twilio and /webhooks/twilio/status."""
    views = Blueprint("twilio", __name__, url_prefix="/webhooks")
    twilio = installation.settings.twilio
    address = installation.settings.address

    def genuine(called: Request) -> bool:
        """The address that Twilio signed is the configured one, never the Host header's (OWASP ASVS 4.1.3)."""
        if twilio is None or called.mimetype != "application/x-www-form-urlencoded":
            return False
        query = called.query_string.decode("latin-1")
        url = f"{address}{called.path}{'?' + query if query else ''}"
        return verify(url, _form(called), called.headers.get("X-Twilio-Signature"), twilio.auth_token)

    @views.post("/twilio")
    @signed(genuine)
    def inbound() -> Response:
        assert twilio is not None
        if receive(installation, parse(_form(request), twilio.account_sid, twilio.own_addresses)):
            on_received()
        return _empty()

    @views.post("/twilio/status")
    @signed(genuine)
    def status() -> Response:
        assert twilio is not None
        found = parse_receipt(_form(request), twilio.account_sid)
        stopped = found.error_code != 0 and failure(found.error_code) is Failure.STOPPED
        record_receipt(installation, found.provider_id, found.status, str(found.error_code), stopped=stopped)
        return _empty()

    @views.errorhandler(UnusableError)
    def unusable(_problem: UnusableError) -> Response:
        """200, or Twilio would send it again."""
        return _empty()

    return views


def _form(called: Request) -> dict[str, list[str]]:
    return called.form.to_dict(flat=False)


def _empty() -> Response:
    return Response(_EMPTY, mimetype="text/xml")
