"""Opens the database, SQLite or PostgreSQL, and gives out its transactions.

SQLite: WAL, BEGIN IMMEDIATE for writers, synchronous=FULL (an acknowledged message survives a power cut),
secure_delete=ON (deleted bytes are overwritten). A lock lets one thread of a process write at a time, which is faster
than SQLite's own waiting: it sleeps and tries again.
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
#: Set on every connection to SQLite (https://sqlite.org/pragma.html).
PRAGMAS = {
    "busy_timeout": BUSY_MS,
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "secure_delete": "ON",
    "foreign_keys": "ON",
    "cache_size": -65536,
    "temp_store": "MEMORY",
}
#: SQLite's result codes for a database that cannot be used now (https://sqlite.org/rescode.html).
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
#: The same of psycopg, by name: SQLAlchemy loads psycopg only where an address asks for it.
_POSTGRES_GONE = {"psycopg.OperationalError", "psycopg.InterfaceError"}


class Database:
    """One database."""

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
        """A transaction that may write: committed at the end of the block, rolled back on an error.

        Raises UnavailableError if the database is locked or gone.
        """
        if not self.sqlite:
            with _available(), self.engine.begin() as connection:
                yield connection
            return
        if not self._one_writer.acquire(timeout=BUSY_MS / 1000):
            raise UnavailableError("the database cannot be used: another writer has locked it for five seconds")
        try:
            with _available(), self.engine.begin() as connection:
                yield connection
        finally:
            self._one_writer.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, on its own snapshot. Writers go on beside it."""
        with _available(), self._readers.connect() as connection, connection.begin():
            yield connection

    def folder(self) -> Path | None:
        """The folder of the database file; None for PostgreSQL and for SQLite in memory."""
        return Path(self.url.database).parent if self.sqlite and self.url.database else None

    def scrub(self) -> bool:
        """Empty SQLite's write-ahead log, so that no deleted byte remains; False while a reader uses it."""
        if not self.sqlite:
            return True
        with self._one_writer, self._readers.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            busy, _log, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except DBAPIError as problem:
        if problem.connection_invalidated or _unavailable(problem.orig):
            raise UnavailableError(f"the database cannot be used: {_reason(problem.orig)}") from None
        raise
    except Exception as problem:  # the driver's own error, from a prepared statement
        if _unavailable(problem):
            raise UnavailableError(f"the database cannot be used: {_reason(problem)}") from None
        raise


def _unavailable(problem: BaseException | None) -> bool:
    """Whether the database is locked, gone, full or read-only, rather than the statement wrong."""
    if isinstance(problem, sqlite3.Error):
        return getattr(problem, "sqlite_errorcode", 0) & 0xFF in _GONE
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(problem).__mro__}
    return not names.isdisjoint(_POSTGRES_GONE)


def _reason(problem: BaseException | None) -> str:
    """What SQLite says, like "database is locked": a fixed text for each code of `_GONE`. Else the error's name."""
    return str(problem) if isinstance(problem, sqlite3.Error) else type(problem).__name__


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # `_begin` sends BEGIN
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute("BEGIN" if connection.get_execution_options().get("readonly") else "BEGIN IMMEDIATE")
