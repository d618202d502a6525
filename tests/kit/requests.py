"""Requests as the providers make them, over real sockets, and what an installation holds after them."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select
from waitress.server import BaseWSGIServer

from bot.engine.model import Channel
from bot.installation import Installation, open_installation
from bot.settings import read_settings
from bot.store import organisers, tables, turns
from bot.store.stories import Filters, read_stories
from bot.store.transaction import Transaction
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN, sign, webhook
from kit.sandbox import ADDRESS, PHONE, SECRET, Sandbox
from scripts.cli.processes import listening
from scripts.soaks.site import Site
from webhooks.app import create_app

INBOUND, TELEGRAM = "/webhooks/twilio", "/webhooks/telegram"
FORM = "application/x-www-form-urlencoded"
TWILIO_WAITS = 15.0
PATIENCE = 30
OURS: dict[str, Any] = {
    "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": NUMBER, "OPENEAR_PUBLIC_URL": ADDRESS,
    "TELEGRAM_BOT_TOKEN": BOT_TOKEN, "TELEGRAM_WEBHOOK_SECRET": SECRET,
}  # fmt: skip


def opened(site: Site, later: timedelta = timedelta()) -> Installation:
    """The installation of a site, with a clock of its own."""
    settings = read_settings(site.environment, site.folder)
    return open_installation(settings, lambda: datetime.now(UTC) + later)


def phone(number: int) -> str:
    return f"+4479119{number:05}"


def form(body: str, number: int, sender: str = PHONE, **more: str) -> dict[str, str]:
    """An inbound text as Twilio posts it; `number` names it."""
    sid = f"SM{number:032x}"
    return webhook({"sid": sid, "from": sender, "to": NUMBER, "body": body, "num_media": "0"}, **more)


def signed(fields: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    return {"Content-Type": FORM, "X-Twilio-Signature": sign(ADDRESS + INBOUND, fields, token)}


class Answered(NamedTuple):
    """An answer, read to its end."""

    status: int
    headers: Message
    body: bytes


def posted(port: int, fields: dict[str, str]) -> Answered:
    """Post a signed form as Twilio does: it waits fifteen seconds for the answer, and no longer."""
    return call(port, "POST", INBOUND, urlencode(fields).encode(), signed(fields))


def call(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answered:
    """One request on a line of its own; the answer is read."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=TWILIO_WAITS)) as line:
        line.request(method, path, body or None, headers or {})
        answer = line.getresponse()
        content = answer.read()
        return Answered(answer.status, answer.headers, content)


def replies_to(one: Installation, sender: str) -> list[str]:
    """The keys of all replies to one person, sent or not."""
    with one.read() as tx:
        query = select(tables.outbox.c.key).where(tables.outbox.c.contact == contact(one, tx, sender))
        return list(tx.connection.execute(query.order_by(tables.outbox.c.id)).scalars())


def words_of(one: Installation, sender: str) -> list[str]:
    """All that is kept of one person's words, in the order of its arrival."""
    with one.read() as tx:
        mine = select(tables.conversations.c.id).where(tables.conversations.c.contact == contact(one, tx, sender))
        rows = tx.connection.execute(
            select(tables.answers).where(tables.answers.c.conversation.in_(mine)).order_by(tables.answers.c.id)
        )
        return [turns.read_body(one.keys, row.id, row.body)[0] for row in rows]


def contact(one: Installation, tx: Transaction, sender: str) -> int | None:
    known = select(tables.contacts.c.id).where(tables.contacts.c.hash == one.keys.contact_hash(Channel.SMS, sender))
    return tx.connection.execute(known).scalar_one_or_none()


def token_of(one: Installation, role: str, campaign: str = "thrive") -> str:
    with one.write() as tx:
        organisers.add(tx, f"{role}@example.org", role, campaign, "")
        return organisers.new_token(tx, f"{role}@example.org")


def told_by(sandbox: Sandbox) -> list[str]:
    """The texts of the one story, as a download would bring them."""
    one = sandbox.installation
    (story,) = read_stories(one.read, one.campaigns["thrive"], Filters())
    return [answer.text for answer in story.answers_to("pressure")]


@contextmanager
def served(sandbox: Sandbox) -> Iterator[int]:
    """The house behind the server of `openear serve`; its port."""
    server = listening(create_app(sandbox.installation), "127.0.0.1", 0)
    assert isinstance(server, BaseWSGIServer)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        end = time.monotonic() + PATIENCE
        while server.active_channels and time.monotonic() < end:
            time.sleep(0.01)  # each caller's line is to be closed by both sides
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(PATIENCE)
