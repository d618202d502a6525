"""Complaints about us, numbered from 1: added, acknowledged, closed with an outcome. Texts and addresses are encrypted.

A complaint has no link to a story or a contact: the sender decides what to say about themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.store.crypto import Keys
from bot.store.tables import complaints
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint, decrypted."""

    number: int
    campaign: str
    at: datetime
    way: str  # how it arrived: through the privacy page, or taken down by an operator
    language: str
    body: str
    reach: str  # where the sender wants the answer
    acknowledged_at: datetime | None
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint that has not been stored yet."""

    campaign: str
    at: datetime
    way: str
    language: str
    body: str
    reach: str


def add(tx: Transaction, complaint: NewComplaint) -> int:
    """Store a complaint and return its number.

    Two concurrent ones never share a number: SQLite has one writer, and PostgreSQL's primary key refuses the second.
    """
    number = int(tx.connection.execute(select(func.coalesce(func.max(complaints.c.number), 0))).scalar_one()) + 1
    tx.connection.execute(
        insert(complaints).values(
            number=number,
            campaign=complaint.campaign,
            at=complaint.at,
            way=complaint.way,
            language=complaint.language,
            body=tx.keys.encrypt(complaint.body, "complaints.body", number),
            reach=tx.keys.encrypt(complaint.reach, "complaints.reach", number) if complaint.reach else None,
        )
    )
    return number


def queue(tx: Transaction, *, closed: bool = False) -> list[Complaint]:
    """The open complaints, the oldest first; with `closed`, all of them."""
    query = select(complaints).order_by(complaints.c.number)
    rows = tx.connection.execute(query if closed else query.where(complaints.c.closed_at.is_(None)))
    return [_complaint(tx.keys, row) for row in rows]


def find(tx: Transaction, number: int) -> Complaint | None:
    """The complaint with this number, or None."""
    row = tx.connection.execute(select(complaints).where(complaints.c.number == number)).one_or_none()
    return _complaint(tx.keys, row) if row else None


def waiting_since(tx: Transaction) -> datetime | None:
    """When the oldest unacknowledged complaint arrived; None if all are acknowledged or closed."""
    waiting = complaints.c.acknowledged_at.is_(None), complaints.c.closed_at.is_(None)
    return tx.connection.execute(select(func.min(complaints.c.at)).where(*waiting)).scalar()


def count_since(tx: Transaction, campaign: str, way: str, moment: datetime) -> int:
    """How many complaints of this campaign arrived this way since `moment`."""
    recent = complaints.c.campaign == campaign, complaints.c.way == way, complaints.c.at >= moment
    return int(tx.connection.execute(select(func.count()).select_from(complaints).where(*recent)).scalar_one())


def acknowledge(tx: Transaction, number: int) -> None:
    """Record that the sender was told that we have the complaint. Only the first time counts."""
    unacknowledged = complaints.c.number == number, complaints.c.acknowledged_at.is_(None)
    tx.connection.execute(update(complaints).where(*unacknowledged).values(acknowledged_at=tx.now))


def close(tx: Transaction, number: int, outcome: str) -> None:
    """Record that the sender was told the outcome."""
    sealed = tx.keys.encrypt(outcome, "complaints.outcome", number)
    tx.connection.execute(
        update(complaints).where(complaints.c.number == number).values(closed_at=tx.now, outcome=sealed)
    )


def _complaint(keys: Keys, row: Any) -> Complaint:
    def decrypted(column: str) -> str:
        sealed = getattr(row, column)
        return keys.decrypt(sealed, f"complaints.{column}", row.number) if sealed else ""

    return Complaint(
        row.number,
        row.campaign,
        row.at,
        row.way,
        row.language,
        decrypted("body"),
        decrypted("reach"),
        row.acknowledged_at,
        row.closed_at,
        decrypted("outcome"),
    )
