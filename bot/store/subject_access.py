"""Everything stored about one resident, table by table, decrypted: for a request under UK GDPR, Article 15.

A test names every table, and why its rows are in here or not.
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


@dataclass(frozen=True, slots=True)
class Said:
    """One text, or one answer to a list."""

    step: str
    text: str
    codes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class StoryDownload:
    """One download that holds a story: the role of the person who has it, not their name."""

    role: str
    format: str
    at: datetime


@dataclass(slots=True)
class StoryHeld:
    """One story, with its marks and downloads."""

    public: str
    campaign: str
    hub: str
    language: str
    began_at: datetime
    may_quote: str
    may_recontact: str
    said: list[Said] = field(default_factory=list)
    marks: tuple[Mark, ...] = ()
    downloads: list[StoryDownload] = field(default_factory=list)


@dataclass(slots=True)
class Subject:
    """Everything about one contact."""

    resident: str
    channel: str
    address_kept: bool  # whether the store has the address
    stopped_at: datetime | None
    conversations: list[dict[str, Any]] = field(default_factory=list)
    stories: list[StoryHeld] = field(default_factory=list)
    waiting: list[Said] = field(default_factory=list)  # texts that wait for a yes
    consents: list[Consent] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)


def of_contact(tx: Transaction, contact_hash: bytes) -> Subject | None:
    """Everything about the contact with this keyed hash; None if it never wrote."""
    contact = tx.connection.execute(select(contacts).where(contacts.c.hash == contact_hash)).one_or_none()
    if contact is None:
        return None
    subject = Subject(contact.resident, contact.channel, contact.address is not None, contact.stopped_at)
    rows = tx.connection.execute(select(conversations).where(conversations.c.contact == contact.id)).all()
    numbers = [row.id for row in rows]
    subject.conversations = [{"campaign": row.campaign, "state": row.state, "last_in": row.last_in} for row in rows]
    subject.stories = _stories(tx, numbers)
    subject.waiting = _said(tx, answers.c.conversation.in_(numbers), answers.c.story.is_(None))
    subject.consents = consents.of_resident(tx, contact.resident)
    subject.flags = _flags(tx, numbers)
    subject.sent = _sent(tx, contact.id)
    return subject


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
            [StoryDownload(one.role, one.format, one.at) for one in downloads.holding(tx, row.public)],
        )
        for row in rows
    ]


def _said(tx: Transaction, *conditions: Any) -> list[Said]:
    rows = tx.connection.execute(select(answers).where(*conditions).order_by(answers.c.at, answers.c.id))
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
    """The messages to this contact: keys and moments. The outbox keeps no text of a sent message."""
    rows = tx.connection.execute(select(outbox).where(outbox.c.contact == contact).order_by(outbox.c.id))
    return [{"key": row.key, "status": row.status, "asked_at": row.asked_at, "sent_at": row.sent_at} for row in rows]
