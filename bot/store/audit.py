"""Who did what: an append-only chain of rows, each sealed with a keyed hash over the one before, to show tampering.

`detail` holds counts, public ids, and names of campaigns and formats: never a text or an address. The chain alone
cannot show that its newest rows were cut off, so operators keep its `head` elsewhere and `verify` compares the two.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select

from bot.store.crypto import Keys
from bot.store.ids import new_id
from bot.store.moments import to_micros
from bot.store.tables import audit
from bot.store.transaction import Transaction

_FIRST = bytes(32)
_LOCK = 0x6F65_6172_6175_6469  # "oearaudi": the number of our lock on PostgreSQL


def record(tx: Transaction, actor: str, action: str, detail: Mapping[str, Any]) -> None:
    """Add a row, in the same transaction as the action that it records."""
    if tx.connection.dialect.name == "postgresql":  # two concurrent writers would both follow the same row
        tx.connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = tx.connection.execute(select(audit.c.id, audit.c.chain).order_by(audit.c.id.desc()).limit(1)).first()
    row = {
        "id": max(new_id(), last.id + 1) if last else new_id(),  # ids follow the chain, within one millisecond too
        "at": tx.now,
        "actor": actor,
        "action": action,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
    }
    tx.connection.execute(insert(audit).values(**row, chain=_seal(tx.keys, last.chain if last else _FIRST, row)))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row that was once the newest, as an operator wrote it down elsewhere."""

    id: int
    chain: str  # hexadecimal

    @classmethod
    def parse(cls, written: str) -> "Anchor":
        """Read `ID:CHAIN`. Raises ValueError."""
        number, _, chain = written.strip().partition(":")
        if len(bytes.fromhex(chain)) != 32:
            raise ValueError("a chain has 64 hexadecimal digits")
        return cls(int(number), chain.lower())

    def __str__(self) -> str:
        return f"{self.id}:{self.chain}"


def head(tx: Transaction) -> Anchor | None:
    """The newest row, to write down where an intruder cannot reach it; None while the table is empty."""
    row = tx.connection.execute(select(audit.c.id, audit.c.chain).order_by(audit.c.id.desc()).limit(1)).one_or_none()
    return Anchor(row.id, row.chain.hex()) if row else None


def newest(tx: Transaction, limit: int) -> list[Row[Any]]:
    """The last `limit` rows, the oldest of them first."""
    rows = tx.connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit)).all()
    return list(reversed(rows))


def verify(tx: Transaction, anchor: Anchor | None = None) -> int | None:
    """The id of the first row that was changed, is missing, or follows a missing one; None if the chain is intact."""
    before = _FIRST
    rows = tx.connection.execution_options(yield_per=1000).execute(select(audit).order_by(audit.c.id))
    for row in rows:
        intact = hmac.compare_digest(row.chain, _seal(tx.keys, before, _values(row)))
        if not intact or (anchor and row.id == anchor.id and row.chain.hex() != anchor.chain):
            rows.close()
            return int(row.id)
        before = row.chain
    if anchor and tx.connection.execute(select(audit.c.id).where(audit.c.id == anchor.id)).scalar() is None:
        return anchor.id
    return None


def _values(row: Row[Any]) -> dict[str, Any]:
    return {"id": row.id, "at": row.at, "actor": row.actor, "action": row.action, "detail": row.detail}


def _seal(keys: Keys, before: bytes, row: Mapping[str, Any]) -> bytes:
    canonical = json.dumps(
        {**row, "at": to_micros(row["at"])}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hmac.digest(keys.audit, before + canonical.encode(), hashlib.sha256)
