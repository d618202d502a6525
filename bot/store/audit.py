"""Who did what: rows that are only added, each sealed with a key over the one before, so that tampering shows.

Called by use cases and commands for exports, erasures, changes of roles and of keys. `detail` holds counts, names of
campaigns and formats, public ids: never a text or an address. What it cannot show: that the newest rows were cut off,
since nothing follows them; a copy of the last row kept elsewhere (a backup) shows that.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from bot.store.crypto import Keys
from bot.store.ids import new_id
from bot.store.moments import to_micros
from bot.store.tables import audit

_FIRST = bytes(32)
_LOCK = 0x6F65_6172_6175_6469  # "oearaudi": the number of our lock on PostgreSQL


def record(
    connection: Connection, keys: Keys, now: datetime, actor: str, action: str, detail: Mapping[str, Any]
) -> None:
    """Add a row, in the transaction of what it tells of."""
    if connection.dialect.name == "postgresql":  # two writers at once would both follow the same row
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = connection.execute(select(audit.c.id, audit.c.chain).order_by(audit.c.id.desc()).limit(1)).first()
    row = {
        "id": max(new_id(), last.id + 1) if last else new_id(),  # ids follow the chain, within one millisecond too
        "at": to_micros(now),
        "actor": actor,
        "action": action,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
    }
    connection.execute(insert(audit).values(**row, chain=_seal(keys, last.chain if last else _FIRST, row)))


def verify(connection: Connection, keys: Keys) -> int | None:
    """The id of the first row that was changed, or that follows a missing one; None where all is well."""
    before = _FIRST
    rows = connection.execution_options(yield_per=1000).execute(select(audit).order_by(audit.c.id))
    for row in rows:
        if not hmac.compare_digest(row.chain, _seal(keys, before, _values(row))):
            rows.close()
            return int(row.id)
        before = row.chain
    return None


def _values(row: Row[Any]) -> dict[str, Any]:
    return {"id": row.id, "at": row.at, "actor": row.actor, "action": row.action, "detail": row.detail}


def _seal(keys: Keys, before: bytes, row: Mapping[str, Any]) -> bytes:
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(keys.audit, before + canonical.encode(), hashlib.sha256)
