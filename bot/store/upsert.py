"""INSERT … ON CONFLICT DO NOTHING, which SQLAlchemy writes differently for each database."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.prepared import Prepared


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key exists. True if it was inserted.

    Use the same columns at every call for one table: each set of columns is compiled once.
    """
    return _statement(table, tuple(values)).run(connection, values) == 1


@cache
def _statement(table: Table, columns: tuple[str, ...]) -> Prepared:
    by_dialect = {
        "sqlite": sqlite.insert(table).values(dict.fromkeys(columns)).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).values(dict.fromkeys(columns)).on_conflict_do_nothing(),
    }
    return Prepared(**by_dialect)
