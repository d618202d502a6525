"""INSERT … ON CONFLICT DO NOTHING, which SQLAlchemy spells per database. One function, so that queries need not ask."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key is there. True when it was inserted."""
    return connection.execute(_STATEMENTS[connection.dialect.name](table), values).rowcount == 1


_cache: dict[tuple[str, str], Any] = {}


def _sqlite(table: Table) -> Any:
    key = ("sqlite", table.name)
    if key not in _cache:
        _cache[key] = sqlite.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return _cache[key]


def _postgresql(table: Table) -> Any:
    key = ("postgresql", table.name)
    if key not in _cache:
        _cache[key] = postgresql.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return _cache[key]


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}
