"""Complaints about us: kept, numbered from 1, acknowledged, closed with an outcome. Texts and addresses are encrypted.

They have no link to a story or a contact: whoever complains says of themselves what
they like.
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
    way: str
    language: str
    body: str
    reach: str
    acknowledged_at: datetime | None
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it came."""

    campaign: str
    at: datetime
    way: str
    language: str
    body: str
    reach: str


def add(tx: Transaction, received: NewComplaint) -> int:
    """Keep a complaint. Its number.

    Two at once cannot get one number: SQLite has one writer, and on PostgreSQL the primary key refuses the second.
    """
    number = int(tx.connection.execute(select(func.coalesce(func.max(complaints.c.number), 0))).scalar_one()) + 1
    tx.connection.execute(
        insert(complaints).values(
            number=number,
            campaign=received.campaign,
            at=received.at,
            way=received.way,
            language=received.language,
            body=tx.keys.encrypt(received.body, "complaints.body", number),
            reach=tx.keys.encrypt(received.reach, "complaints.reach", number) if received.reach else None,
        )
    )
    return number


def queue(tx: Transaction, *, closed: bool = False) -> list[Complaint]:
    """The open complaints, the oldest first; with `closed` all of them."""
    query = select(complaints).order_by(complaints.c.number)
    rows = tx.connection.execute(query if closed else query.where(complaints.c.closed_at.is_(None)))
    return [_complaint(tx.keys, row) for row in rows]


def find(tx: Transaction, number: int) -> Complaint | None:
    """One complaint; None where there is none."""
    row = tx.connection.execute(select(complaints).where(complaints.c.number == number)).one_or_none()
    return _complaint(tx.keys, row) if row else None


def waiting_since(tx: Transaction) -> datetime | None:
    """When the oldest complaint came that nobody has acknowledged; None where all are."""
    waiting = complaints.c.acknowledged_at.is_(None), complaints.c.closed_at.is_(None)
    return tx.connection.execute(select(func.min(complaints.c.at)).where(*waiting)).scalar()


def count_since(tx: Transaction, campaign: str, way: str, moment: datetime) -> int:
    """How many came this way since a moment."""
    recent = complaints.c.campaign == campaign, complaints.c.way == way, complaints.c.at >= moment
    return int(tx.connection.execute(select(func.count()).select_from(complaints).where(*recent)).scalar_one())


def acknowledge(tx: Transaction, number: int) -> None:
    """Somebody has told the sender that we have it."""
    mine = complaints.c.number == number, complaints.c.acknowledged_at.is_(None)
    tx.connection.execute(update(complaints).where(*mine).values(acknowledged_at=tx.now))


def close(tx: Transaction, number: int, outcome: str) -> None:
    """Somebody has told the sender what was found."""
    sealed = tx.keys.encrypt(outcome, "complaints.outcome", number)
    tx.connection.execute(
        update(complaints).where(complaints.c.number == number).values(closed_at=tx.now, outcome=sealed)
    )


def _complaint(keys: Keys, row: Any) -> Complaint:
    def opened(column: str) -> str:
        sealed = getattr(row, column)
        return keys.decrypt(sealed, f"complaints.{column}", row.number) if sealed else ""

    return Complaint(
        row.number,
        row.campaign,
        row.at,
        row.way,
        row.language,
        opened("body"),
        opened("reach"),
        row.acknowledged_at,
        row.closed_at,
        opened("outcome"),
    )
