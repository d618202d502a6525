"""Twilio's two webhooks: an inbound text, and what became of one of ours.

Verify against the configured address, parse strictly, hand to `receive`, answer an empty TwiML: replies go through
the outbox, which can retry. A signature holds for ever and survives a re-split of its parameters, so the schema in
`bot/channels/twilio/inbound.py` and the dedupe in `receive` follow it.
"""

from collections.abc import Callable

from flask import Blueprint, Request, Response, request

from bot.channels.port import Failure
from bot.channels.twilio.inbound import parse, receipt, verify
from bot.channels.twilio.sender import failure
from bot.errors import UnusableError
from bot.installation import Installation
from bot.messaging.deliver import record_receipt
from bot.messaging.receive import receive
from webhooks.auth import signed

_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def blueprint(installation: Installation, taken: Callable[[], None]) -> Blueprint:
    """The two addresses."""
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
        try:
            arrival = parse(_form(request), twilio.account_sid, twilio.ours)
        except UnusableError:
            return _nothing_to_say()
        if receive(installation, arrival):
            taken()
        return _nothing_to_say()

    @views.post("/twilio/status")
    @signed(genuine)
    def status() -> Response:
        assert twilio is not None
        try:
            found = receipt(_form(request), twilio.account_sid)
        except UnusableError:
            return _nothing_to_say()
        stopped = found.error_code != 0 and failure(found.error_code) is Failure.STOPPED
        record_receipt(installation, found.provider_id, found.status, str(found.error_code), stopped=stopped)
        return _nothing_to_say()

    return views


def _form(called: Request) -> dict[str, list[str]]:
    return called.form.to_dict(flat=False)


def _nothing_to_say() -> Response:
    return Response(_EMPTY, mimetype="text/xml")
