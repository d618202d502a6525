"""Everything that is stored about one person, table by table, decrypted: for a request under UK GDPR, Article 15.

`COVERED` and `APART` name every table there is; a test fails when a new one is in
neither, so that no table is forgotten.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.store import consents, downloads, marks
from bot.store.consents import Consent
from bot.store.marks import Mark
from bot.store.tables import answers, contacts, conversations, flags, outbox, stories
from bot.store.transaction import Transaction
from bot.store.turns import read_body

COVERED = frozenset(
    {
        "contacts",
        "conversations",
        "stories",
        "answers",
        "wordings",
        "consents",
        "outbox",
        "flags",
        "downloads",
        "marks",
        "download_stories",
    }
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
    """One text or answer."""

    step: str
    text: str
    codes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """One download that held a story: what sort of person has it, not who."""

    role: str
    format: str
    at: datetime


@dataclass(slots=True)
class StoryHeld:
    """One story, with who downloaded it."""

    public: str
    campaign: str
    hub: str
    language: str
    began_at: datetime
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
    stopped_at: datetime | None
    conversations: list[dict[str, Any]] = field(default_factory=list)
    stories: list[StoryHeld] = field(default_factory=list)
    waiting: list[Said] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)


def of_contact(tx: Transaction, contact_hash: bytes) -> Subject | None:
    """Everything about the contact with this keyed hash; None where we never heard of it."""
    contact = tx.connection.execute(select(contacts).where(contacts.c.hash == contact_hash)).one_or_none()
    if contact is None:
        return None
    found = Subject(contact.resident, contact.channel, contact.address is not None, contact.stopped_at)
    rows = tx.connection.execute(select(conversations).where(conversations.c.contact == contact.id)).all()
    numbers = [row.id for row in rows]
    found.conversations = [{"campaign": row.campaign, "state": row.state, "last_in": row.last_in} for row in rows]
    found.stories = _stories(tx, numbers)
    found.waiting = _said(tx, answers.c.conversation.in_(numbers), answers.c.story.is_(None))
    found.consents = consents.of_resident(tx, contact.resident)
    found.flags = _flags(tx, numbers)
    found.sent = _sent(tx, contact.id)
    return found


def _stories(tx: Transaction, numbers: list[int]) -> list[StoryHeld]:
    rows = tx.connection.execute(
        select(stories).where(stories.c.conversation.in_(numbers)).order_by(stories.c.id)
    ).all()
    marked = marks.of_stories(tx, [row.id for row in rows])
    return [
        StoryHeld(
            row.public,
            row.campaign,
            row.hub,
            row.language,
            row.began_at,
            row.may_quote,
            row.may_recontact,
            _said(tx, answers.c.story == row.id),
            marked.get(row.id, ()),
            [Taken(one.role, one.format, one.at) for one in downloads.holding(tx, row.public)],
        )
        for row in rows
    ]


def _said(tx: Transaction, *which: Any) -> list[Said]:
    rows = tx.connection.execute(select(answers).where(*which).order_by(answers.c.at, answers.c.id))
    return [Said(row.step, *read_body(tx.keys, row.id, row.body), row.at) for row in rows]


def _flags(tx: Transaction, numbers: list[int]) -> list[dict[str, Any]]:
    rows = tx.connection.execute(select(flags).where(flags.c.conversation.in_(numbers)).order_by(flags.c.id))
    return [
        {
            "tier": row.tier,
            "at": row.at,
            "status": row.status,
            "decision": row.decision,
            "words": tx.keys.decrypt(row.evidence, "flags.evidence", row.id) if row.evidence else "",
        }
        for row in rows
    ]


def _sent(tx: Transaction, contact: int) -> list[dict[str, Any]]:
    """What we sent: keys and moments. Texts are not kept once they are sent."""
    rows = tx.connection.execute(select(outbox).where(outbox.c.contact == contact).order_by(outbox.c.id))
    return [{"key": row.key, "status": row.status, "asked_at": row.asked_at, "sent_at": row.sent_at} for row in rows]
