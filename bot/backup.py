"""An encrypted copy of the database, and its return. A restore replays erasures before anything is served (law 7).

Called by `openear backup` and `openear restore`. SQLite only: PostgreSQL has its own tools. The copy is made with
SQLite's online backup, so that serving may go on; it is encrypted in chunks with the keyring, which must be kept
apart from it.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from bot.errors import OpenEarError
from bot.installation import Installation, now
from bot.settings import Settings
from bot.store import erasing, keyring, migrations
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.tables import contacts, seen, stories, tombstones
from bot.store.upsert import insert_new

KEEP_DAYS = 30
_MAGIC = b"OPENEAR1"
_CHUNK = 1 << 20


class BackupError(OpenEarError):
    """A backup cannot be made or read."""


def write(installation: Installation, path: Path) -> None:
    """Write a backup to `path`, readable by nobody else. Raises BackupError where the database is not SQLite."""
    source = _file(installation.database)
    with tempfile.TemporaryDirectory(prefix="openear-", dir=source.parent) as folder:
        copy = Path(folder) / "copy"
        with sqlite3.connect(source) as original, sqlite3.connect(copy) as target:
            original.backup(target)
        target.close()
        original.close()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out, copy.open("rb") as plain:
            out.write(_MAGIC)
            for chunk in _sealed(installation.keys, plain):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())


def restore(settings: Settings, path: Path) -> int:
    """Put the backup in place of the database. Returns how many stories were erased again. Raises BackupError.

    What the present database knows of erasures, stops and seen messages outlives the restore.
    """
    database = Database(settings.database_url)
    target = _file(database)
    keys = keyring.read(settings.keyring, database.folder())
    fresh = target.with_suffix(".restored")
    fresh.unlink(missing_ok=True)
    _open(keys, path, fresh)
    restored = Database(f"sqlite:///{fresh}")
    migrations.upgrade(restored)
    again = _replay(database, restored) if target.exists() and migrations.at_head(database) else 0
    restored.scrub()
    restored.close()
    database.close()
    for end in ("-wal", "-shm"):
        Path(f"{target}{end}").unlink(missing_ok=True)
        Path(f"{fresh}{end}").unlink(missing_ok=True)
    fresh.replace(target)
    return again


def _replay(present: Database, restored: Database) -> int:
    """Carry over what must not come back: tombstones, erased and stopped contacts, the ids of messages seen."""
    with present.read() as source, restored.write() as target:
        for row in source.execute(select(seen)):
            insert_new(target, seen, {"hash": row.hash})
        again = 0
        for row in source.execute(select(tombstones)):
            known = target.execute(select(stories.c.id).where(stories.c.public == row.story)).scalar()
            again += known is not None
            erasing.erase_story(target, row.story, row.erased_on)
            insert_new(target, tombstones, {"story": row.story, "campaign": row.campaign, "erased_on": row.erased_on})
        today = now().date().isoformat()
        for contact in source.execute(select(contacts.c.hash, contacts.c.address, contacts.c.stopped_at)):
            old = target.execute(select(contacts.c.id).where(contacts.c.hash == contact.hash)).scalar()
            if old is None:
                continue
            if contact.address is None:
                erasing.erase_contact(target, old, today)
            target.execute(contacts.update().where(contacts.c.id == old).values(stopped_at=contact.stopped_at))
    return again


def _file(database: Database) -> Path:
    if not database.sqlite or not database.url.database:
        raise BackupError("backup and restore are for SQLite; for PostgreSQL use pg_dump and the README's page on it")
    return Path(database.url.database)


def _sealed(keys: Keys, plain: object) -> Iterator[bytes]:
    number = max(keys.encryption)
    cipher = AESGCM(keys.encryption[number])
    at = 0
    while True:
        chunk = plain.read(_CHUNK)  # type: ignore[attr-defined]
        nonce = os.urandom(12)
        last = b"1" if len(chunk) < _CHUNK else b"0"
        sealed = cipher.encrypt(nonce, chunk, b"backup|%d|%s" % (at, last))
        yield bytes((number,)) + last + len(sealed).to_bytes(4, "big") + nonce + sealed
        at += 1
        if last == b"1":
            return


def _open(keys: Keys, path: Path, target: Path) -> None:
    with path.open("rb") as source, target.open("wb") as out:
        target.chmod(0o600)
        if source.read(len(_MAGIC)) != _MAGIC:
            raise BackupError(f"{path} is not a backup of OpenEar")
        last = b"0"
        at = 0
        while last != b"1":
            head = source.read(18)
            if len(head) != 18 or head[0] not in keys.encryption:
                raise BackupError(f"{path} is cut off, or was made with another keyring")
            last, size, nonce = head[1:2], int.from_bytes(head[2:6], "big"), head[6:18]
            try:
                cipher = AESGCM(keys.encryption[head[0]])
                out.write(cipher.decrypt(nonce, source.read(size), b"backup|%d|%s" % (at, last)))
            except InvalidTag:
                raise BackupError(f"{path} was changed, or was made with another keyring") from None
            at += 1
