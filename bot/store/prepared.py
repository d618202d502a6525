"""Statements that each turn needs, compiled once per database and run on the driver's own cursor.

A webhook's turn runs four or five of them, and SQLAlchemy's execution of each takes longer than SQLite's. They are
written in SQLAlchemy's Core like all others, so each database gets its own SQL and column types keep their meaning.
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
    """One statement for one database: its SQL, its parameters in order (None: by name), and converters of values."""

    sql: str
    order: tuple[str, ...] | None
    binds: Mapping[str, _Convert]
    results: tuple[_Convert | None, ...]


class Prepared:
    """One statement, for all databases."""

    def __init__(self, **by_dialect: ClauseElement) -> None:
        """Give `both`, or `sqlite` and `postgresql` where the statements differ."""
        self._statements = by_dialect
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it in the transaction of `connection`. Returns how many rows it changed."""
        cursor, _compiled = self._execute(connection, values)
        return int(cursor.rowcount)

    def fetch(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it in the transaction of `connection`. Returns the rows, converted by their column types."""
        cursor, compiled = self._execute(connection, values)
        if not any(compiled.results):
            return [tuple(row) for row in cursor.fetchall()]
        return [
            tuple(
                value if convert is None else convert(value)
                for value, convert in zip(row, compiled.results, strict=True)
            )
            for row in cursor.fetchall()
        ]

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> tuple[DBAPICursor, _Compiled]:
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        parameters = dict(values)
        for name, convert in compiled.binds.items():
            parameters[name] = convert(parameters[name])
        order = compiled.order
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, parameters if order is None else [parameters[name] for name in order])
        return cursor, compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._statements.get("both")
        if statement is None:
            statement = self._statements[dialect.name]
        sql = statement.compile(dialect=dialect)
        binds = {
            name: convert
            for bind, name in sql.bind_names.items()  # type: ignore[attr-defined]
            if (convert := _processor(bind.type, dialect, "bind_processor"))
        }
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        results = tuple(_processor(column.type, dialect, "result_processor", None) for column in columns)
        order = tuple(sql.positiontup) if sql.positional else None  # type: ignore[attr-defined]
        self._compiled[dialect.name] = _Compiled(str(sql), order, binds, results)
        return self._compiled[dialect.name]


def _processor(kind: TypeEngine[Any], dialect: Dialect, which: str, *more: Any) -> _Convert | None:
    """The column type's converter of values to or from the database; None if it leaves them as they are."""
    processor: _Convert | None = getattr(kind.dialect_impl(dialect), which)(dialect, *more)
    return processor
