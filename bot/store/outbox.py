"""The outbox: replies that wait to be sent, each claimed by one worker, in order for each resident.

A turn's transaction adds the rows; `bot/messaging/deliver.py` claims and sends them. A sent row keeps neither text
nor address.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.channels.port import Message
from bot.engine.model import Channel
from bot.errors import DecryptionError
from bot.store.crypto import Keys
from bot.store.ids import new_id
from bot.store.moments import EPOCH, Moment
from bot.store.tables import outbox
from bot.store.transaction import Transaction

#: A claimed row may be claimed again after this long: its worker must have died.
LEASE = timedelta(seconds=120)
#: A row that cannot be decrypted is tried again each minute for two hours: a process that has not restarted since keys
#: were rotated does not have the newest key.
_MOST_READINGS = 120
_READ_AGAIN = timedelta(minutes=1)
WAITING = ("queued", "sending")
#: `error` of a row that a limit holds back begins with this.
HELD = "held: "
#: The statuses, in the order in which receipts may move a message forward.
PROGRESS = ("queued", "sending", "sent", "delivered", "read", "undelivered", "failed", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One message to queue. `asked_at` is when the resident wrote: a reply is late by that."""

    campaign: str
    key: str
    message: Message
    asked_at: datetime
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row that waits, decrypted."""

    id: int
    contact: int
    campaign: str
    channel: Channel
    key: str
    message: Message
    urgent: bool
    asked_at: datetime
    attempts: int


def add(tx: Transaction, contact: int, channel: Channel, queued: Queued) -> None:
    """Queue one message."""
    number = new_id()
    message = queued.message
    body = json.dumps([message.text, message.buttons, message.callback], ensure_ascii=False)
    tx.connection.execute(
        insert(outbox),
        {
            "id": number,
            "contact": contact,
            "campaign": queued.campaign,
            "channel": channel.value,
            "key": queued.key,
            "address": tx.keys.encrypt(message.address, "outbox.address", number),
            "body": tx.keys.encrypt(body, "outbox.body", number),
            "urgent": int(queued.urgent),
            "status": "queued",
            "asked_at": queued.asked_at,
            "not_before": tx.now,
        },
    )


def claim(tx: Transaction, channels: list[Channel], limit: int) -> list[Waiting]:
    """Claim up to `limit` due rows: each resident's oldest first, and helplines before all others."""
    names = [channel.value for channel in channels]
    values = {"now": tx.now, "lease": tx.now + LEASE, "channels": names, "limit": limit}
    rows = tx.connection.execute(_CLAIM, values).all()
    found = []
    for row in sorted(rows, key=lambda row: (-row.urgent, row.id)):
        try:
            found.append(decrypted(tx.keys, row))
        except DecryptionError:  # one row must not hold up all others; another process may have the newer key
            if row.attempts < _MOST_READINGS:
                put_back(tx, row.id, tx.now + _READ_AGAIN, "unreadable")
            else:
                set_failed(tx, row.id, "unreadable")
    return found


