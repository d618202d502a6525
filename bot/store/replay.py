"""What a restored database must not bring back: erasures, refusals and stops since the backup, and people's roles.

Law 7: a restore replays erasures before anything is served.
"""

import json

from sqlalchemy import Connection, Table, delete, insert, select, update

from bot.engine.model import Conversation, Stage
from bot.store import erasure, facts, tables
from bot.store.outbox import WAITING
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new

#: Roles, tokens, where leads are told, the audit, downloads, complaints, spending: never older than now.
_AS_NOW: tuple[Table, ...] = (
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


def replay(source: Connection, tx: Transaction) -> int:
    """Carry over from the present database `source` what must not come back. Returns how many stories were erased."""
    target = tx.connection
    for row in source.execute(select(tables.seen)):
        insert_new(target, tables.seen, {"hash": row.hash})
    again = _erase_again(source, tx)
    _silence_again(source, target)
    if _went_on(source, target):
        _wipe_again(source, target)
        _decide_again(source, target)
        _mark_again(source, target)
        _flag_again(source, target)
        _keep(source, target)
    for fact in source.execute(select(tables.facts)):
        facts.put(tx, fact.name, fact.value)
    return again


def _erase_again(source: Connection, tx: Transaction) -> int:
    """Stories and evidence."""
    target = tx.connection
    again = 0
    for row in source.execute(select(tables.tombstones)):
        again += erasure.erase_story(tx, row.story, row.erased_on)
        insert_new(
            target, tables.tombstones, {"story": row.story, "campaign": row.campaign, "erased_on": row.erased_on}
        )
    consents, flags = tables.consents, tables.flags
    for number in source.execute(select(consents.c.id).where(consents.c.evidence.is_(None))).scalars():
        target.execute(update(consents).where(consents.c.id == number).values(evidence=None))
    for row in source.execute(select(flags).where(flags.c.evidence.is_(None) | flags.c.address.is_(None))):
        kept = {"evidence": row.evidence, "address": row.address, "conversation": row.conversation}
        target.execute(update(flags).where(flags.c.id == row.id).values(**kept))
    return again


def _went_on(source: Connection, target: Connection) -> bool:
    """Whether the present database is the one of the backup, later;"""
    audit = tables.audit.c
    newest = target.execute(select(audit.id, audit.chain).order_by(audit.id.desc()).limit(1)).one_or_none()
    return newest is None or source.execute(select(audit.chain).where(audit.id == newest.id)).scalar() == newest.chain


def _wipe_again(source: Connection, target: Connection) -> None:
    """Texts that were wiped while they waited for a yes, and replies that have been sent or dropped."""
    kept = set(source.execute(select(tables.answers.c.id)).scalars())
    held = target.execute(select(tables.answers.c.id).where(tables.answers.c.story.is_(None))).scalars().all()
    for number in set(held) - kept:
        target.execute(delete(tables.answers).where(tables.answers.c.id == number))
    unsent = tables.outbox.c.status.in_(WAITING)
    waiting = set(source.execute(select(tables.outbox.c.id).where(unsent)).scalars())
    for number in set(target.execute(select(tables.outbox.c.id).where(unsent)).scalars()) - waiting:
        gone = {"status": "dropped", "address": b"", "body": b""}
        target.execute(update(tables.outbox).where(tables.outbox.c.id == number).values(**gone))


def _silence_again(source: Connection, target: Connection) -> None:
    """Addresses that were let go, stops and starts, and who is to hear nothing more until START."""
    silent: dict[int, list[dict[str, object]]] = {}
    for row in source.execute(select(tables.conversations)).mappings():
        if Conversation.from_json(json.loads(row["state"])).stage is Stage.SILENT:
            silent.setdefault(row["contact"], []).append({**row, "story": None, "wake_at": None})
    for contact in source.execute(select(tables.contacts)).mappings():
        old = target.execute(select(tables.contacts.c.id).where(tables.contacts.c.hash == contact["hash"])).scalar()
        if old is None and (contact["stopped_at"] or contact["id"] in silent):
            target.execute(insert(tables.contacts), {**contact, "address": None})
            old = contact["id"]
        if old is None:
            continue
        kept = {"stopped_at": contact["stopped_at"], **({} if contact["address"] else {"address": None})}
        target.execute(update(tables.contacts).where(tables.contacts.c.id == old).values(**kept))
        for quieted in silent.get(contact["id"], []):
            same = tables.conversations.c.contact == old, tables.conversations.c.campaign == quieted["campaign"]
            quiet = {"state": quieted["state"], "wake_at": None}
            if not target.execute(update(tables.conversations).where(*same).values(**quiet)).rowcount:
                target.execute(insert(tables.conversations), {**quieted, "contact": old})


def _decide_again(source: Connection, target: Connection) -> None:
    """Decisions since: a permission that was taken back stays so, and the ledger has its entries."""
    stories, residents = tables.stories, set(target.execute(select(tables.contacts.c.resident)).scalars())
    for row in source.execute(select(stories)):
        now = {"may_quote": row.may_quote, "may_recontact": row.may_recontact, "withdrawn_at": row.withdrawn_at}
        target.execute(update(stories).where(stories.c.id == row.id).values(**now))
    same = _same_wordings(source, target)
    known = set(target.execute(select(tables.consents.c.id)).scalars())
    for entry in source.execute(select(tables.consents).order_by(tables.consents.c.id)).mappings():
        if entry["id"] not in known:
            reply = entry["evidence"] if entry["resident"] in residents else None  # else no DELETE could ever reach it
            asked = same.get(entry["wording"])
            target.execute(insert(tables.consents), {**entry, "evidence": reply, "wording": asked})


def _same_wordings(source: Connection, target: Connection) -> dict[int, int]:
    """Every wording of the present, with the row of the same text in what is restored; made where there is none."""
    found, texts = {}, tables.wordings.c
    for row in source.execute(select(tables.wordings)).mappings():
        insert_new(target, tables.wordings, dict(row))
        alike = [texts[name] == row[name] for name in ("campaign", "key", "language", "sha256")]
        found[int(row["id"])] = int(target.execute(select(texts.id).where(*alike)).scalar_one())
    return found


def _mark_again(source: Connection, target: Connection) -> None:
    """Marks as they are now, of the stories that there are: what was masked stays masked."""
    known = set(target.execute(select(tables.stories.c.id)).scalars())
    target.execute(delete(tables.marks))
    for row in source.execute(select(tables.marks)).mappings():
        if row["story"] in known:
            target.execute(insert(tables.marks), dict(row))


def _flag_again(source: Connection, target: Connection) -> None:
    """Flags and the work on them as they are now; of people whom only the present knows, the fact alone."""
    known = set(target.execute(select(tables.conversations.c.id)).scalars())
    target.execute(delete(tables.flags))
    for row in source.execute(select(tables.flags)).mappings():
        gone = {"evidence": None, "address": None, "conversation": None}  # no DELETE could ever reach them
        target.execute(insert(tables.flags), {**row, **({} if row["conversation"] in known else gone)})


def _keep(source: Connection, target: Connection) -> None:
    """What is as it is now: who was revoked since stays so, a closed complaint closed, a cleaned download clean."""
    for table in reversed(_AS_NOW):
        target.execute(delete(table))
    for table in _AS_NOW:
        for row in source.execute(select(table)).mappings():
            target.execute(insert(table), dict(row))
