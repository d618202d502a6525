"""Requests through Flask's test client, as Twilio, Telegram and organisers' programs send them."""

import json
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.channels.port import Arrival
from bot.engine.model import Channel, Kind
from bot.installation import Installation
from bot.messaging.receive import receive
from bot.store import organisers, tables
from kit.fakes.twilio_api import ACCOUNT, NUMBER, sign, webhook
from kit.moments import NOON
from kit.sandbox import ADDRESS, CHAT, PHONE, SECRET

SID = "SM" + "0123456789abcdef" * 2
INBOUND, STATUS, TELEGRAM = "/webhooks/twilio", "/webhooks/twilio/status", "/webhooks/telegram"
STORIES = "/export/thrive/stories.csv"
FORM = "application/x-www-form-urlencoded"
CANARY = "the boiler that Mrs Canary will not mend"


# Providers


def form(body: str = CANARY, sid: str = SID, **changes: str | None) -> dict[str, str]:
    """A good inbound form, with these changes; None leaves a parameter out."""
    good = webhook({"sid": sid, "from": PHONE, "to": NUMBER, "body": body, "num_media": "0"})
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def post(
    client: FlaskClient, fields: dict[str, str], path: str = INBOUND, signature: str | None = "", **more: Any
) -> TestResponse:
    """Post a form; well signed unless a signature is given (None: no header)."""
    headers = {"X-Twilio-Signature": sign(ADDRESS + path, fields) if signature == "" else signature}
    given = {name: value for name, value in {**headers, **more.pop("headers", {})}.items() if value is not None}
    return client.post(path, data=urlencode(fields), content_type=more.pop("type", FORM), headers=given, **more)


def text(client: FlaskClient, body: str, number: int, sender: str = PHONE) -> TestResponse:
    """Post a text as Twilio does; `number` names it."""
    return post(client, form(body, f"SM{number:032x}", From=sender))


def receipt(client: FlaskClient, sid: str, status: str, **more: str) -> int:
    """Post what became of a message, as Twilio does; the status of the answer."""
    fields = {"AccountSid": ACCOUNT, "MessageSid": sid, "SmsSid": sid, "MessageStatus": status, **more}
    return post(client, fields, STATUS).status_code


def update(client: FlaskClient, content: dict[str, Any] | bytes, secret: str | bytes | None = SECRET) -> TestResponse:
    """Post an update as Telegram does."""
    raw = content if isinstance(content, bytes) else json.dumps({"update_id": 1, **content}).encode()
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post(TELEGRAM, data=raw, content_type="application/json", headers=headers)


def message(number: int, **content: Any) -> dict[str, Any]:
    """An update with one private message."""
    person = {"id": CHAT, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    chat = {"id": CHAT, "type": "private", "first_name": "Ada"}
    moment = int(NOON.timestamp())
    return {"message": {"message_id": number, "date": moment, "chat": chat, "from": person, **content}}


# Organisers


def token_for(installation: Installation, role: str = "organiser", campaign: str = "thrive") -> dict[str, str]:
    """The header of somebody with this role."""
    hub = "LRMN" if role == "leader" else ""
    with installation.write() as tx:
        organisers.add(tx, f"{role}@example.org", role, campaign, hub)
        token = organisers.new_token(tx, f"{role}@example.org")
    return {"Authorization": f"Bearer {token}"}


def raise_flag(installation: Installation) -> int:
    """A resident writes of danger; the number of the flag."""
    arrival = Arrival(
        channel=Channel.SMS, key="SM1", message="SM1", sender=PHONE, kind=Kind.TEXT, text="I want to kill myself"
    )
    assert receive(installation, arrival)
    with installation.read() as tx:
        return int(tx.connection.execute(select(tables.flags.c.id)).scalar_one())


def audit_rows(installation: Installation) -> int:
    with installation.read() as tx:
        return int(tx.connection.scalar(select(func.count()).select_from(tables.audit)) or 0)


# Errors


def is_error(response: TestResponse, status: int) -> bool:
    """Whether the answer has this status and the one shape of errors."""
    return response.status_code == status and bool(error(response))


def error(response: TestResponse) -> dict[str, str]:
    """The error in the one shape; fails for any other."""
    assert response.content_type == "application/json"
    body = response.get_json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert all(isinstance(value, str) and value for value in body["error"].values())
    assert "<" not in body["error"]["message"]
    assert response.headers["Cache-Control"] == "no-store"
    return dict(body["error"])
