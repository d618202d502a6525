"""Erasure in the tables: everything of one contact, one story, or what is past its keeping period.

What remains is free of content: keyed hashes, tombstones, and the fact of consent and withdrawal (law 7). Whoever
calls these functions empties the write-ahead log afterwards (`Database.scrub`).
"""

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.store import facts, outbox
from bot.store.tables import answers, consents, contacts, conversations, flags, marks, stories, tombstones
from bot.store.tables import outbox as outbox_table
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new


def erase_contact(tx: Transaction, contact: int, day: str) -> list[str]:
    """Erase all that this contact wrote, in every campaign. Returns the public ids of the erased stories."""
    numbers = list(
        tx.connection.execute(select(conversations.c.id).where(conversations.c.contact == contact)).scalars()
    )
    erased = _erase_stories(tx, stories.c.conversation.in_(numbers), day)
    tx.connection.execute(delete(answers).where(answers.c.conversation.in_(numbers)))
    resident = select(contacts.c.resident).where(contacts.c.id == contact).scalar_subquery()
    tx.connection.execute(update(consents).where(consents.c.resident == resident).values(evidence=None))
    emptied = {"evidence": None, "address": None, "conversation": None}
    tx.connection.execute(update(flags).where(flags.c.conversation.in_(numbers)).values(**emptied))
    outbox.erase(tx, contact)
    tx.connection.execute(update(contacts).where(contacts.c.id == contact).values(address=None))
    tx.connection.execute(update(conversations).where(conversations.c.contact == contact).values(story=None))
    facts.put(tx, facts.SCRUB, "1")
    return erased


def erase_story(tx: Transaction, public: str, day: str) -> bool:
    """Erase one story by its public id; False if it does not exist."""
    row = tx.connection.execute(select(stories.c.id).where(stories.c.public == public)).one_or_none()
    if row is None:
        return False
    tx.connection.execute(update(conversations).where(conversations.c.story == row.id).values(story=None))
    told_in = select(stories.c.conversation).where(stories.c.id == row.id).scalar_subquery()
    tx.connection.execute(update(flags).where(flags.c.conversation == told_in).values(evidence=None, address=None))
    _erase_stories(tx, stories.c.id == row.id, day)
    facts.put(tx, facts.SCRUB, "1")
    return True


def purge_stories(tx: Transaction, campaign: str, before: datetime, day: str) -> int:
    """Erase the stories that began before a moment, and count them. `day` is written on their tombstones."""
    old = list(
        tx.connection.execute(
            select(stories.c.id).where(stories.c.campaign == campaign, stories.c.began_at < before)
        ).scalars()
    )
    tx.connection.execute(update(conversations).where(conversations.c.story.in_(old)).values(story=None))
    _erase_stories(tx, stories.c.id.in_(old), day)
    if old:
        facts.put(tx, facts.SCRUB, "1")
    return len(old)


def purge_drafts(tx: Transaction, before: datetime) -> int:
    """Remove the texts that have waited for a yes since before a moment, and count them."""
    waiting = answers.c.story.is_(None), answers.c.at < before
    removed = tx.connection.execute(delete(answers).where(*waiting)).rowcount
    if removed:
        facts.put(tx, facts.SCRUB, "1")
    return removed


def purge_addresses(tx: Transaction, campaign: str, before: datetime) -> int:
    """Remove the addresses of residents silent since before a moment, unless they agreed to be contacted again."""
    agreed = (
        select(conversations.c.contact)
        .join(stories, stories.c.conversation == conversations.c.id)
        .where(stories.c.may_recontact == "yes")
    )
    quiet = select(conversations.c.contact).where(
        conversations.c.campaign == campaign, conversations.c.last_in < before, conversations.c.contact.not_in(agreed)
    )
    busy = select(conversations.c.contact).where(conversations.c.last_in >= before)
    waiting = select(outbox_table.c.contact).where(outbox_table.c.status.in_(outbox.WAITING))
    past = contacts.c.id.in_(quiet), contacts.c.id.not_in(busy), contacts.c.id.not_in(waiting)
    removed = tx.connection.execute(
        update(contacts).where(*past, contacts.c.address.is_not(None)).values(address=None)
    ).rowcount
    if removed:
        facts.put(tx, facts.SCRUB, "1")
    return removed


def purge_other_addresses(tx: Transaction) -> int:
    """Remove the addresses of contacts without a conversation: groups that were answered once, alerted leads."""
    residents = select(conversations.c.contact)
    waiting = select(outbox_table.c.contact).where(outbox_table.c.status.in_(outbox.WAITING))
    others = contacts.c.address.is_not(None), contacts.c.id.not_in(residents), contacts.c.id.not_in(waiting)
    return tx.connection.execute(update(contacts).where(*others).values(address=None)).rowcount


def purge_outbox(tx: Transaction, before: datetime, stale: datetime) -> int:
    """Remove finished messages asked for before `before`, and count them.

    Removes replies too that a limit has held since before `stale`: they are too late to answer anything.
    """
    held = outbox_table.c.status.in_(outbox.WAITING), outbox_table.c.error.like(f"{outbox.HELD}%")
    tx.connection.execute(delete(outbox_table).where(*held, outbox_table.c.asked_at < stale))
    old = outbox_table.c.status.not_in(outbox.WAITING), outbox_table.c.asked_at < before
    return tx.connection.execute(delete(outbox_table).where(*old)).rowcount


def _erase_stories(tx: Transaction, which: object, day: str) -> list[str]:
    columns = (stories.c.id, stories.c.public, stories.c.campaign, stories.c.conversation)
    rows = tx.connection.execute(select(*columns).where(which)).all()  # type: ignore[arg-type]
    ids = [row.id for row in rows]
    for row in rows:
        insert_new(tx.connection, tombstones, {"story": row.public, "campaign": row.campaign, "erased_on": day})
    tx.connection.execute(delete(answers).where(answers.c.story.in_(ids)))
    tx.connection.execute(delete(marks).where(marks.c.story.in_(ids)))
    publics = [row.public for row in rows]
    tx.connection.execute(update(consents).where(consents.c.story.in_(publics)).values(evidence=None))
    tx.connection.execute(delete(stories).where(stories.c.id.in_(ids)))
    return publics
