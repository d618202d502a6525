"""The database of the code that landed first: restored, upgraded, opened; and what that code said of it.

`tests/store/landed/README.md` says how it was made, and what is in it.
"""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from bot.channels.console import ConsoleSender
from bot.channels.telegram import inbound as telegram
from bot.channels.twilio import inbound as twilio
from bot.engine.model import Channel
from bot.installation import Installation
from bot.messaging.deliver import deliver_due
from bot.messaging.receive import receive
from bot.settings import Settings
from bot.store import conversations, keyring, migrations, tables
from bot.store.conversations import Contact, StoredConversation
from bot.store.database import Database
from bot.store.turns import read_body
from kit.campaigns import OURS, load_campaigns

TESTS = Path(__file__).parents[1]
LANDED = TESTS / "store" / "landed"
Json = dict[str, Any]


def _lines(name: str) -> list[Json]:
    text = gzip.decompress((LANDED / name).read_bytes()).decode()
    return [json.loads(line) for line in text.split("\n") if line]


EXPECTED: Json = json.loads((LANDED / "expected.json").read_text(encoding="utf-8"))
#: Each exported story: its rows and lines, for the roles `raw` and `organiser`.
STORIES = _lines("stories.jsonl.gz")
#: Each conversation: who, where it stands, and the words that wait for a yes.
TALKS = _lines("conversations.jsonl.gz")
NOW = datetime.fromisoformat(EXPECTED["now"])


@dataclass
class Clock:
    """Moves when it is told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Upgraded:
    """The upgraded installation, its clock and its ways out."""

    installation: Installation
    clock: Clock
    senders: dict[Channel, ConsoleSender]

    def rows(self, table: Table, **where: object) -> list[Any]:
        """The rows of a table, in order."""
        query = select(table).filter_by(**where).order_by(*table.primary_key.columns)
        with self.installation.read() as tx:
            return list(tx.connection.execute(query))

    def words(self, **where: object) -> list[str]:
        """Texts of residents, decrypted."""
        return [read_body(self.installation.keys, row.id, row.body)[0] for row in self.rows(tables.answers, **where)]

    def talk(self, landed: Json) -> tuple[Contact, StoredConversation]:
        """Contact and conversation, as the next message of this resident would find them."""
        with self.installation.write() as tx:
            contact, known = conversations.find_or_add(tx, Channel(landed["channel"]), landed["address"])
        return contact, next(one for one in known if one.state.campaign == landed["campaign"])

    def say(self, landed: Json, text: str, number: int, **more: Any) -> bool:
        """One text of a resident, as the channels' own parsers read it; `more` makes an edit of it (Telegram)."""
        if landed["channel"] == "sms":
            arrival = twilio.text_arrival(sid=f"SM{number:032x}", sender=landed["address"], body=text, media=0)
        else:
            chat, at = int(landed["address"]), int(self.clock.now.timestamp())
            person = {"id": chat, "is_bot": False, "first_name": "Invented"}
            message = {"message_id": number, "date": at, "chat": {"id": chat, "type": "private"}, "from": person}
            name = "edited_message" if more else "message"
            arrival = telegram.parse({"update_id": number, name: message | {"text": text} | more})
        return receive(self.installation, arrival)

    def deliver(self) -> None:
        """Send all that is due."""
        while deliver_due(self.installation, self.senders):
            pass


def named(name: str) -> Json:
    """The first conversation of this name."""
    return next(talk for talk in TALKS if talk["name"].startswith(name))


def opened(folder: Path) -> Upgraded:
    """The installation in `folder`."""
    database = Database(_url(folder))
    wordings, catalogues = load_campaigns(drafts=True)
    others, _ = load_campaigns(OURS, drafts=True)
    path, clock = folder / "keys" / "openear.keys", Clock()
    settings = Settings(database_url=str(database.url), keyring=path)
    keys = keyring.read(path, database.folder())
    installation = Installation(settings, database, keys, clock, ({**wordings, **others}, catalogues))
    return Upgraded(installation, clock, {channel: ConsoleSender(channel) for channel in Channel})


def restore(folder: Path) -> None:
    """Put keyring and database into `folder`, and bring the database to the newest revision."""
    for name in ("var", "keys"):
        (folder / name).mkdir()
    shutil.copy(LANDED / "openear.keys", folder / "keys")
    (folder / "keys" / "openear.keys").chmod(0o600)
    with closing(sqlite3.connect(folder / "var" / "openear.db")) as raw:
        raw.executescript(_dump())
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(EXPECTED["revision"],)]
    database = Database(_url(folder))
    migrations.upgrade(database)
    database.close()


@contextmanager
def as_it_landed() -> Iterator[sqlite3.Connection]:
    """The landed database before any upgrade, in memory."""
    with closing(sqlite3.connect(":memory:")) as raw:
        raw.executescript(_dump())
        yield raw


def _dump() -> str:
    return gzip.decompress((LANDED / "database.sql.gz").read_bytes()).decode()


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'var' / 'openear.db'}"
