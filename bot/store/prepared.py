"""Statements of the hot path, compiled once per database and run on the driver's own cursor.

A webhook's turn runs four or five of them, and SQLAlchemy's execution of each costs more than SQLite's. They are
written in SQLAlchemy's Core like all others, so that both databases get their own spelling and column types keep their
meaning; only the running is direct.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.types import TypeEngine

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One statement for one database: the SQL, its parameters in order (None: by name), and what converts values."""

    sql: str
    order: tuple[str, ...] | None
    binds: Mapping[str, _Convert]
    results: tuple[_Convert | None, ...]


class Prepared:
    """One statement."""

    def __init__(self, **by_dialect: ClauseElement) -> None:
        """`both=…` for one spelling, or `sqlite=…, postgresql=…` where they differ."""
        self._statements = by_dialect
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it in the transaction of `connection`. How many rows it changed."""
        cursor, _found = self._execute(connection, values)
        return int(cursor.rowcount)

    def fetch(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it in the transaction of `connection`. The rows, with the types of their columns."""
        cursor, found = self._execute(connection, values)
        if not any(found.results):
            return [tuple(row) for row in cursor.fetchall()]
        return [
            tuple(
                value if convert is None else convert(value) for value, convert in zip(row, found.results, strict=True)
            )
            for row in cursor.fetchall()
        ]

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> tuple[DBAPICursor, _Compiled]:
        found = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        sent = dict(values)
        for name, convert in found.binds.items():
            sent[name] = convert(sent[name])
        cursor = connection.connection.cursor()
        cursor.execute(found.sql, [sent[name] for name in found.order] if found.order is not None else sent)
        return cursor, found

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._statements.get("both")
        if statement is None:
            statement = self._statements[dialect.name]
        found = statement.compile(dialect=dialect)
        binds = {
            name: convert
            for bind, name in found.bind_names.items()  # type: ignore[attr-defined]
            if (convert := _processor(bind.type, dialect, "bind_processor"))
        }
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        results = tuple(_processor(column.type, dialect, "result_processor", None) for column in columns)
        order = tuple(found.positiontup) if found.positional else None  # type: ignore[attr-defined]
        self._compiled[dialect.name] = _Compiled(str(found), order, binds, results)
        return self._compiled[dialect.name]


def _processor(kind: TypeEngine[Any], dialect: Dialect, which: str, *more: Any) -> _Convert | None:
    """What the column type does to a value on its way in or out; None where it stays as it is."""
    made: _Convert | None = getattr(kind.dialect_impl(dialect), which)(dialect, *more)
    return made
