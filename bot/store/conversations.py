"""Loads and saves conversations and their contacts. Plain Core statements: no object graph on a webhook's path."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.engine.model import Channel, Conversation
from bot.store.crypto import Keys
from bot.store.ids import new_id, public_id
from bot.store.prepared import Prepared
from bot.store.tables import contacts, conversations
from bot.store.upsert import insert_new


@dataclass(slots=True)
class Contact:
    """Where a resident can be reached; `address` is the plain one while it is known."""

    id: int
    channel: Channel
    address: str
    resident: str
    stopped: bool
    remembered: bool  # whether the store holds the address


@dataclass(slots=True)
class Talk:
    """One row of conversations: the engine's state and what belongs to it in the store."""

    id: int
    contact: int
    conversation: Conversation
    story: int | None
    last_in: int
    new: bool = False


_FIND = Prepared(
    both=select(
        contacts.c.id,
        contacts.c.resident,
        contacts.c.stopped_at,
        contacts.c.address.is_not(None).label("remembered"),
        conversations.c.id,
        conversations.c.campaign,
        conversations.c.state,
        conversations.c.story,
        conversations.c.last_in,
    )
    .select_from(contacts.outerjoin(conversations, conversations.c.contact == contacts.c.id))
    .where(contacts.c.hash == bindparam("hash"))
)
_LOCK = select(contacts.c.id).where(contacts.c.hash == bindparam("hash")).with_for_update()
_SAVE = Prepared(
    both=update(conversations)
    .where(conversations.c.id == bindparam("talk"))
    .values(
        state=bindparam("state"), story=bindparam("story"), wake_at=bindparam("wake_at"), last_in=bindparam("last_in")
    )
)
_DUE = (
    select(conversations.c.id)
    .where(conversations.c.wake_at <= bindparam("now"))
    .order_by(conversations.c.wake_at)
    .limit(bindparam("most"))
)


def find(connection: Connection, keys: Keys, channel: Channel, address: str) -> tuple[Contact, list[Talk]]:
    """The contact at this address, made if new, and its conversations; locked until the transaction ends."""
    found = keys.contact_hash(channel, address)
    rows = _locked(connection, found)
    if not rows:
        contact = _new_contact(connection, keys, channel, address, found)
        if contact:
            return contact, []
        rows = _locked(connection, found)  # another worker was first: take what it has made
    first = rows[0]
    contact = Contact(first[0], channel, address, first[1], first[2] is not None, bool(first[3]))
    return contact, [_talk(contact.id, tuple(row[4:])) for row in rows if row[4] is not None]


def _locked(connection: Connection, found: bytes) -> Sequence[Any]:
    """The contact with its conversations, once no other worker holds it; SQLite has one writer already."""
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"hash": found})
    return _FIND.run(connection, {"hash": found}).fetchall()


def _new_contact(connection: Connection, keys: Keys, channel: Channel, address: str, found: bytes) -> Contact | None:
    """A new contact, or None where another worker has just made it."""
    contact = Contact(new_id(), channel, address, public_id(), stopped=False, remembered=True)
    values = {
        "id": contact.id,
        "hash": found,
        "channel": channel.value,
        "address": keys.encrypt(address, "contacts.address", contact.id),
        "stopped_at": None,
        "resident": contact.resident,
    }
    return contact if insert_new(connection, contacts, values) else None


def by_id(connection: Connection, keys: Keys, talk: int) -> tuple[Contact, Talk] | None:
    """One conversation with its contact, locked; None when it is gone. The address is empty where we let go of it."""
    row = connection.execute(
        select(contacts, conversations)
        .join_from(conversations, contacts, conversations.c.contact == contacts.c.id)
        .where(conversations.c.id == talk)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return None
    values = row._mapping  # noqa: SLF001 (SQLAlchemy's documented name)
    number, sealed = values[contacts.c.id], values[contacts.c.address]
    address = keys.decrypt(sealed, "contacts.address", number) if sealed else ""
    stopped = values[contacts.c.stopped_at] is not None
    channel = Channel(values[contacts.c.channel])
    contact = Contact(number, channel, address, values[contacts.c.resident], stopped, sealed is not None)
    names = ("id", "campaign", "state", "story", "last_in")
    return contact, _talk(number, tuple(values[conversations.c[name]] for name in names))


def begin(contact: Contact, campaign: str, moment: int) -> Talk:
    """A new conversation, not yet saved."""
    return Talk(new_id(), contact.id, Conversation(campaign=campaign), None, moment, new=True)


def save(connection: Connection, talk: Talk, wake_at: int | None) -> None:
    """Write a conversation as it stands after a turn."""
    state = json.dumps(talk.conversation.to_json(), ensure_ascii=False, separators=(",", ":"))
    if talk.new:
        connection.execute(
            conversations.insert(),
            {
                "id": talk.id, "contact": talk.contact, "campaign": talk.conversation.campaign, "state": state,
                "story": talk.story, "wake_at": wake_at, "last_in": talk.last_in,
            },
        )  # fmt: skip
        talk.new = False
        return
    values = {"talk": talk.id, "state": state, "story": talk.story, "wake_at": wake_at, "last_in": talk.last_in}
    _SAVE.run(connection, values)


def due(connection: Connection, now: int, most: int) -> list[int]:
    """The conversations for which time alone changes something by `now`, the longest waiting first."""
    return list(connection.execute(_DUE, {"now": now, "most": most}).scalars())


def remember_address(connection: Connection, keys: Keys, contact: Contact, *, wanted: bool) -> None:
    """Keep the address while we may have to answer; let go of it after a no or an erasure."""
    sealed = keys.encrypt(contact.address, "contacts.address", contact.id) if wanted else None
    connection.execute(update(contacts).where(contacts.c.id == contact.id).values(address=sealed))
    contact.remembered = wanted


def set_stopped(connection: Connection, contact: int, moment: int | None) -> None:
    """Remember a stop, or that the resident opened again."""
    connection.execute(update(contacts).where(contacts.c.id == contact).values(stopped_at=moment))


def _talk(contact: int, row: tuple[Any, ...]) -> Talk:
    number, _campaign, state, story, last_in = row
    return Talk(number, contact, Conversation.from_json(json.loads(state)), story, last_in)
