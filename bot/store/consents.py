"""Reads consents, and adds the withdrawal that an operator's erasure causes. `turns.py` adds all others.

A consent is added and never changed; erasure empties its evidence and nothing else.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select

from bot.store.ids import new_id
from bot.store.tables import consents, wordings
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Consent:
    """One decision, with the text that asked for it. The reply is empty if erased; the wording, if none was asked."""

    resident: str
    story: str
    campaign: str
    purpose: str
    decision: str
    channel: str
    method: str
    at: datetime
    reply: str
    key: str
    language: str
    version: str
    sha256: str
    body: str


def of_story(tx: Transaction, story: str) -> list[Consent]:
    """The consents about one story, in order."""
    return _consents(tx, consents.c.story == story)


def of_resident(tx: Transaction, resident: str) -> list[Consent]:
    """The consents of one resident, in order."""
    return _consents(tx, consents.c.resident == resident)


def withdraw_by_operator(tx: Transaction, story: str) -> None:
    """Add the withdrawal of the consent for `story`, which an operator erased for the resident."""
    granted = consents.c.story == story, consents.c.purpose == "take_part", consents.c.decision == "granted"
    row = tx.connection.execute(select(consents).where(*granted).order_by(consents.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return
    values = {"resident": row.resident, "story": story, "campaign": row.campaign, "channel": row.channel}
    tx.connection.execute(
        insert(consents).values(
            **values, id=new_id(), purpose="take_part", decision="withdrawn", method="operator", at=tx.now
        )
    )


def _consents(tx: Transaction, which: ColumnElement[bool]) -> list[Consent]:
    query = (
        select(consents, wordings.c.key, wordings.c.language, wordings.c.version, wordings.c.sha256, wordings.c.body)
        .join(wordings, wordings.c.id == consents.c.wording, isouter=True)
        .where(which)
        .order_by(consents.c.at, consents.c.id)
    )
    return [
        Consent(
            row.resident,
            row.story,
            row.campaign,
            row.purpose,
            row.decision,
            row.channel,
            row.method,
            row.at,
            tx.keys.decrypt(row.evidence, "consents.evidence", row.id) if row.evidence else "",
            row.key or "",
            row.language or "",
            row.version or "",
            row.sha256 or "",
            row.body or "",
        )
        for row in tx.connection.execute(query)
    ]
