"""Repeats on a restored backup what was done since: erasures, refusals, stops, roles, marks (law 7)."""

import json

from sqlalchemy import Connection, Table, delete, insert, select, update

from bot.engine.model import Conversation, Stage
from bot.store import erasure, facts, tables
from bot.store.outbox import WAITING
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new

#: Rows that are copied at once: a download holds thousands of ids.
_BATCH = 5000
#: Tables that are copied whole from the current database: a revoked role stays revoked, a closed complaint closed.
_COPIED: tuple[Table, ...] = (
    tables.organisers,
    tables.tokens,
    tables.alerts,
    tables.audit,
    tables.downloads,
    tables.download_stories,
    tables.complaints,
    tables.spending,
    tables.sendings,
)


def replay(current: Connection, tx: Transaction) -> int:
    """Repeat on the restored database, in `tx`, what was done in `current`. Returns how many stories were erased."""
    restored = tx.connection
    for row in current.execute(select(tables.seen)):
        insert_new(restored, tables.seen, {"hash": row.hash})
    erased = _erase_again(current, tx)
    _silence_again(current, restored)
    if _is_later_state(current, restored):
        _wipe_again(current, restored)
        _decide_again(current, restored)
        _mark_again(current, restored)
        _flag_again(current, restored)
        _copy_tables(current, restored)
    for fact in current.execute(select(tables.facts)):
        facts.put(tx, fact.name, fact.value)
    return erased


def _erase_again(current: Connection, tx: Transaction) -> int:
    """Erase the stories and the evidence that were erased since. Returns how many stories."""
    restored = tx.connection
    erased = 0
    for row in current.execute(select(tables.tombstones)):
        erased += erasure.erase_story(tx, row.story, row.erased_on)
        insert_new(
            restored, tables.tombstones, {"story": row.story, "campaign": row.campaign, "erased_on": row.erased_on}
        )
    consents, flags = tables.consents, tables.flags
    for number in current.execute(select(consents.c.id).where(consents.c.evidence.is_(None))).scalars():
        restored.execute(update(consents).where(consents.c.id == number).values(evidence=None))
    for row in current.execute(select(flags).where(flags.c.evidence.is_(None) | flags.c.address.is_(None))):
        kept = {"evidence": row.evidence, "address": row.address, "conversation": row.conversation}
        restored.execute(update(flags).where(flags.c.id == row.id).values(**kept))
    return erased


def _is_later_state(current: Connection, restored: Connection) -> bool:
    """Whether `current` is a later state of the backed-up database, rather than a new one created after a loss."""
    audit = tables.audit.c
    newest = restored.execute(select(audit.id, audit.chain).order_by(audit.id.desc()).limit(1)).one_or_none()
    return newest is None or current.execute(select(audit.chain).where(audit.id == newest.id)).scalar() == newest.chain


def _wipe_again(current: Connection, restored: Connection) -> None:
    """Remove texts that were wiped while they waited for a yes, and drop replies that were sent or dropped since."""
    known = set(current.execute(select(tables.answers.c.id)).scalars())
    held = restored.execute(select(tables.answers.c.id).where(tables.answers.c.story.is_(None))).scalars().all()
    for number in set(held) - known:
        restored.execute(delete(tables.answers).where(tables.answers.c.id == number))
    unsent = tables.outbox.c.status.in_(WAITING)
    waiting = set(current.execute(select(tables.outbox.c.id).where(unsent)).scalars())
    for number in set(restored.execute(select(tables.outbox.c.id).where(unsent)).scalars()) - waiting:
        dropped = {"status": "dropped", "address": b"", "body": b""}
        restored.execute(update(tables.outbox).where(tables.outbox.c.id == number).values(**dropped))


