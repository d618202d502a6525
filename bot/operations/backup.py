"""An encrypted copy of the database, and its return. A restore replays erasures before anything is served (law 7).

SQLite only: PostgreSQL has its own tools. The copy is made with
SQLite's online backup, so that serving may go on; it is encrypted in chunks with the keyring, which must be kept
apart from it. Each chunk is bound to its place in this one backup: none can be left out, exchanged or added.
"""

import gc
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.model import Conversation, Stage
from bot.errors import InvalidError, UnavailableError
from bot.installation import Installation, now
from bot.settings import Settings
from bot.store import erasure, facts, keyring, migrations, tables
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.outbox import WAITING
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new

KEEP_DAYS = 30
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
_MAGIC = b"OPENEAR1"
_MARK = 16
_CHUNK = 1 << 20


def write(installation: Installation, path: Path) -> None:
    """Write a backup to `path`, readable by nobody else. Raises InvalidError."""
    source = _file(installation.database)
    try:
        with tempfile.TemporaryDirectory(prefix="openear-", dir=source.parent) as folder:
            copy = Path(folder) / "copy"
            with sqlite3.connect(source) as original, sqlite3.connect(copy) as target:
                original.backup(target)
            target.close()
            original.close()
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out, copy.open("rb") as plain:
                mark = os.urandom(_MARK)
                out.write(_MAGIC + mark)
                for chunk in _sealed(installation.keys, mark, plain):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
    except OSError as problem:
        raise InvalidError(f"{path} cannot be written: {problem.strerror}") from None


def restore(settings: Settings, path: Path) -> int:
    """Put the backup in place of the database. Returns how many stories were erased again. Raises InvalidError.

    What the present database knows of erasures, refusals, stops, seen messages and people's roles outlives the restore;
    so do decisions about consent, the work on flags, marks, downloads, complaints and what was spent.
    """
    database = Database(settings.database_url)
    target = _file(database)
    keys = keyring.read(settings.keyring, database.folder())
    fresh = target.with_suffix(".restored")
    restored = Database(f"sqlite:///{fresh}")
    _refuse_while_served(target)
    try:
        _open(keys, path, fresh)
        migrations.upgrade(restored)
        again = _replayed(database, restored, keys) if target.exists() else 0
        restored.scrub()
        restored.close()
        database.close()
        for end in ("-wal", "-shm"):
            Path(f"{target}{end}").unlink(missing_ok=True)
        fresh.replace(target)
    finally:
        restored.close()
        database.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{fresh}{end}").unlink(missing_ok=True)
    return again


def present(settings: Settings) -> bool:
    """Whether there is a database now, which knows what was erased."""
    return _file(Database(settings.database_url)).exists()


def _refuse_while_served(target: Path) -> None:
    """What a running process still writes would go to a file that nobody sees. Only a lone user may leave WAL mode."""
    if not target.exists():
        return
    gc.collect()  # connections that this process has let go of
    try:
        with closing(sqlite3.connect(target, timeout=1)) as present:
            present.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as problem:  # what is no database at all is found out later
        if "locked" in str(problem):
            raise UnavailableError("the database is in use: stop `openear serve`, `web` and `worker` first") from None


def _replayed(present: Database, restored: Database, keys: Keys) -> int:
    """Carry over from the present database what must not come back. How many stories were erased again."""
    try:
        migrations.upgrade(present)
        with present.read() as source, restored.write() as target:
            tx = Transaction(target, keys, now())
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
    except (UnavailableError, SQLAlchemyError):
        raise UnavailableError(
            "the present database cannot be read, so nobody knows what was erased since the backup. Move it to another "
            "folder, restore again, and then erase by hand what was erased since, with: openear erase"
        ) from None
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
    """Whether the present database is the one of the backup, later; not one that was made anew after a loss."""
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


def _file(database: Database) -> Path:
    if not database.sqlite or not database.url.database:
        raise InvalidError("backup and restore are for SQLite; for PostgreSQL use pg_dump and the README's page on it")
    return Path(database.url.database)


def _sealed(keys: Keys, mark: bytes, plain: BinaryIO) -> Iterator[bytes]:
    number = max(keys.encryption)
    cipher = AESGCM(keys.encryption[number])
    at = 0
    while True:
        chunk = plain.read(_CHUNK)
        nonce = os.urandom(12)
        last = b"1" if len(chunk) < _CHUNK else b"0"
        sealed = cipher.encrypt(nonce, chunk, b"backup|%s|%d|%s" % (mark, at, last))
        yield bytes((number,)) + last + len(sealed).to_bytes(4, "big") + nonce + sealed
        at += 1
        if last == b"1":
            return


def _open(keys: Keys, path: Path, target: Path) -> None:
    with path.open("rb") as source, target.open("wb") as out:
        target.chmod(0o600)
        if source.read(len(_MAGIC)) != _MAGIC:
            raise InvalidError(f"{path} is not a backup of OpenEar")
        mark, last, at = source.read(_MARK), b"0", 0
        while last != b"1":
            head = source.read(18)
            if len(head) != 18 or head[0] not in keys.encryption:
                raise InvalidError(f"{path} is cut off, or was made with another keyring")
            last, size, nonce = head[1:2], int.from_bytes(head[2:6], "big"), head[6:18]
            try:
                cipher = AESGCM(keys.encryption[head[0]])
                out.write(cipher.decrypt(nonce, source.read(size), b"backup|%s|%d|%s" % (mark, at, last)))
            except InvalidTag:
                raise InvalidError(f"{path} was changed, or was made with another keyring") from None
            at += 1
        if source.read(1):
            raise InvalidError(f"{path} was changed: something follows its end")
