"""Erasure in the tables: everything of one contact, or what is past its keeping period.

Rows go; what remains is free of content: the keyed ids, tombstones, and the fact of consent and withdrawal (law 7).
The caller empties the write-ahead log afterwards (`Database.scrub`).
"""

from sqlalchemy import Connection, delete, select, update

from bot.store import facts, outbox
from bot.store.database import Database
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
from bot.store.upsert import insert_new


def erase_contact(connection: Connection, contact: int, day: str) -> list[str]:
    """Erase all that this contact told us, in every campaign. Returns the public ids of the stories that are gone."""
    talks = list(connection.execute(select(conversations.c.id).where(conversations.c.contact == contact)).scalars())
    gone = _erase_stories(connection, stories.c.conversation.in_(talks), day)
    connection.execute(delete(answers).where(answers.c.conversation.in_(talks)))
    resident = select(contacts.c.resident).where(contacts.c.id == contact).scalar_subquery()
    connection.execute(update(consents).where(consents.c.resident == resident).values(evidence=None))
    gone_too = {"evidence": None, "address": None, "conversation": None}
    connection.execute(update(flags).where(flags.c.conversation.in_(talks)).values(**gone_too))
    outbox.forget(connection, contact)
    connection.execute(update(contacts).where(contacts.c.id == contact).values(address=None))
    connection.execute(update(conversations).where(conversations.c.contact == contact).values(story=None))
    facts.put(connection, facts.SCRUB, "1")
    return gone


def erase_story(connection: Connection, public: str, day: str) -> bool:
    """Erase one story by its public id; False when there is none."""
    row = connection.execute(select(stories.c.id).where(stories.c.public == public)).one_or_none()
    if row is None:
        return False
    connection.execute(update(conversations).where(conversations.c.story == row.id).values(story=None))
    told_in = select(stories.c.conversation).where(stories.c.id == row.id).scalar_subquery()
    connection.execute(update(flags).where(flags.c.conversation == told_in).values(evidence=None, address=None))
    _erase_stories(connection, stories.c.id == row.id, day)
    facts.put(connection, facts.SCRUB, "1")
    return True


def purge_stories(connection: Connection, campaign: str, before: int, day: str) -> int:
    """Erase the stories that began before a moment: past the campaign's keeping period."""
    old = list(
        connection.execute(
            select(stories.c.id).where(stories.c.campaign == campaign, stories.c.began_at < before)
        ).scalars()
    )
    connection.execute(update(conversations).where(conversations.c.story.in_(old)).values(story=None))
    _erase_stories(connection, stories.c.id.in_(old), day)
    if old:
        facts.put(connection, facts.SCRUB, "1")
    return len(old)


def purge_drafts(connection: Connection, before: int) -> int:
    """Remove texts that never got a yes and have waited since before a moment."""
    waiting = answers.c.story.is_(None), answers.c.at < before
    removed = connection.execute(delete(answers).where(*waiting)).rowcount
    if removed:
        facts.put(connection, facts.SCRUB, "1")
    return removed


def purge_addresses(connection: Connection, campaign: str, before: int) -> int:
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
    removed = connection.execute(
        update(contacts).where(*mine, contacts.c.address.is_not(None)).values(address=None)
    ).rowcount
    if removed:
        facts.put(connection, facts.SCRUB, "1")
    return removed


def purge_strangers(connection: Connection) -> int:
    """Let go of addresses that nobody talks at: groups that were answered once, people who are told of flags."""
    talking = select(conversations.c.contact)
    waiting = select(outbox_table.c.contact).where(outbox_table.c.status.in_(outbox.WAITING))
    which = contacts.c.address.is_not(None), contacts.c.id.not_in(talking), contacts.c.id.not_in(waiting)
    return connection.execute(update(contacts).where(*which).values(address=None)).rowcount


def purge_outbox(connection: Connection, before: int, stale: int) -> int:
    """Remove the rows of messages that were sent, or never will be, and were asked for before a moment.

    So go replies that a limit holds and that were asked for before `stale`: they answer nothing any more.
    """
    held = outbox_table.c.status.in_(outbox.WAITING), outbox_table.c.error.like(f"{outbox.HELD}%")
    connection.execute(delete(outbox_table).where(*held, outbox_table.c.asked_at < stale))
    old = outbox_table.c.status.not_in(outbox.WAITING), outbox_table.c.asked_at < before
    return connection.execute(delete(outbox_table).where(*old)).rowcount


def _erase_stories(connection: Connection, which: object, day: str) -> list[str]:
    columns = (stories.c.id, stories.c.public, stories.c.campaign, stories.c.conversation)
    rows = connection.execute(select(*columns).where(which)).all()  # type: ignore[arg-type]
    ids = [row.id for row in rows]
    for row in rows:
        insert_new(connection, tombstones, {"story": row.public, "campaign": row.campaign, "erased_on": day})
    connection.execute(delete(answers).where(answers.c.story.in_(ids)))
    connection.execute(delete(marks).where(marks.c.story.in_(ids)))
    publics = [row.public for row in rows]
    connection.execute(update(consents).where(consents.c.story.in_(publics)).values(evidence=None))
    connection.execute(delete(stories).where(stories.c.id.in_(ids)))
    return publics


def scrub(database: Database) -> None:
    """Empty the write-ahead log after a deletion; where a reader holds it, the worker tries again."""
    if database.scrub():
        with database.write() as connection:
            facts.forget(connection, facts.SCRUB)
