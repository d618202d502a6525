"""Erasure in the tables: everything of one contact, or what is past its keeping period.

Rows go; what remains is free of content: the keyed ids, tombstones, and the fact of consent and withdrawal (law 7).
The caller empties the write-ahead log afterwards (`Database.scrub`).
"""

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.store import facts, outbox
from bot.store.tables import (
    answers,
    consents,
    contacts,
    conversations,
    flags,
    marks,
    stories,
    tombstones,
)
from bot.store.tables import (
    outbox as outbox_table,
)
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new


def erase_contact(tx: Transaction, contact: int, day: str) -> list[str]:
    """Erase all that this contact told us, in every campaign. Returns the public ids of the stories that are gone."""
    numbers = list(
        tx.connection.execute(select(conversations.c.id).where(conversations.c.contact == contact)).scalars()
    )
    gone = _erase_stories(tx, stories.c.conversation.in_(numbers), day)
    tx.connection.execute(delete(answers).where(answers.c.conversation.in_(numbers)))
    resident = select(contacts.c.resident).where(contacts.c.id == contact).scalar_subquery()
    tx.connection.execute(update(consents).where(consents.c.resident == resident).values(evidence=None))
    gone_too = {"evidence": None, "address": None, "conversation": None}
    tx.connection.execute(update(flags).where(flags.c.conversation.in_(numbers)).values(**gone_too))
    outbox.erase(tx, contact)
    tx.connection.execute(update(contacts).where(contacts.c.id == contact).values(address=None))
    tx.connection.execute(update(conversations).where(conversations.c.contact == contact).values(story=None))
    facts.put(tx, facts.SCRUB, "1")
    return gone


def erase_story(tx: Transaction, public: str, day: str) -> bool:
    """Erase one story by its public id; False when there is none."""
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
    """Erase the stories that began before a moment: past the campaign's keeping period."""
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
    """Remove texts that never got a yes and have waited since before a moment."""
    waiting = answers.c.story.is_(None), answers.c.at < before
    removed = tx.connection.execute(delete(answers).where(*waiting)).rowcount
    if removed:
        facts.put(tx, facts.SCRUB, "1")
    return removed


def purge_addresses(tx: Transaction, campaign: str, before: datetime) -> int:
    """Let go of the addresses of people silent since before a moment, unless they agreed to be contacted again."""
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
    mine = contacts.c.id.in_(quiet), contacts.c.id.not_in(busy), contacts.c.id.not_in(waiting)
    removed = tx.connection.execute(
        update(contacts).where(*mine, contacts.c.address.is_not(None)).values(address=None)
    ).rowcount
    if removed:
        facts.put(tx, facts.SCRUB, "1")
    return removed


def purge_other_addresses(tx: Transaction) -> int:
    """Let go of addresses that nobody numbers at: groups that were answered once, people who are told of flags."""
    talking = select(conversations.c.contact)
    waiting = select(outbox_table.c.contact).where(outbox_table.c.status.in_(outbox.WAITING))
    which = contacts.c.address.is_not(None), contacts.c.id.not_in(talking), contacts.c.id.not_in(waiting)
    return tx.connection.execute(update(contacts).where(*which).values(address=None)).rowcount


def purge_outbox(tx: Transaction, before: datetime, stale: datetime) -> int:
    """Remove the rows of messages that were sent, or never will be, and were asked for before a moment.

    So go replies that a limit holds and that were asked for before `stale`: they answer nothing any more.
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