def _silence_again(current: Connection, restored: Connection) -> None:
    """Remove addresses that were removed since, and repeat stops, starts and silences."""
    silent: dict[int, list[dict[str, object]]] = {}
    for row in current.execute(select(tables.conversations)).mappings():
        if Conversation.from_json(json.loads(row["state"])).stage is Stage.SILENT:
            silent.setdefault(row["contact"], []).append({**row, "story": None, "wake_at": None})
    for contact in current.execute(select(tables.contacts)).mappings():
        old = restored.execute(select(tables.contacts.c.id).where(tables.contacts.c.hash == contact["hash"])).scalar()
        if old is None and (contact["stopped_at"] or contact["id"] in silent):
            restored.execute(insert(tables.contacts), {**contact, "address": None})
            old = contact["id"]
        if old is None:
            continue
        kept = {"stopped_at": contact["stopped_at"], **({} if contact["address"] else {"address": None})}
        restored.execute(update(tables.contacts).where(tables.contacts.c.id == old).values(**kept))
        for quieted in silent.get(contact["id"], []):
            same = tables.conversations.c.contact == old, tables.conversations.c.campaign == quieted["campaign"]
            quiet = {"state": quieted["state"], "wake_at": None}
            if not restored.execute(update(tables.conversations).where(*same).values(**quiet)).rowcount:
                restored.execute(insert(tables.conversations), {**quieted, "contact": old})


def _decide_again(current: Connection, restored: Connection) -> None:
    """Repeat the decisions made since: permissions of stories, and consents."""
    stories, residents = tables.stories, set(restored.execute(select(tables.contacts.c.resident)).scalars())
    for row in current.execute(select(stories)):
        permissions = {"may_quote": row.may_quote, "may_recontact": row.may_recontact, "withdrawn_at": row.withdrawn_at}
        restored.execute(update(stories).where(stories.c.id == row.id).values(**permissions))
    wordings = _wording_ids(current, restored)
    known = set(restored.execute(select(tables.consents.c.id)).scalars())
    for entry in current.execute(select(tables.consents).order_by(tables.consents.c.id)).mappings():
        if entry["id"] not in known:
            reply = entry["evidence"] if entry["resident"] in residents else None  # no DELETE could reach it
            asked = wordings.get(entry["wording"])
            restored.execute(insert(tables.consents), {**entry, "evidence": reply, "wording": asked})


def _wording_ids(current: Connection, restored: Connection) -> dict[int, int]:
    """The restored id of each current wording, by its current id. Adds the wordings that are missing."""
    ids, texts = {}, tables.wordings.c
    for row in current.execute(select(tables.wordings)).mappings():
        insert_new(restored, tables.wordings, dict(row))
        alike = [texts[name] == row[name] for name in ("campaign", "key", "language", "sha256")]
        ids[int(row["id"])] = int(restored.execute(select(texts.id).where(*alike)).scalar_one())
    return ids


def _mark_again(current: Connection, restored: Connection) -> None:
    """Copy the current marks of the restored stories."""
    known = set(restored.execute(select(tables.stories.c.id)).scalars())
    restored.execute(delete(tables.marks))
    for row in current.execute(select(tables.marks)).mappings():
        if row["story"] in known:
            restored.execute(insert(tables.marks), dict(row))


def _flag_again(current: Connection, restored: Connection) -> None:
    """Copy the current flags; without words and addresses for conversations that the backup does not have."""
    known = set(restored.execute(select(tables.conversations.c.id)).scalars())
    restored.execute(delete(tables.flags))
    for row in current.execute(select(tables.flags)).mappings():
        emptied = {"evidence": None, "address": None, "conversation": None}  # no DELETE could reach them
        restored.execute(insert(tables.flags), {**row, **({} if row["conversation"] in known else emptied)})


def _copy_tables(current: Connection, restored: Connection) -> None:
    """Replace the rows of the copied tables."""
    for table in reversed(_COPIED):
        restored.execute(delete(table))
    for table in _COPIED:
        for rows in current.execute(select(table)).mappings().partitions(_BATCH):
            restored.execute(insert(table), [dict(row) for row in rows])
