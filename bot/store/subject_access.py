"""Everything that is stored about one person, table by table, decrypted: for a request under UK GDPR, Article 15.

`COVERED` and `APART` name every table there is; a test fails when a new one is in
neither, so that no table is forgotten.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bot.store import consents, downloads, marks
from bot.store.consents import Entry
from bot.store.crypto import Keys
from bot.store.marks import Mark
from bot.store.tables import answers, contacts, conversations, flags, outbox, stories
from bot.store.turns import read_body

COVERED = frozenset(
    {"contacts", "conversations", "stories", "answers", "wordings", "consents", "outbox", "flags", "downloads", "marks"}
)
#: Tables without a row that is about a resident, or whose rows nobody can tie to one.
APART = {
    "seen": "keyed hashes of messages; they name nobody, and nobody can be found by them",
    "tombstones": "ids of erased stories, tied to nobody",
    "complaints": "not tied to a contact; whoever complained knows its number",
    "hubs": "organisations",
    "organisers": "people who work here",
    "tokens": "of people who work here",
    "alerts": "of people who work here",
    "audit": "what people who work here did; names stories by id only",
    "facts": "about the installation",
    "spending": "sums",
    "sendings": "how many messages went to a contact on a day; gone after 30 days",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One text or answer. Moments are microseconds."""

    step: str
    text: str
    codes: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Taken:
    """One download that held a story: what sort of person has it, not who. `at` in microseconds."""

    role: str
    format: str
    at: int


@dataclass(slots=True)
class StoryHeld:
    """One story, with who downloaded it."""

    public: str
    campaign: str
    hub: str
    language: str
    began_at: int
    may_quote: str
    may_recontact: str
    said: list[Said] = field(default_factory=list)
    marks: tuple[Mark, ...] = ()
    downloads: list[Taken] = field(default_factory=list)


@dataclass(slots=True)
class Subject:
    """All that is held about one contact."""

    resident: str
    channel: str
    address_kept: bool
    stopped_at: int | None
    conversations: list[dict[str, Any]] = field(default_factory=list)
    stories: list[StoryHeld] = field(default_factory=list)
    waiting: list[Said] = field(default_factory=list)
    consents: list[Entry] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)


def of_contact(connection: Connection, keys: Keys, contact_hash: bytes) -> Subject | None:
    """Everything about the contact with this keyed hash; None where we never heard of it."""
    contact = connection.execute(select(contacts).where(contacts.c.hash == contact_hash)).one_or_none()
    if contact is None:
        return None
    found = Subject(contact.resident, contact.channel, contact.address is not None, contact.stopped_at)
    talks = connection.execute(select(conversations).where(conversations.c.contact == contact.id)).all()
    numbers = [talk.id for talk in talks]
    found.conversations = [
        {"campaign": talk.campaign, "state": talk.state, "last_in": talk.last_in} for talk in talks
    ]  # fmt: skip
    found.stories = _stories(connection, keys, numbers)
    found.waiting = _said(connection, keys, answers.c.conversation.in_(numbers), answers.c.story.is_(None))
    found.consents = consents.of_resident(connection, keys, contact.resident)
    found.flags = _flags(connection, keys, numbers)
    found.sent = _sent(connection, contact.id)
    return found


def _stories(connection: Connection, keys: Keys, talks: list[int]) -> list[StoryHeld]:
    rows = connection.execute(select(stories).where(stories.c.conversation.in_(talks)).order_by(stories.c.id)).all()
    marked = marks.of_stories(connection, keys, [row.id for row in rows])
    return [
        StoryHeld(
            row.public, row.campaign, row.hub, row.language, row.began_at, row.may_quote, row.may_recontact,
            _said(connection, keys, answers.c.story == row.id), marked.get(row.id, ()),
            [Taken(one.role, one.format, one.at) for one in downloads.holding(connection, row.public)],
        )
        for row in rows
    ]  # fmt: skip


def _said(connection: Connection, keys: Keys, *which: Any) -> list[Said]:
    rows = connection.execute(select(answers).where(*which).order_by(answers.c.at, answers.c.id))
    return [Said(row.step, *read_body(keys, row.id, row.body), row.at) for row in rows]


def _flags(connection: Connection, keys: Keys, talks: list[int]) -> list[dict[str, Any]]:
    rows = connection.execute(select(flags).where(flags.c.conversation.in_(talks)).order_by(flags.c.id))
    return [
        {
            "tier": row.tier, "at": row.at, "status": row.status, "decision": row.decision,
            "words": keys.decrypt(row.evidence, "flags.evidence", row.id) if row.evidence else "",
        }
        for row in rows
    ]  # fmt: skip


def _sent(connection: Connection, contact: int) -> list[dict[str, Any]]:
    """What we sent: keys and moments. Texts are not kept once they are sent."""
    rows = connection.execute(select(outbox).where(outbox.c.contact == contact).order_by(outbox.c.id))
    return [{"key": row.key, "status": row.status, "asked_at": row.asked_at, "sent_at": row.sent_at} for row in rows]
