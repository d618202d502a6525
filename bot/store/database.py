"""Opens the database and gives out transactions: SQLite as measured to lose nothing, PostgreSQL by its address alone.

SQLite: WAL, BEGIN IMMEDIATE for writers, synchronous=FULL (an acknowledged message survives a power cut),
secure_delete=ON (what is deleted is overwritten). One process writes one transaction at a time, so SQLite's back-off
sleeps are never met inside a process.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import UnavailableError

BUSY_MS = 5000
#: How every connection to SQLite is set (https://sqlite.org/pragma.html).
PRAGMAS = {
    "busy_timeout": BUSY_MS,
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "secure_delete": "ON",
    "foreign_keys": "ON",
    "cache_size": -65536,
    "temp_store": "MEMORY",
}
#: SQLite's own result codes for a database that cannot be used now (https://sqlite.org/rescode.html).
_GONE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_NOMEM,
}
#: By name: psycopg is loaded by SQLAlchemy where an address asks for it, and nowhere else.
_POSTGRES_GONE = {"psycopg.OperationalError", "psycopg.InterfaceError"}


class Database:
    """One database: `write()` and `read()` give transactions."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        options = {} if self.sqlite else {"pool_size": 8, "pool_pre_ping": True}
        self.engine: Engine = create_engine(self.url, hide_parameters=True, **options)
        self._readers = self.engine.execution_options(readonly=True)
        self._one_writer = threading.Lock()
        if self.sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed on leaving, rolled back on an error.

        Raises UnavailableError when the database is locked or gone.
        """
        if not self.sqlite:
            with _available(), self.engine.begin() as connection:
                yield connection
            return
        if not self._one_writer.acquire(timeout=BUSY_MS / 1000):
            raise UnavailableError("the database is not available: another writer is at work")
        try:
            with _available(), self.engine.begin() as connection:
                yield connection
        finally:
            self._one_writer.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, beside a writer, on a snapshot of its own."""
        with _available(), self._readers.connect() as connection, connection.begin():
            yield connection

    def folder(self) -> Path | None:
        """Where the data lies, when it lies in a file."""
        return Path(self.url.database).parent if self.sqlite and self.url.database else None

    def scrub(self) -> bool:
        """After deletions: empties the write-ahead log, so that no deleted byte remains in it.

        False while a reader holds it.
        """
        if not self.sqlite:
            return True
        with self._one_writer, self._readers.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            busy, _log, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except DBAPIError as problem:
        if problem.connection_invalidated or _unavailable(problem.orig):
            raise UnavailableError(f"the database is not available: {type(problem.orig).__name__}") from None
        raise
    except Exception as problem:  # a driver's own, from a prepared statement
        if _unavailable(problem):
            raise UnavailableError(f"the database is not available: {type(problem).__name__}") from None
        raise


def _unavailable(problem: BaseException | None) -> bool:
    """Whether the database is locked, gone, full or read-only, rather than the statement wrong."""
    if isinstance(problem, sqlite3.Error):
        return getattr(problem, "sqlite_errorcode", 0) & 0xFF in _GONE
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(problem).__mro__}
    return not names.isdisjoint(_POSTGRES_GONE)


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # we say BEGIN ourselves
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute("BEGIN" if connection.get_execution_options().get("readonly") else "BEGIN IMMEDIATE")
