"""The queue of safeguarding flags, and the addresses to which leads get their alerts.

Lists hold neither words nor addresses: `words` and `writer` decrypt those of one flag. Must not decide who may look.
"""

import logging
from collections.abc import Sequence
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
    kept: bool  # whether the store still has the words and the address


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


def queue(tx: Transaction, campaigns: Sequence[str] | None, *, closed: bool = False) -> list[Flag]:
    """The open flags of `campaigns` (None: of all), gravest and oldest first; with `closed`, the closed ones too."""
    query = select(*_COLUMNS)
    if campaigns is not None:
        query = query.where(flags.c.campaign.in_(campaigns))
    if not closed:
        query = query.where(flags.c.status != CLOSED)
    rows = tx.connection.execute(query.order_by(flags.c.tier.desc(), flags.c.at, flags.c.id))  # danger before abuse
    return [_flag(row) for row in rows]


def find(tx: Transaction, number: int) -> Flag | None:
    """The flag with this number, or None."""
    if not 0 < number < 2**63:  # more than the column can hold
        return None
    row = tx.connection.execute(select(*_COLUMNS).where(flags.c.id == number)).one_or_none()
    return _flag(row) if row else None


def words(tx: Transaction, number: int) -> str:
    """The words that raised the flag; empty if they were erased."""
    sealed = tx.connection.execute(select(flags.c.evidence).where(flags.c.id == number)).scalar()
    return tx.keys.decrypt(sealed, "flags.evidence", number) if sealed else ""


def writer(tx: Transaction, number: int) -> tuple[str, str] | None:
    """Channel and address of the resident who wrote it; None if they were erased."""
    row = tx.connection.execute(select(flags.c.channel, flags.c.address).where(flags.c.id == number)).one()
    return (row.channel, tx.keys.decrypt(row.address, "flags.address", number)) if row.address else None


def set_status(tx: Transaction, number: int, status: str, owner: str, decision: str = "") -> None:
    """Move a flag to its next status, with its owner and, where there is one, the decision."""
    values: dict[str, Any] = {"status": status, "owner": owner, "changed_at": tx.now}
    if decision:
        values["decision"] = decision
    tx.connection.execute(update(flags).where(flags.c.id == number).values(**values))


def last_alerted(tx: Transaction, conversation: int, tier: str, moment: datetime) -> datetime | None:
    """When a lead was last alerted about this conversation, since `moment`, for a flag at least as serious; or None.

    Acknowledged flags do not count: what follows them is news to the lead.
    """
    same = flags.c.conversation == conversation, flags.c.tier >= tier  # "danger" sorts after "abuse"
    recent = flags.c.status == NEW, flags.c.alerted_at >= moment
    return tx.connection.execute(select(func.max(flags.c.alerted_at)).where(*same, *recent)).scalar()


def set_alerted(tx: Transaction, number: int, at: datetime) -> None:
    """Record when leads were alerted about this flag."""
    tx.connection.execute(update(flags).where(flags.c.id == number).values(alerted_at=at))


def unacknowledged(tx: Transaction) -> list[Flag]:
    """Flags that no lead has acknowledged, the oldest first."""
    query = select(*_COLUMNS).where(flags.c.status == NEW, flags.c.evidence.is_not(None)).order_by(flags.c.at)
    return [_flag(row) for row in tx.connection.execute(query)]


def waiting_since(tx: Transaction) -> datetime | None:
    """When the oldest unacknowledged flag was raised; None if all are acknowledged."""
    return tx.connection.execute(select(func.min(flags.c.at)).where(flags.c.status == NEW)).scalar()


def has_alert_address(tx: Transaction) -> bool:
    """Whether at least one person has an address for alerts."""
    return tx.connection.execute(select(alerts.c.id).limit(1)).scalar() is not None


def purge(tx: Transaction, campaign: str, before: datetime) -> int:
    """Remove the words and addresses of flags raised before a moment, and count them; the flags stay."""
    old = flags.c.campaign == campaign, flags.c.at < before, flags.c.evidence.is_not(None)
    emptied = {"evidence": None, "address": None, "conversation": None}
    return tx.connection.execute(update(flags).where(*old).values(**emptied)).rowcount


def set_alert_address(tx: Transaction, email: str, channel: str, address: str) -> None:
    """Set the address to which this person gets alerts."""
    tx.connection.execute(delete(alerts).where(alerts.c.email == email))
    number = new_id()
    sealed = tx.keys.encrypt(address, "alerts.address", number)
    tx.connection.execute(insert(alerts).values(id=number, email=email, channel=channel, address=sealed))


def clear_alert_address(tx: Transaction, email: str) -> None:
    """Remove this person's address for alerts."""
    tx.connection.execute(delete(alerts).where(alerts.c.email == email))


def alert_addresses(tx: Transaction, campaign: str) -> list[tuple[str, str]]:
    """Channel and address of each lead who gets this campaign's alerts."""
    query = (
        select(alerts.c.id, alerts.c.channel, alerts.c.address)
        .join(organisers, organisers.c.email == alerts.c.email)
        .where(organisers.c.role == "safeguarding", organisers.c.campaign == campaign)
    )
    found = []
    for row in tx.connection.execute(query.order_by(alerts.c.id)):
        try:
            found.append((row.channel, tx.keys.decrypt(row.address, "alerts.address", row.id)))
        except DecryptionError:  # a newer key; the message that raised the flag must be stored all the same
            log.error("the address of alert %s cannot be read: restart this process to read the newest key", row.id)
    return found


def _flag(row: Any) -> Flag:
    return Flag(**row._mapping)  # noqa: SLF001 (SQLAlchemy's documented name)
