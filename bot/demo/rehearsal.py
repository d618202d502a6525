"""A rehearsal: one resident and the real engine, store and outbox, with a temporary database and a clock to move.

Nothing is sent, and nothing is kept. `openear chat`, the transcripts and the benches are rehearsals.
"""

import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Row, select

from bot.campaigns import load_campaigns
from bot.channels.port import Arrival
from bot.demo.wakes import wake_until
from bot.engine.model import Channel, Kind
from bot.installation import Installation
from bot.language.catalogue import Catalogues
from bot.language.wording import Wording
from bot.messaging.receive import receive
from bot.settings import Settings
from bot.store import keyring, outbox
from bot.store.database import Database
from bot.store.tables import metadata
from bot.store.tables import outbox as outbox_table

_SPAN = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply: its key, as in transcripts, and the text that would be sent."""

    key: str
    text: str
    buttons: tuple[tuple[str, str], ...]


class Rehearsal:
    """One invented resident on one channel."""

    def __init__(
        self,
        channel: Channel = Channel.SMS,
        *,
        campaigns: Path | None = None,
        at: datetime | None = None,
        sender: str = "",
    ) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="openear-")
        self.folder = folder = Path(self._temporary.name)
        keyring.make(folder / "keys" / "openear.keys")
        self.now = at or datetime(2026, 11, 21, 12, tzinfo=UTC)
        database = self.make_database(folder / "var" / "openear.db")
        self.installation = Installation(
            settings=Settings(database_url="", keyring=folder / "keys" / "openear.keys"),
            database=database,
            keys=keyring.read(folder / "keys" / "openear.keys", database.folder()),
            clock=lambda: self.now,
            loaded=_loaded(campaigns),
        )
        self.channel = channel
        self.sender = sender or ("+447911123456" if channel is Channel.SMS else "7001")
        self.hint = ""
        self._count = 0
        self._read = 0

    def make_database(self, file: Path) -> Database:
        """An empty database with all tables."""
        database = Database(f"sqlite:///{file}")
        metadata.create_all(database.engine)
        return database

    def say(self, text: str, *, kind: Kind = Kind.TEXT, start: str | None = None, carrier: str = "") -> list[Heard]:
        """Send one message; returns the replies. `start` is the payload of a Telegram link."""
        self._count += 1
        self._receive(
            Arrival(
                channel=self.channel,
                key=f"m{self._count}",
                message=f"m{self._count}",
                sender=self.sender,
                kind=kind,
                text=text,
                hint=self.hint,
                started=start is not None,
                payload=start or "",
                carrier=carrier,
            )
        )
        return self._heard()

    def edit(self, back: int, text: str) -> list[Heard]:
        """Edit the message sent `back` messages ago (1 is the last)."""
        self._receive(
            Arrival(
                channel=self.channel,
                key=f"m{self._count - back + 1}:edit:{self.now.timestamp()}",
                message=f"m{self._count - back + 1}",
                sender=self.sender,
                kind=Kind.EDIT,
                text=text,
            )
        )
        return self._heard()

    def tap(self, button: str) -> list[Heard]:
        """Tap a button."""
        self._count += 1
        self._receive(
            Arrival(
                channel=self.channel,
                key=f"cb:{self._count}",
                sender=self.sender,
                kind=Kind.BUTTON,
                button=button,
                callback=str(self._count),
            )
        )
        return self._heard()

    def wait(self, span: str) -> list[Heard]:
        """Let time pass (`3m`, `24h`, `8d`); returns the replies."""
        for _conversation in wake_until(self.installation, self.now + parse_span(span), self._move_to):
            pass
        return self._heard()

    def close(self) -> None:
        """Delete everything."""
        self.installation.database.close()
        self._temporary.cleanup()

    def _move_to(self, moment: datetime) -> None:
        self.now = moment

    def _receive(self, arrival: Arrival) -> None:
        self.now += timedelta(milliseconds=10)
        receive(self.installation, arrival)

    def _heard(self) -> list[Heard]:
        """The replies queued since the last call, without the acknowledgements of taps."""
        query = select(outbox_table).where(outbox_table.c.id > self._read).order_by(outbox_table.c.id)
        with self.installation.read() as tx:
            rows = tx.connection.execute(query).all()
        if rows:
            self._read = rows[-1].id
        return [self._read_row(row) for row in rows if row.key != "tap" and row.status != "dropped"]

    def _read_row(self, row: Row) -> Heard:  # type: ignore[type-arg]
        message = outbox.decrypted(self.installation.keys, row).message
        return Heard(row.key, message.text, message.buttons)


@cache
def _loaded(folder: Path | None) -> tuple[dict[str, Wording], Catalogues]:
    """The campaigns of `folder`, read once a process."""
    return load_campaigns(folder, drafts=True)


def parse_span(span: str) -> timedelta:
    """`90s`, `3m`, `24h`, `8d`, or several: `1d 2h`. Raises ValueError."""
    found = _SPAN.findall(span)
    if not found or _SPAN.sub("", span).strip():
        raise ValueError(f"{span!r} is not a length of time; write it like 90s, 3m, 24h or 8d")
    return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in found), timedelta())
