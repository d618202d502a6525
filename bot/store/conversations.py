"""Loads and saves conversations and their contacts, with Core statements rather than the ORM: webhooks wait for it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.engine.model import Channel, Conversation
from bot.store.ids import new_id, public_id
from bot.store.prepared import Prepared
from bot.store.tables import contacts, conversations
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new


@dataclass(slots=True)
class Contact:
    """Where a resident can be reached. `address` is decrypted; empty where the store no longer has it."""

    id: int
    channel: Channel
    address: str
    resident: str
    stopped: bool
    remembered: bool  # whether the store has the address


@dataclass(slots=True)
class StoredConversation:
    """One row of `conversations`: the engine's state, and what the store keeps with it."""

    id: int
    contact: int
    state: Conversation
    story: int | None  # the open or last story
    last_in: datetime  # when the resident last wrote
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
    .where(conversations.c.id == bindparam("number"))
    .values(
        state=bindparam("state"), story=bindparam("story"), wake_at=bindparam("wake_at"), last_in=bindparam("last_in")
    )
)
_DUE = (
    select(conversations.c.id)
    .where(conversations.c.wake_at <= bindparam("until"))
    .order_by(conversations.c.wake_at)
    .limit(bindparam("limit"))
)


def find_or_add(tx: Transaction, channel: Channel, address: str) -> tuple[Contact, list[StoredConversation]]:
    """The contact at this address, added if new, and its conversations; locked until the transaction ends."""
    contact_hash = tx.keys.contact_hash(channel, address)
    rows = _locked(tx, contact_hash)
    if not rows:
        contact = _new_contact(tx, channel, address, contact_hash)
        if contact:
            return contact, []
        rows = _locked(tx, contact_hash)  # another worker was first: use the row that it added
    first = rows[0]
    contact = Contact(first[0], channel, address, first[1], first[2] is not None, bool(first[3]))
    return contact, [_stored(contact.id, tuple(row[4:])) for row in rows if row[4] is not None]


def _locked(tx: Transaction, contact_hash: bytes) -> Sequence[Any]:
    """The contact with its conversations, locked; SQLite needs no lock, because it has one writer."""
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(_LOCK, {"hash": contact_hash})
    return _FIND.fetch(tx.connection, {"hash": contact_hash})


def _new_contact(tx: Transaction, channel: Channel, address: str, contact_hash: bytes) -> Contact | None:
    """Add a contact; None if another worker has just added it."""
    contact = Contact(new_id(), channel, address, public_id(), stopped=False, remembered=True)
    values = {
        "id": contact.id,
        "hash": contact_hash,
        "channel": channel.value,
        "address": tx.keys.encrypt(address, "contacts.address", contact.id),
        "stopped_at": None,
        "resident": contact.resident,
    }
    return contact if insert_new(tx.connection, contacts, values) else None


def by_id(tx: Transaction, number: int) -> tuple[Contact, StoredConversation] | None:
    """One conversation with its contact, locked; None if it no longer exists."""
    row = tx.connection.execute(
        select(contacts, conversations)
        .join_from(conversations, contacts, conversations.c.contact == contacts.c.id)
        .where(conversations.c.id == number)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return None
    values = row._mapping  # noqa: SLF001 (SQLAlchemy's documented name)
    contact_id, sealed = values[contacts.c.id], values[contacts.c.address]
    address = tx.keys.decrypt(sealed, "contacts.address", contact_id) if sealed else ""
    stopped = values[contacts.c.stopped_at] is not None
    channel = Channel(values[contacts.c.channel])
    contact = Contact(contact_id, channel, address, values[contacts.c.resident], stopped, sealed is not None)
    names = ("id", "campaign", "state", "story", "last_in")
    return contact, _stored(contact_id, tuple(values[conversations.c[name]] for name in names))


def contact_id(tx: Transaction, channel: Channel, address: str) -> int | None:
    """The id of the contact at this address; None if it never wrote."""
    same = contacts.c.hash == tx.keys.contact_hash(channel, address)
    return tx.connection.execute(select(contacts.c.id).where(same)).scalar()


def of_contact(tx: Transaction, contact: int) -> list[StoredConversation]:
    """The conversations of one contact, locked until the transaction ends."""
    query = select(conversations).where(conversations.c.contact == contact).with_for_update()
    names = ("id", "campaign", "state", "story", "last_in")
    return [_stored(contact, tuple(row[name] for name in names)) for row in tx.connection.execute(query).mappings()]


def begin(tx: Transaction, contact: Contact, campaign: str) -> StoredConversation:
    """A new conversation, not yet saved."""
    return StoredConversation(new_id(), contact.id, Conversation(campaign=campaign), None, tx.now, new=True)


def save(tx: Transaction, conversation: StoredConversation, wake_at: datetime | None) -> None:
    """Write a conversation after a turn. `wake_at` is when time alone changes it next."""
    state = json.dumps(conversation.state.to_json(), ensure_ascii=False, separators=(",", ":"))
    if conversation.new:
        tx.connection.execute(
            conversations.insert(),
            {
                "id": conversation.id,
                "contact": conversation.contact,
                "campaign": conversation.state.campaign,
                "state": state,
                "story": conversation.story,
                "wake_at": wake_at,
                "last_in": conversation.last_in,
            },
        )
        conversation.new = False
        return
    values = {
        "number": conversation.id,
        "state": state,
        "story": conversation.story,
        "wake_at": wake_at,
        "last_in": conversation.last_in,
    }
    _SAVE.run(tx.connection, values)


def due(tx: Transaction, until: datetime, limit: int) -> list[int]:
    """The ids of conversations that are to be woken by `until`, the longest waiting first."""
    return list(tx.connection.execute(_DUE, {"until": until, "limit": limit}).scalars())


def remember_address(tx: Transaction, contact: Contact, *, keep: bool) -> None:
    """Store the contact's address (`keep`) while it may need an answer, or remove it after a no or an erasure."""
    sealed = tx.keys.encrypt(contact.address, "contacts.address", contact.id) if keep else None
    tx.connection.execute(update(contacts).where(contacts.c.id == contact.id).values(address=sealed))
    contact.remembered = keep


def set_stopped(tx: Transaction, contact: int) -> None:
    """Record that the resident stopped every campaign."""
    tx.connection.execute(update(contacts).where(contacts.c.id == contact).values(stopped_at=tx.now))


def clear_stopped(tx: Transaction, contact: int) -> None:
    """Record that the resident started again."""
    tx.connection.execute(update(contacts).where(contacts.c.id == contact).values(stopped_at=None))


def _stored(contact: int, row: tuple[Any, ...]) -> StoredConversation:
    number, _campaign, state, story, last_in = row
    return StoredConversation(number, contact, Conversation.from_json(json.loads(state)), story, last_in)
