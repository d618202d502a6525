"""The history of the tables: its end is `bot/store/tables/`, and every step of it can be taken back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, insert, inspect, select
from sqlalchemy.exc import OperationalError

from bot.store import migrations
from bot.store.database import Database
from bot.store.tables import answers, audit, contacts, conversations, hubs, metadata, outbox, seen, stories, tombstones

FOLDER = Path(migrations.__file__).parent
HISTORY = ScriptDirectory(str(FOLDER))
#: From the first to the newest.
REVISIONS = [script.revision for script in HISTORY.walk_revisions()][::-1]

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROWS = (
    (seen, {"hash": b"\1" * 32}),
    (contacts, {"id": 1, "hash": b"\2" * 32, "channel": "sms", "address": b"x", "resident": "r1"}),
    (conversations, {"id": 2, "contact": 1, "campaign": "thrive", "state": "{}", "story": 3, "last_in": AT}),
    (stories, {"id": 3, "public": "s1", "conversation": 2, "campaign": "thrive", "channel": "sms", "language": "en",
               "began_at": AT, "told_at": AT, "consent_version": "v"}),
    (answers, {"id": 4, "conversation": 2, "story": 3, "step": "pressure", "body": b"sealed", "at": AT}),
    (tombstones, {"story": "s0", "campaign": "thrive", "erased_on": "2026-11-21"}),
    (hubs, {"code": "lrmn", "shown": "LRMN", "campaign": "thrive", "name": "Lewisham Refugee Network", "added_at": AT}),
    (audit, {"id": 5, "at": AT, "actor": "ana@example.org", "action": "export", "detail": "{}", "chain": b"\3" * 32}),
)  # fmt: skip


def before_of(revision: str) -> str:
    """The revision that comes before; `base` before the first."""
    found = HISTORY.get_revision(revision).down_revision
    return found if isinstance(found, str) else "base"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'openear.db'}")
    yield found
    found.close()


def tables_of(database: Database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names())


def fill(database: Database) -> None:
    with database.write() as connection:
        for table, values in ROWS:
            connection.execute(insert(table), values)


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {table.name: [tuple(row) for row in connection.execute(select(table))] for table, _values in ROWS}


def test_the_newest_revision_makes_exactly_the_tables_of_the_code(database: Database) -> None:
    migrations.upgrade(database)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_makes_the_same_constraints_and_indexes_as_the_code(tmp_path: Path) -> None:
    """What `compare_metadata` does not compare: names of constraints, foreign keys, defaults."""
    by_history = Database(f"sqlite:///{tmp_path / 'history.db'}")
    by_code = Database(f"sqlite:///{tmp_path / 'code.db'}")
    migrations.upgrade(by_history)
    metadata.create_all(by_code.engine)
    for table in metadata.tables:
        shapes = []
        for database in (by_history, by_code):
            with database.read() as connection:
                look = inspect(connection)
                shapes.append(
                    (
                        [
                            (column["name"], str(column["type"]), column["nullable"], column["default"])
                            for column in look.get_columns(table)
                        ],
                        look.get_pk_constraint(table),
                        look.get_foreign_keys(table),
                        sorted(look.get_unique_constraints(table), key=str),
                        sorted(look.get_indexes(table), key=str),
                    )
                )
        assert shapes[0] == shapes[1], table
    by_history.close()
    by_code.close()


def test_there_is_one_head_and_one_line_to_it() -> None:
    assert len(HISTORY.get_heads()) == 1
    assert len(HISTORY.get_bases()) == 1
    for script in HISTORY.walk_revisions():
        assert len(script.nextrev) <= 1, "two branches"


def test_revisions_are_numbered_and_named() -> None:
    files = sorted(path.stem for path in (FOLDER / "versions").glob("*.py"))
    assert [name[:4] for name in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert all(re.fullmatch(r"\d{4}(_[a-z0-9]+)+", name) for name in files)
    assert [name[:4] for name in files] == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_revision_goes_up_and_down_and_up_again(database: Database, revision: str) -> None:
    before = before_of(revision)
    if before != "base":
        migrations.upgrade(database, before)
    tables_before = tables_of(database)
    migrations.upgrade(database, revision)
    tables_after = tables_of(database)
    migrations.downgrade(database, before)
    assert tables_of(database) - {"alembic_version"} == tables_before - {"alembic_version"}
    migrations.upgrade(database, revision)
    assert tables_of(database) == tables_after


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_what_was_told_survives_each_later_revision_up_and_down(database: Database, revision: str) -> None:
    """The first revision's way down is to no tables at all; every other one keeps what residents told."""
    migrations.upgrade(database)
    fill(database)
    before = rows_of(database)
    migrations.downgrade(database, before_of(revision))
    with database.read() as connection:
        assert connection.execute(select(func.count(stories.c.id))).scalar() == 1
    migrations.upgrade(database)
    assert rows_of(database) == before


def test_upgrading_again_keeps_every_row(database: Database) -> None:
    migrations.upgrade(database)
    fill(database)
    before = rows_of(database)
    migrations.upgrade(database)
    assert rows_of(database) == before


def test_the_way_down_ends_with_no_tables(database: Database) -> None:
    migrations.upgrade(database)
    fill(database)
    migrations.downgrade(database, "base")
    assert tables_of(database) <= {"alembic_version"}


def test_at_head_says_whether_the_tables_are_those_of_this_version(database: Database) -> None:
    assert not migrations.at_head(database)
    migrations.upgrade(database)
    assert migrations.at_head(database)
    migrations.downgrade(database, "base")
    assert not migrations.at_head(database)


def test_a_revision_that_fails_leaves_everything_as_it_was(database: Database) -> None:
    with database.write() as connection:
        outbox.create(connection)  # in the way of the first revision, which makes it among others
    with pytest.raises(OperationalError):
        migrations.upgrade(database)
    assert tables_of(database) <= {"outbox", "alembic_version"}
    assert not migrations.at_head(database)
