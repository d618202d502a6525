"""The queue of safeguarding flags, and where the people who work on it are told.

The words of a flag and the address of its writer
are opened one flag at a time, by the functions that say so; lists hold neither. Must not decide who may look.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.errors import DecryptionError
from bot.store.ids import new_id
from bot.store.tables import alerts, flags, organisers
from bot.store.transaction import Transaction

log = logging.getLogger(__name__)
NEW, ACKNOWLEDGED, DECIDED, CLOSED = "new", "acknowledged", "decided", "closed"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag, without words and address."""

    id: int
    campaign: str
    conversation: int | None
    tier: str
    rule: str
    at: datetime
    status: str
    owner: str
    decision: str
    alerted_at: datetime | None
    kept: bool  # whether words and address are still there


_COLUMNS = (
    flags.c.id,
    flags.c.campaign,
    flags.c.conversation,
    flags.c.tier,
    flags.c.rule,
    flags.c.at,
    flags.c.status,
    flags.c.owner,
    flags.c.decision,
    flags.c.alerted_at,
    flags.c.evidence.is_not(None).label("kept"),
)


def queue(tx: Transaction, campaigns: list[str], *, closed: bool = False) -> list[Flag]:
    """The flags of `campaigns`, the gravest first, then the oldest; with `closed`, those too that are done with."""
    query = select(*_COLUMNS).where(flags.c.campaign.in_(campaigns))
    if not closed:
        query = query.where(flags.c.status != CLOSED)
    rows = tx.connection.execute(query.order_by(flags.c.tier.desc(), flags.c.at, flags.c.id))  # danger before abuse
    return [_flag(row) for row in rows]


def find(tx: Transaction, number: int) -> Flag | None:
    """One flag; None where there is none, as for a number that no row can have."""
    if not 0 < number < 2**63:
        return None
    row = tx.connection.execute(select(*_COLUMNS).where(flags.c.id == number)).one_or_none()
    return _flag(row) if row else None


def words(tx: Transaction, number: int) -> str:
    """What was written; empty where it is kept no longer."""
    sealed = tx.connection.execute(select(flags.c.evidence).where(flags.c.id == number)).scalar()
    return tx.keys.decrypt(sealed, "flags.evidence", number) if sealed else ""


def writer(tx: Transaction, number: int) -> tuple[str, str] | None:
    """Channel and address of who wrote it; None where it is kept no longer."""
    row = tx.connection.execute(select(flags.c.channel, flags.c.address).where(flags.c.id == number)).one()
    return (row.channel, tx.keys.decrypt(row.address, "flags.address", number)) if row.address else None


def set_status(tx: Transaction, number: int, status: str, owner: str, decision: str = "") -> None:
    """A step of the work on a flag."""
    values: dict[str, Any] = {"status": status, "owner": owner, "changed_at": tx.now}
    if decision:
        values["decision"] = decision
    tx.connection.execute(update(flags).where(flags.c.id == number).values(**values))


def last_alerted(tx: Transaction, conversation: int, tier: str, moment: datetime) -> datetime | None:
    """When somebody was last told of this conversation, since a moment, of nothing less grave; None where nobody was.

    A flag that somebody has taken on since does not count: what comes after it is news to them.
    """
    same = flags.c.conversation == conversation, flags.c.tier >= tier  # "danger" is after "abuse"
    recent = flags.c.status == NEW, flags.c.alerted_at >= moment
    return tx.connection.execute(select(func.max(flags.c.alerted_at)).where(*same, *recent)).scalar()


def set_alerted(tx: Transaction, number: int, at: datetime) -> None:
    """Somebody has just been told of this flag."""
    tx.connection.execute(update(flags).where(flags.c.id == number).values(alerted_at=at))


def unacknowledged(tx: Transaction) -> list[Flag]:
    """Flags that nobody has acknowledged."""
    query = select(*_COLUMNS).where(flags.c.status == NEW, flags.c.evidence.is_not(None)).order_by(flags.c.at)
    return [_flag(row) for row in tx.connection.execute(query)]


def waiting_since(tx: Transaction) -> datetime | None:
    """When the oldest flag was raised that nobody has acknowledged; None where all are."""
    return tx.connection.execute(select(func.min(flags.c.at)).where(flags.c.status == NEW)).scalar()


def has_alert_address(tx: Transaction) -> bool:
    """Whether there is anybody who is told of flags."""
    return tx.connection.execute(select(alerts.c.id).limit(1)).scalar() is not None


def purge(tx: Transaction, campaign: str, before: datetime) -> int:
    """Let go of the words and addresses of flags raised before a moment; that there was a flag remains."""
    old = flags.c.campaign == campaign, flags.c.at < before, flags.c.evidence.is_not(None)
    gone = {"evidence": None, "address": None, "conversation": None}
    return tx.connection.execute(update(flags).where(*old).values(**gone)).rowcount


def set_alert_address(tx: Transaction, email: str, channel: str, address: str) -> None:
    """Remember where this person is told of flags, instead of where they were before."""
    tx.connection.execute(delete(alerts).where(alerts.c.email == email))
    number = new_id()
    sealed = tx.keys.encrypt(address, "alerts.address", number)
    tx.connection.execute(insert(alerts).values(id=number, email=email, channel=channel, address=sealed))


def clear_alert_address(tx: Transaction, email: str) -> None:
    """Forget where this person was told."""
    tx.connection.execute(delete(alerts).where(alerts.c.email == email))


def alert_addresses(tx: Transaction, campaign: str) -> list[tuple[str, str]]:
    """Channel and address of everybody who is told of flags of this campaign."""
    query = (
        select(alerts.c.id, alerts.c.channel, alerts.c.address)
        .join(organisers, organisers.c.email == alerts.c.email)
        .where(organisers.c.role == "safeguarding", organisers.c.campaign == campaign)
    )
    found = []
    for row in tx.connection.execute(query.order_by(alerts.c.id)):
        try:
            found.append((row.channel, tx.keys.decrypt(row.address, "alerts.address", row.id)))
        except DecryptionError:  # of a newer key: the message that raised the flag must be taken in all the same
            log.error("the address of alert %s cannot be read; start this process anew", row.id)
    return found


def _flag(row: Any) -> Flag:
    return Flag(**row._mapping)  # noqa: SLF001 (SQLAlchemy's documented name)
