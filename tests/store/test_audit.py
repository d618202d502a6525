"""The chain of the audit shows what was changed, removed or moved."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.stories import make_installation
from sqlalchemy import delete, insert, select, update

from bot.installation import Installation
from bot.store import audit, tables
from bot.store.audit import Anchor
from bot.store.crypto import Keys
from bot.store.transaction import Transaction

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


def fill(installation: Installation, number: int = 5) -> list[int]:
    with installation.write() as tx:
        for one in range(number):
            audit.record(tx, "ana@example.org", "export", {"stories": one, "a": "ü"})
    with installation.database.read() as connection:
        return list(connection.execute(select(tables.audit.c.id).order_by(tables.audit.c.id)).scalars())


def bad_row(installation: Installation) -> int | None:
    with installation.read() as tx:
        return audit.verify(tx)


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
    [{"actor": "x"}, {"action": "x"}, {"detail": "{}"}, {"at": NOW + timedelta(seconds=1)}, {"chain": b"c" * 32}],
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
    with installation.write() as tx:
        audit.record(replace(tx, keys=forger), "mallory", "export", {})
    assert bad_row(installation) is not None


def test_a_row_undone_leaves_the_chain_whole(installation: Installation) -> None:
    fill(installation)

    def fail() -> None:
        with installation.write() as tx:
            audit.record(tx, "ana@example.org", "export", {})
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
        with installation.write() as tx:
            audit.record(tx, text[:64], "export", {"hub": text})
        assert bad_row(installation) is None

    record()
    installation.database.close()


# --- ten thousand rows, any of which somebody with the database in hand may change, remove, move or cut off

ROWS = 10_000
table = tables.audit.c
Meddling = Callable[[Transaction, list[int], int], None]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, list[int]]]:
    made = make_installation(tmp_path_factory.mktemp("audit"))
    ids = fill(made, ROWS)
    yield made, ids
    made.database.close()


class UndoneError(Exception):
    """Takes a transaction back."""


def first_bad(long: tuple[Installation, list[int]], meddle: Meddling, at: int, *, anchored: bool) -> int | None:
    """What `verify` names after somebody meddled with the row at this place; the meddling is taken back."""
    installation, ids = long
    found: list[int | None] = []
    with pytest.raises(UndoneError), installation.write() as tx:
        anchor = audit.head(tx) if anchored else None
        meddle(tx, ids, at)
        found.append(audit.verify(tx, anchor))
        raise UndoneError
    return found[0]


def edit(tx: Transaction, ids: list[int], at: int) -> None:
    tx.connection.execute(update(tables.audit).where(table.id == ids[at]).values(actor="somebody else"))


def remove(tx: Transaction, ids: list[int], at: int) -> None:
    tx.connection.execute(delete(tables.audit).where(table.id == ids[at]))


def exchange(tx: Transaction, ids: list[int], at: int) -> None:
    """This row and the one after it change places."""
    for old, new in ((ids[at], 1), (ids[at + 1], ids[at]), (1, ids[at + 1])):
        tx.connection.execute(update(tables.audit).where(table.id == old).values(id=new))


def forge(tx: Transaction, ids: list[int], at: int) -> None:
    """This row is replaced by one sealed with a key that is not ours."""
    row = dict(tx.connection.execute(select(tables.audit).where(table.id == ids[at])).mappings().one())
    row |= {"detail": "{}", "chain": os.urandom(32)}
    tx.connection.execute(update(tables.audit).where(table.id == ids[at]).values(**row))


def put_between(tx: Transaction, ids: list[int], at: int) -> None:
    """A copy of this row follows it, under an id of its own."""
    row = dict(tx.connection.execute(select(tables.audit).where(table.id == ids[at])).mappings().one())
    tx.connection.execute(insert(tables.audit).values(**{**row, "id": ids[at] + 1}))


def cut_off(tx: Transaction, ids: list[int], at: int) -> None:
    """This row and all that follow are gone."""
    tx.connection.execute(delete(tables.audit).where(table.id >= ids[at]))


places = st.one_of(st.integers(0, ROWS - 1), st.sampled_from([0, 1, 999, 1000, 1001, ROWS - 2, ROWS - 1]))
few = settings(max_examples=12, deadline=None)


def test_ten_thousand_rows_hold_together(long: tuple[Installation, list[int]]) -> None:
    assert len(set(long[1])) == ROWS
    assert first_bad(long, lambda *_nothing: None, 0, anchored=True) is None


@few
@given(at=places, anchored=st.booleans())
def test_any_row_that_was_edited_is_named(long: tuple[Installation, list[int]], at: int, anchored: bool) -> None:
    assert first_bad(long, edit, at, anchored=anchored) == long[1][at]


@few
@given(at=places, anchored=st.booleans())
def test_any_row_that_was_forged_is_named(long: tuple[Installation, list[int]], at: int, anchored: bool) -> None:
    assert first_bad(long, forge, at, anchored=anchored) == long[1][at]


@few
@given(at=places.filter(lambda at: at < ROWS - 1), anchored=st.booleans())
def test_after_any_row_that_was_removed_the_next_is_named(
    long: tuple[Installation, list[int]], at: int, anchored: bool
) -> None:
    assert first_bad(long, remove, at, anchored=anchored) == long[1][at + 1]


@few
@given(at=places.filter(lambda at: at < ROWS - 1), anchored=st.booleans())
def test_of_any_rows_that_were_exchanged_the_first_is_named(
    long: tuple[Installation, list[int]], at: int, anchored: bool
) -> None:
    assert first_bad(long, exchange, at, anchored=anchored) == long[1][at]


@few
@given(at=places.filter(lambda at: at < ROWS - 1))
def test_a_row_that_was_put_between_is_named(long: tuple[Installation, list[int]], at: int) -> None:
    _installation, ids = long
    if ids[at] + 1 == ids[at + 1]:
        return
    assert first_bad(long, put_between, at, anchored=False) == ids[at] + 1


@few
@given(at=places)
def test_a_tail_that_was_cut_off_shows_only_against_an_anchor_and_then_always(
    long: tuple[Installation, list[int]], at: int
) -> None:
    assert first_bad(long, cut_off, at, anchored=False) is None
    assert first_bad(long, cut_off, at, anchored=True) == long[1][-1]


def test_a_tail_that_was_cut_off_shows_though_others_rows_followed_since(installation: Installation) -> None:
    ids = fill(installation)
    with installation.read() as tx:
        anchor = audit.head(tx)
    with installation.write() as tx:
        cut_off(tx, ids, 3)
    fill(installation)
    assert bad_row(installation) is None
    with installation.read() as tx:
        assert audit.verify(tx, anchor) == ids[-1]


def test_a_row_in_the_anchors_place_is_not_the_anchor(installation: Installation) -> None:
    ids = fill(installation)
    with installation.read() as tx:
        old = audit.head(tx)
        assert old is not None
        other = Anchor(old.id, "0" * 64)
        assert audit.verify(tx, other) == ids[-1]
        assert audit.verify(tx, old) is None


def test_an_earlier_anchor_still_holds_when_the_chain_has_grown(installation: Installation) -> None:
    fill(installation)
    with installation.read() as tx:
        anchor = audit.head(tx)
    fill(installation, 20)
    with installation.read() as tx:
        assert audit.verify(tx, anchor) is None


def test_an_anchor_is_read_as_it_is_printed(installation: Installation) -> None:
    fill(installation)
    with installation.read() as tx:
        anchor = audit.head(tx)
    assert Anchor.parse(f"  {anchor}\n") == anchor
    assert Anchor.parse(str(anchor).upper()) == anchor


@pytest.mark.parametrize("written", ["", ":", "1", "1:", "x:" + "0" * 64, "1:" + "0" * 63, "1:" + "g" * 64, "1:00"])
def test_what_is_no_anchor_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        Anchor.parse(written)


def test_where_there_is_no_row_there_is_no_anchor_and_a_given_one_is_missed(installation: Installation) -> None:
    with installation.read() as tx:
        assert audit.head(tx) is None
        assert audit.verify(tx, Anchor(7, "0" * 64)) == 7


def test_the_newest_rows_are_listed_the_oldest_of_them_first(installation: Installation) -> None:
    ids = fill(installation, 9)
    with installation.read() as tx:
        assert [row.id for row in audit.newest(tx, 4)] == ids[-4:]
        assert [row.id for row in audit.newest(tx, 100)] == ids
