"""An encrypted copy of the database, and its restore, which repeats later erasures before anything is served (law 7).

SQLite only: PostgreSQL has its own tools. SQLite's online backup makes the copy, so serving may go on. It is encrypted
in chunks with the keyring, which must be kept in another place. Each chunk is bound to its place in this one backup:
none can be left out, exchanged or added.
"""

import gc
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import InvalidError, UnavailableError
from bot.installation import Installation, now
from bot.settings import Settings
from bot.store import keyring, migrations
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.replay import replay
from bot.store.transaction import Transaction

#: How long a backup may be kept.
KEEP_DAYS = 30
_MAGIC = b"OPENEAR1"
_MARK = 16  # octets
_CHUNK = 1 << 20  # octets


def write(installation: Installation, path: Path) -> None:
    """Write a backup to `path`, readable by its owner only. Raises InvalidError."""
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
    """Replace the database with the backup. Returns how many stories were erased again.

    Keeps what the present database knows of erasures, refusals, stops, seen messages, roles, decisions about consent,
    work on flags, marks, downloads, complaints and spending. Raises InvalidError or UnavailableError.
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
    """Whether a database exists, which knows what was erased."""
    return _file(Database(settings.database_url)).exists()


def _refuse_while_served(target: Path) -> None:
    """Raise UnavailableError if another process uses the database: what it writes would be lost.

    SQLite lets a connection leave WAL mode only if it is the only one.
    """
    if not target.exists():
        return
    gc.collect()  # closes connections that this process no longer uses
    try:
        with closing(sqlite3.connect(target, timeout=1)) as present:
            present.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as problem:  # a file that is not a database is reported later
        if "locked" in str(problem):
            raise UnavailableError("the database is in use: stop `openear serve`, `web` and `worker` first") from None


def _replayed(present: Database, restored: Database, keys: Keys) -> int:
    """Carry over from the present database what must survive. Returns how many stories were erased again."""
    try:
        migrations.upgrade(present)
        with present.read() as source, restored.write() as target:
            return replay(source, Transaction(target, keys, now()))
    except (UnavailableError, SQLAlchemyError):
        raise UnavailableError(
            "the present database cannot be read, so erasures since the backup are unknown. Move it to another folder, "
            "restore again, then repeat those erasures with: openear erase"
        ) from None


def _file(database: Database) -> Path:
    if not database.sqlite or not database.url.database:
        raise InvalidError("backup and restore are for SQLite; for PostgreSQL use pg_dump (see bot/privacy/README.md)")
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
            raise InvalidError(f"{path} was changed: it goes on after its end")
