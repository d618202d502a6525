"""Transactions: nothing is lost between threads and processes; ids and moments."""

import itertools
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.stored import in_, profile
from sqlalchemy import insert, text, update

from bot.demo.rehearsal import Rehearsal
from bot.errors import UnavailableError
from bot.store import facts
from bot.store.database import Database
from bot.store.ids import new_id, public_id
from bot.store.moments import from_micros, to_micros
from bot.store.tables import facts as facts_table
from bot.store.tables import metadata

# The database


def test_sqlite_is_set_as_promised(durable: None, database: Database) -> None:
    promised = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "busy_timeout": 5000}
    for door in (database.read, database.write):
        with door() as connection:
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in promised}
        assert found == promised


def test_two_threads_that_read_and_write_back_lose_nothing(database: Database) -> None:
    rounds = 150
    with database.write() as connection:
        connection.execute(insert(facts_table).values(name="count", value="0"))

    def count_up() -> None:
        for _ in range(rounds):
            with database.write() as connection:
                value = int(facts.get(in_(connection), "count"))
                connection.execute(
                    update(facts_table).where(facts_table.c.name == "count").values(value=str(value + 1))
                )

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert facts.get(in_(connection), "count") == str(2 * rounds)


def test_two_processes_worth_of_databases_lose_nothing_either(database: Database) -> None:
    """Two `Database` objects share no lock of ours: only SQLite's own stands between them, as between processes."""
    other = Database(str(database.url))
    with database.write() as connection:
        connection.execute(insert(facts_table).values(name="count", value="0"))

    def count_up(mine: Database) -> None:
        for _ in range(60):
            with mine.write() as connection:
                value = int(facts.get(in_(connection), "count"))
                connection.execute(
                    update(facts_table).where(facts_table.c.name == "count").values(value=str(value + 1))
                )

    threads = [threading.Thread(target=count_up, args=(one,)) for one in (database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with other.read() as connection:
        assert facts.get(in_(connection), "count") == "120"
    other.close()


def test_a_locked_database_is_unavailable_and_nothing_is_written(database: Database) -> None:
    stranger = sqlite3.connect(str(database.url.database), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    impatient = Database(str(database.url))
    with impatient.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA busy_timeout=50")  # type: ignore[union-attr]
    with pytest.raises(UnavailableError), impatient.write() as connection:
        facts.put(in_(connection), "poll", "1")
    with impatient.read() as connection:
        assert facts.get(in_(connection), "poll") == "", "readers go on beside a writer"
    stranger.execute("ROLLBACK")
    stranger.close()
    with impatient.write() as connection:
        assert facts.put(in_(connection), "poll", "2"), "nothing was left behind by the failed one"
    impatient.close()


def test_a_message_to_a_locked_database_is_neither_acknowledged_nor_half_kept() -> None:
    rehearsal = Rehearsal()
    database = rehearsal.installation.database
    stranger = sqlite3.connect(str(database.url.database), isolation_level=None)
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA busy_timeout=50")  # type: ignore[union-attr]
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError):
        rehearsal.say("hello")
    stranger.execute("ROLLBACK")
    counts = {
        table: stranger.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("seen", "contacts", "conversations", "outbox")
    }
    assert set(counts.values()) == {0}
    stranger.close()
    assert [one.key for one in rehearsal.say("hello")] == ["first"], "sent again, it is new"
    rehearsal.close()


def test_an_error_in_the_middle_leaves_no_trace(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        facts.put(in_(connection), "half", "1")
        raise RuntimeError
    with database.read() as connection:
        assert facts.get(in_(connection), "half") == ""


def test_a_reader_keeps_its_snapshot_while_a_writer_commits(database: Database) -> None:
    with database.read() as reading:
        assert facts.get(in_(reading), "news") == ""
        with database.write() as writing:
            facts.put(in_(writing), "news", "1")
        assert facts.get(in_(reading), "news") == ""
    with database.read() as reading:
        assert facts.get(in_(reading), "news") == "1"


def test_a_missing_file_is_made_and_a_missing_folder_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'openear.db'}")
    metadata.create_all(database.engine)
    assert database.folder() == tmp_path / "a" / "b"
    database.close()


# Ids and moments


def test_ids_grow_and_differ_over_threads() -> None:
    found: list[list[int]] = [[], []]

    def take(mine: list[int]) -> None:
        mine.extend(new_id() for _ in range(5000))

    threads = [threading.Thread(target=take, args=(one,)) for one in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for mine in found:
        assert all(one < other for one, other in itertools.pairwise(mine))
    every = {*found[0], *found[1]}
    assert len(every) == 10_000
    assert max(every) < 2**63


def test_public_ids_tell_nothing() -> None:
    found = [public_id() for _ in range(2000)]
    assert len(set(found)) == 2000
    assert {len(one) for one in found} == {16}
    assert not set("".join(found)) & set("ilou")
    assert sorted(found) != found, "they do not tell the order"


@settings(profile, max_examples=300)
@given(
    st.datetimes(datetime(1970, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001 (given a zone below)
    st.integers(-14, 14),
)
def test_moments_come_back_as_they_were(naive: datetime, hours: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    again = from_micros(to_micros(moment))
    assert again == moment
    assert again.tzinfo is UTC
    assert to_micros(again) == to_micros(moment)


def test_moments_keep_their_order_to_the_microsecond() -> None:
    start = datetime(2026, 11, 21, 12, tzinfo=UTC)
    moments = [to_micros(start + timedelta(microseconds=step)) for step in range(5)]
    assert moments == list(range(moments[0], moments[0] + 5))
