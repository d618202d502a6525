"""The chain of the audit shows what was changed, removed or moved."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from export_kit import make_installation
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from bot.installation import Installation
from bot.store import audit, tables
from bot.store.crypto import Keys

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


def fill(installation: Installation, number: int = 5) -> list[int]:
    with installation.database.write() as connection:
        for one in range(number):
            audit.record(connection, installation.keys, NOW, "ana@example.org", "export", {"stories": one, "a": "ü"})
    with installation.database.read() as connection:
        return list(connection.execute(select(tables.audit.c.id).order_by(tables.audit.c.id)).scalars())


def bad_row(installation: Installation) -> int | None:
    with installation.database.read() as connection:
        return audit.verify(connection, installation.keys)


def test_an_untouched_chain_holds(installation: Installation) -> None:
    assert bad_row(installation) is None
    fill(installation)
    fill(installation)
    assert bad_row(installation) is None


def test_rows_say_who_did_what_when(installation: Installation) -> None:
    fill(installation, 1)
    with installation.database.read() as connection:
        row = connection.execute(select(tables.audit)).one()
    assert (row.actor, row.action, json.loads(row.detail)) == ("ana@example.org", "export", {"a": "ü", "stories": 0})


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(
    "values",
    [{"actor": "x"}, {"action": "x"}, {"detail": "{}"}, {"at": 1}, {"chain": b"c" * 32}],
    ids=lambda one: next(iter(one)),
)
def test_a_changed_row_is_named(installation: Installation, place: int, values: dict[str, object]) -> None:
    ids = fill(installation)
    with installation.database.write() as connection:
        connection.execute(update(tables.audit).where(tables.audit.c.id == ids[place]).values(values))
    assert bad_row(installation) == ids[place]


@pytest.mark.parametrize("place", range(4))
def test_a_missing_row_is_noticed_at_the_next(installation: Installation, place: int) -> None:
    ids = fill(installation)
    with installation.database.write() as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.id == ids[place]))
    assert bad_row(installation) == ids[place + 1]


def test_exchanged_rows_are_noticed(installation: Installation) -> None:
    ids = fill(installation)
    with installation.database.write() as connection:
        for old, new in ((ids[1], 1), (ids[3], ids[1]), (1, ids[3])):
            connection.execute(update(tables.audit).where(tables.audit.c.id == old).values(id=new))
    assert bad_row(installation) == ids[1]


def test_nobody_makes_a_row_without_the_key(installation: Installation) -> None:
    fill(installation)
    forger = Keys({1: b"e" * 32}, b"l" * 32, b"d" * 32, b"a" * 32)
    with installation.database.write() as connection:
        audit.record(connection, forger, NOW, "mallory", "export", {})
    assert bad_row(installation) is not None


def test_a_row_undone_leaves_the_chain_whole(installation: Installation) -> None:
    fill(installation)

    def fail() -> None:
        with installation.database.write() as connection:
            audit.record(connection, installation.keys, NOW, "ana@example.org", "export", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    fill(installation)
    assert bad_row(installation) is None


def test_any_text_can_be_recorded(tmp_path: Path) -> None:
    installation = make_installation(tmp_path)

    @settings(max_examples=50)
    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
    def record(text: str) -> None:
        with installation.database.write() as connection:
            audit.record(connection, installation.keys, NOW, text[:64], "export", {"hub": text})
        assert bad_row(installation) is None

    record()
    installation.database.close()
