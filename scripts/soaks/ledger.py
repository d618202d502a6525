"""Reads what the database holds of each resident, and counts the differences from what it must hold."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.engine.model import Channel
from bot.store import tables, turns
from bot.store.crypto import Keys
from bot.store.database import Database
from scripts.soaks.report import Report
from scripts.soaks.residents import Outcome, Resident

#: The possible states of an outbox row: waiting, or ended.
WAITING = {"queued", "sending"}
_ENDED = {"sent", "delivered", "read", "undelivered", "failed", "dropped"}


@dataclass(slots=True)
class Held:
    """What the database holds of one contact."""

    replies: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    stories: int = 0
    consents: list[tuple[str, str]] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """The same as an Outcome, to compare."""
        return Outcome(tuple(self.replies), tuple(self.words), self.stories, tuple(self.consents))


@dataclass(slots=True)
class Ledger:
    """What is held, by the keyed hash of the contact; and the hashes of all messages that were taken in."""

    keys: Keys
    contacts: dict[bytes, Held]
    seen: set[bytes]

    def of(self, phone: str) -> Held:
        """What is held of one telephone number."""
        return self.contacts.get(self.keys.contact_hash(Channel.SMS, phone), Held())

    def knows(self, sid: str) -> bool:
        """Whether a message of this id was taken in."""
        return self.keys.message_hash(Channel.SMS, sid) in self.seen


def read(database: Database, keys: Keys) -> Ledger:
    """Read everything."""
    rows = _rows(database)
    contacts = {row["id"]: Held() for row in rows["contacts"]}
    residents = {row["resident"]: contacts[row["id"]] for row in rows["contacts"]}
    of_conversation = {row["id"]: contacts[row["contact"]] for row in rows["conversations"]}
    for row in rows["outbox"]:
        contacts[row["contact"]].replies.append(row["key"])
        contacts[row["contact"]].statuses.append(row["status"])
    for row in rows["stories"]:
        of_conversation[row["conversation"]].stories += 1
    for row in rows["answers"]:
        of_conversation[row["conversation"]].words.append(turns.read_body(keys, row["id"], row["body"])[0])
    for row in rows["consents"]:
        residents[row["resident"]].consents.append((row["purpose"], row["decision"]))
    found = {row["hash"]: contacts[row["id"]] for row in rows["contacts"]}
    return Ledger(keys, found, {row["hash"] for row in rows["seen"]})


def contents(database: Database) -> dict[str, list[str]]:
    """Every row of every table except the small facts, to compare with a later moment."""
    return {
        name: sorted(repr(sorted(row.items())) for row in rows)
        for name, rows in _rows(database).items()
        if name != "facts"
    }


def waiting(database: Database) -> int:
    """How many replies wait to be sent."""
    with database.read() as connection:
        asked = "SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending')"
        return int(connection.exec_driver_sql(asked).scalar_one())


def judge(report: Report, ledger: Ledger, residents: Sequence[Resident], acknowledged: set[str]) -> None:
    """Add the promises about messages and stories to `report`."""
    texts = [text for resident in residents for text in resident.texts]
    pairs = [(resident.expected, ledger.of(resident.phone)) for resident in residents]
    report.hold("messages acknowledged", len(acknowledged), len(texts))
    report.hold("acknowledged messages lost", sum(not ledger.knows(sid) for sid in acknowledged))
    report.hold("messages taken in", len(ledger.seen), len(texts))
    report.hold("words of residents lost", sum(_missing(one.words, held.words) for one, held in pairs))
    report.hold("words of residents doubled", sum(_missing(held.words, one.words) for one, held in pairs))
    report.hold("stories", sum(held.stories for _, held in pairs), sum(one.stories for one, _ in pairs))
    report.hold("residents with a story too many or too few", sum(one.stories != held.stories for one, held in pairs))
    report.hold("replies owed and neither queued nor sent", sum(_missing(one.replies, h.replies) for one, h in pairs))
    report.hold("replies doubled", sum(_missing(held.replies, one.replies) for one, held in pairs))
    report.hold("residents whose whole outcome differs", sum(one != held.outcome for one, held in pairs))
    unknown = [status for _, held in pairs for status in held.statuses if status not in WAITING | _ENDED]
    report.hold("outbox rows neither waiting nor at an end", len(unknown))


def sound(report: Report, database: Database) -> None:
    """Add SQLite's own check of the file to `report`."""
    if database.sqlite:
        with database.read() as connection:
            report.hold("PRAGMA integrity_check", connection.exec_driver_sql("PRAGMA integrity_check").scalar(), "ok")


def _missing(wanted: Iterable[str], held: Iterable[str]) -> int:
    """How many of `wanted` are not among `held`, each counted as often as it is wanted."""
    return (Counter(wanted) - Counter(held)).total()


def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with database.read() as connection:
        for table in tables.metadata.sorted_tables:
            asked = table.select().order_by(*table.primary_key.columns)
            found[table.name] = [dict(row) for row in connection.execute(asked).mappings()]
    return found
