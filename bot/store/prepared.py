"""Statements of the hot path, compiled once per database and run on the driver's own cursor.

A webhook's turn runs four or five of them, and SQLAlchemy's execution of each costs more than SQLite's. They are
written in SQLAlchemy's Core like all others, so that both databases get their own spelling; only the running is
direct. Values must be what drivers take as they are: integers, strings, bytes, None.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.expression import ClauseElement


class Prepared:
    """One statement."""

    def __init__(self, **by_dialect: ClauseElement) -> None:
        """`both=…` for one spelling, or `sqlite=…, postgresql=…` where they differ."""
        self._statements = by_dialect
        self._compiled: dict[str, tuple[str, list[str] | None]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        """Run it in the transaction of `connection`; the driver's cursor, with `rowcount` and `fetchall`."""
        dialect = connection.dialect.name
        sql, names = self._compiled.get(dialect) or self._compile(connection)
        cursor = connection.connection.cursor()
        cursor.execute(sql, [values[name] for name in names] if names is not None else values)
        return cursor

    def _compile(self, connection: Connection) -> tuple[str, list[str] | None]:
        dialect = connection.dialect
        statement = self._statements.get("both")
        if statement is None:
            statement = self._statements[dialect.name]
        found = statement.compile(dialect=dialect)
        order = found.positiontup if found.positional else None  # type: ignore[attr-defined]
        self._compiled[dialect.name] = (str(found), list(order) if order is not None else None)
        return self._compiled[dialect.name]
