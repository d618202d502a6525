"""What the tests of webhooks, receiving, delivering and keeping house share: an installation to throw away, both
channels configured, a clock that only moves when it is told to, and the tables as plain values.
"""

import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, event, func, select

from bot.channels.console import ConsoleSender
from bot.channels.port import Arrival, Message, Sender
from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.demo.rehearsal import Rehearsal, parse_span
from bot.engine.model import Channel, Kind
from bot.installation import Installation
from bot.messaging.deliver import deliver_due
from bot.messaging.receive import receive
from bot.settings import Telegram, Twilio
from bot.store import hubs, outbox, tables, turns
from bot.store.database import Database
from kit.database import write_migrated
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN
from kit.moments import NOON

ADDRESS = "https://ear.example.org"
SECRET = "a-secret-of-ours"
PHONE = "+447911123456"
CHAT = 7001


class Sandbox(Rehearsal):
    """One installation with both channels. `say`, `tap` and `wait` speak for one resident, `arrive` for any."""

    def __init__(self, channel: Channel = Channel.SMS, *, campaigns: Path | None = None, at: datetime = NOON) -> None:
        super().__init__(channel, campaigns=campaigns, at=at, sender=PHONE if channel is Channel.SMS else str(CHAT))
        self._arrived = itertools.count(1)
        settings = replace(
            self.installation.settings,
            database_url=str(self.installation.database.url),
            public_url=ADDRESS,
            twilio=Twilio(account_sid=ACCOUNT, auth_token=TOKEN, sender=NUMBER),
            telegram=Telegram(token=BOT_TOKEN, secret=SECRET),
        )
        self.installation: Installation = replace(self.installation, settings=settings)

    def make_database(self, file: Path) -> Database:
        """A copy of a migrated database."""
        write_migrated(file)
        return Database(f"sqlite:///{file}")

    def later(self, span: str) -> None:
        """Let time pass without waking anybody."""
        self.now += parse_span(span)

    # Arrivals

    def arrive(self, text: str, sender: str = PHONE, key: str = "", **more: Any) -> bool:
        """One message, as a channel hands it over. False when it had been taken in before."""
        return receive(self.installation, self.arrival(text, sender, key, **more))

    def arrival(self, text: str, sender: str = PHONE, key: str = "", **more: Any) -> Arrival:
        channel = Channel.SMS if sender.startswith("+") else Channel.TELEGRAM
        name = key or f"k{next(self._arrived)}"
        return Arrival(**{
            "channel": channel, "key": name, "message": name, "sender": sender, "kind": Kind.TEXT, "text": text, **more,
        })  # fmt: skip

    def tell_story(self, *texts: str, sender: str = PHONE) -> None:
        """A resident who has consented and told these texts."""
        for text in ("hello", "yes", *texts):
            assert self.arrive(text, sender)

    def add_hub(self, code: str, campaign: str = "thrive", language: str = "") -> None:
        with self.installation.write() as tx:
            hubs.add(tx, hubs.Hub(code, campaign, f"Hub {code}", language))

    # What there is

    @property
    def file(self) -> Path:
        return self.folder / "var" / "openear.db"

    def rows(self, table: Table, **where: Any) -> list[dict[str, Any]]:
        """The rows of a table, oldest first."""
        query = select(table).order_by(*table.primary_key.columns)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self.installation.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]

    def count(self, table: Table) -> int:
        with self.installation.database.read() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def everything(self) -> int:
        """How many rows there are in all tables."""
        return sum(self.count(table) for table in tables.metadata.sorted_tables)

    def queued(self, sender: str = "") -> list[str]:
        """The keys of the replies that wait, those to `sender` alone where one is named."""
        return [one.key for one in self.waiting() if sender in {"", one.message.address}]

    def waiting(self) -> list[outbox.Waiting]:
        query = select(tables.outbox).where(tables.outbox.c.status.in_(outbox.WAITING)).order_by(tables.outbox.c.id)
        with self.installation.database.read() as connection:
            return [outbox.decrypted(self.installation.keys, row) for row in connection.execute(query)]

    def statuses(self) -> list[str]:
        return [row["status"] for row in self.rows(tables.outbox)]

    def words(self, *, held: bool = False) -> list[str]:
        """All texts of stories; with `held`, those that wait for a yes instead."""
        keys = self.installation.keys
        return [
            turns.read_body(keys, row["id"], row["body"])[0]
            for row in self.rows(tables.answers)
            if (row["story"] is None) is held
        ]

    def rendered(self, key: str, language: str = "en") -> str:
        """The text `key` of the campaign, as a resident reads it."""
        return self.installation.wordings["thrive"].text(key, language)

    def state(self, sender: str = PHONE) -> dict[str, Any]:
        """The conversation of one resident, as JSON."""
        channel = Channel.SMS if sender.startswith("+") else Channel.TELEGRAM
        contact = self.contact(sender, channel)
        (talk,) = self.rows(tables.conversations, contact=contact["id"])
        found: dict[str, Any] = json.loads(talk["state"])
        return found

    def contact(self, sender: str = PHONE, channel: Channel = Channel.SMS) -> dict[str, Any]:
        (row,) = self.rows(tables.contacts, hash=self.installation.keys.contact_hash(channel, sender))
        return row

    def bytes_on_disk(self) -> bytes:
        """Every byte of the data folder: database, write-ahead log and all."""
        return b"".join(path.read_bytes() for path in sorted(self.file.parent.rglob("*")) if path.is_file())

    # Ways out

    def twilio(self, url: str) -> TwilioSender:
        return TwilioSender(ACCOUNT, TOKEN, NUMBER, url, timeout_s=5)

    def telegram(self, url: str) -> TelegramSender:
        return TelegramSender(BOT_TOKEN, url, timeout_s=5)

    def deliver(self, *senders: Sender) -> int:
        """Send all that is due now. How many rows were taken."""
        ways = {sender.channel: sender for sender in senders}
        return sum(iter(lambda: deliver_due(self.installation, ways), 0))

    # Trouble

    def impatient(self) -> None:
        """SQLite gives up on a lock at once, rather than after five seconds."""
        engine = self.installation.database.engine
        engine.dispose()
        event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA busy_timeout=20"))

    def impatient_scrub(self) -> None:
        """The connection that scrubs does not wait five seconds for readers either."""
        database = self.installation.database
        with database.write() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=20")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody else holds the database."""
        self.impatient()
        other = sqlite3.connect(self.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """The disk that holds the database is not there."""
        self.installation.database.engine.dispose()
        away = self.file.parent.rename(self.file.parent.with_name("elsewhere"))
        try:
            yield
        finally:
            self.installation.database.engine.dispose()
            away.rename(self.file.parent)

    @contextmanager
    def full(self) -> Iterator[None]:
        """The disk is full."""
        engine = self.installation.database.engine
        engine.dispose()

        def no_more(connection: Any, _entry: Any) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")

        event.listen(engine, "connect", no_more)
        try:
            yield
        finally:
            event.remove(engine, "connect", no_more)
            engine.dispose()


class ScriptedSender(ConsoleSender):
    """A way out that fails as it is told: each error of `errors` once, in order; None lets one message through."""

    def __init__(self, channel: Channel = Channel.SMS, *errors: Exception | None) -> None:
        super().__init__(channel)
        self.errors = list(errors)
        self.tried: list[Message] = []

    def send(self, message: Message) -> str:
        self.tried.append(message)
        problem = self.errors.pop(0) if self.errors else None
        if problem:
            raise problem
        return super().send(message)
