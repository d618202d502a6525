"""INSERT … ON CONFLICT DO NOTHING, which SQLAlchemy spells per database. One function, so that queries need not ask."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.prepared import Prepared


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key is there. True when it was inserted.

    `values` names the same columns at every call for one table.
    """
    return _statement(table, tuple(values)).run(connection, values) == 1


@cache
def _statement(table: Table, columns: tuple[str, ...]) -> Prepared:
    spelt = {
        "sqlite": sqlite.insert(table).values(dict.fromkeys(columns)).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).values(dict.fromkeys(columns)).on_conflict_do_nothing(),
    }
    return Prepared(**spelt)