def _claim_statement() -> ReturningUpdate[Any]:
    """One statement that finds rows and claims them. SKIP LOCKED lets workers pass each other on PostgreSQL."""
    earlier = outbox.alias("earlier")
    behind = exists().where(  # a row that a limit holds does not hold up those after it
        earlier.c.contact == outbox.c.contact,
        earlier.c.id < outbox.c.id,
        earlier.c.status.in_(WAITING),
        earlier.c.error.not_like(f"{HELD}%"),
    )
    now: BindParameter[datetime] = bindparam("now", type_=Moment())
    ready = (
        select(outbox.c.id)
        .where(
            outbox.c.status.in_(WAITING),
            or_(outbox.c.not_before <= now, and_(outbox.c.attempts == 0, outbox.c.error == "")),
            outbox.c.lease_until <= now,
            outbox.c.channel.in_(bindparam("channels", expanding=True)),
            or_(outbox.c.urgent == 1, ~behind),
        )
        .order_by(outbox.c.urgent.desc(), outbox.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )
    return (
        update(outbox)
        .where(outbox.c.id.in_(ready), outbox.c.lease_until <= now)
        .values(status="sending", lease_until=bindparam("lease", type_=Moment()), attempts=outbox.c.attempts + 1)
        .returning(*outbox.c)
    )


_CLAIM = _claim_statement()


def still_claimed(tx: Transaction, row: Waiting) -> bool:
    """Whether the row is as it was claimed: not dropped, not erased, not claimed again after its lease ran out."""
    unchanged = outbox.c.id == row.id, outbox.c.status == "sending", outbox.c.attempts == row.attempts
    query = select(outbox.c.id).where(*unchanged).with_for_update()
    return tx.connection.execute(query).scalar() is not None


def recently_queued(tx: Transaction, contact: int, campaign: str, key: str, since: datetime) -> bool:
    """Whether a message with this key waits for this contact, or was sent since `since`."""
    recent = or_(outbox.c.status.in_(WAITING), outbox.c.sent_at >= since)
    same = outbox.c.contact == contact, outbox.c.campaign == campaign, outbox.c.key == key
    return tx.connection.execute(select(outbox.c.id).where(*same, recent).limit(1)).scalar() is not None


def set_sent(tx: Transaction, number: int, provider_id: str) -> None:
    """Record that the provider accepted the message. Removes its text and address."""
    values = {"status": "sent", "provider_id": provider_id, "sent_at": tx.now, "error": "", "address": b"", "body": b""}
    tx.connection.execute(update(outbox).where(outbox.c.id == number).values(**values))


def set_failed(tx: Transaction, number: int, code: str) -> None:
    """Record that the message will never be sent, and why. Removes its text and address."""
    values = {"status": "failed", "error": code[:64], "address": b"", "body": b""}
    tx.connection.execute(update(outbox).where(outbox.c.id == number).values(**values))


def put_back(tx: Transaction, number: int, not_before: datetime, code: str, *, tried: bool = True) -> None:
    """Put a claimed row back in the queue until `not_before`, and say why.

    With `tried=False` it was never handed to a provider, so it does not count as an attempt.
    """
    values: dict[str, Any] = {"status": "queued", "not_before": not_before, "lease_until": EPOCH, "error": code[:64]}
    if not tried:
        values["attempts"] = outbox.c.attempts - 1
    tx.connection.execute(update(outbox).where(outbox.c.id == number).values(**values))


def drop(tx: Transaction, contact: int) -> None:
    """Drop what waits for this contact after a STOP, except helplines."""
    values = {"status": "dropped", "address": b"", "body": b""}
    waiting = outbox.c.contact == contact, outbox.c.status.in_(WAITING), outbox.c.urgent == 0
    tx.connection.execute(update(outbox).where(*waiting).values(**values))


def erase(tx: Transaction, contact: int) -> None:
    """Delete all rows of this contact, except alerts: its owner may also be a safeguarding lead."""
    tx.connection.execute(delete(outbox).where(outbox.c.contact == contact, outbox.c.key != "alert"))


def apply_receipt(tx: Transaction, provider_id: str, status: str, code: str) -> int | None:
    """Apply a receipt; a status only ever moves forward. Returns the contact, or None for an unknown message."""
    row = tx.connection.execute(
        select(outbox.c.id, outbox.c.contact, outbox.c.status).where(outbox.c.provider_id == provider_id)
    ).one_or_none()
    if row is None:
        return None
    if status in PROGRESS and PROGRESS.index(status) > PROGRESS.index(row.status):
        tx.connection.execute(update(outbox).where(outbox.c.id == row.id).values(status=status, error=code[:64]))
    return int(row.contact)


def oldest_unsent(tx: Transaction) -> datetime | None:
    """When the message that has been due longest became due; None if nothing is due."""
    due = outbox.c.status.in_(WAITING), outbox.c.not_before <= tx.now
    return tx.connection.execute(select(func.min(outbox.c.not_before)).where(*due)).scalar()


def decrypted(keys: Keys, row: Row) -> Waiting:  # type: ignore[type-arg]
    """One row, decrypted."""
    text, buttons, callback = json.loads(keys.decrypt(row.body, "outbox.body", row.id))
    address = keys.decrypt(row.address, "outbox.address", row.id)
    message = Message(
        address=address, text=text, buttons=tuple((label, data) for label, data in buttons), callback=callback
    )
    channel, urgent = Channel(row.channel), bool(row.urgent)
    return Waiting(row.id, row.contact, row.campaign, channel, row.key, message, urgent, row.asked_at, row.attempts)
