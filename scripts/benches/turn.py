"""One durable turn through `receive` against one bare SQLite commit with synchronous=FULL."""

import itertools
import sqlite3
import tempfile
from pathlib import Path

from bot.channels.port import Arrival
from bot.demo.rehearsal import Rehearsal
from bot.engine.model import Channel, Kind
from bot.messaging.receive import receive
from scripts.benches.rounds import Result, alternate, seconds

_TURNS = 400
_STORY = "The rent went up again, the flat is damp and nobody at the council answers the phone. " * 3


def measure() -> Result:
    """The time of one received text of a story over that of one row of about as many bytes."""
    rehearsal = Rehearsal()
    numbers = itertools.count()

    def take(sender: str, text: str) -> None:
        key = f"bench{next(numbers)}"
        receive(
            rehearsal.installation,
            Arrival(channel=Channel.SMS, key=key, message=key, sender=sender, kind=Kind.TEXT, text=text),
        )

    for person in range(20):
        take(f"+4479111234{person:02}", "hello")
        take(f"+4479111234{person:02}", "YES")

    def ours() -> float:
        def turns() -> None:
            for number in range(_TURNS):
                take(f"+4479111234{number % 20:02}", f"{_STORY}{next(numbers)}")

        return seconds(turns)

    with tempfile.TemporaryDirectory() as folder:
        bare = _bare(Path(folder) / "bare.db")

        def theirs() -> float:
            def commits() -> None:
                for _ in range(_TURNS):
                    bare.execute("BEGIN IMMEDIATE")
                    bare.execute("INSERT INTO t (body) VALUES (?)", (b"x" * 500,))
                    bare.execute("COMMIT")

            return seconds(commits)

        result = alternate("times the time of one bare FULL commit: one durable turn", "<= 1.5", ours, theirs)
        bare.close()
    rehearsal.close()
    return result


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)")
    return connection
