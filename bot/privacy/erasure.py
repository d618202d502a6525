"""The use cases of erasure by an operator, and of the keeping periods.

The resident's own DELETE goes through `receive.py`.
Everything is audited without content.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.engine.model import Channel, Conversation, Stage
from bot.installation import Installation
from bot.store import audit, consents, conversations, erasure, flags, spending
from bot.store.conversations import Talk
from bot.store.moments import to_micros
from bot.store.tables import contacts
from bot.store.tables import conversations as conversations_table

_DRAFTS = timedelta(hours=24)
#: How long it stays known that a message was sent, and when.
_SENT = timedelta(days=30)
#: A reply that a limit held back for so long answers nothing any more.
_STALE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows went, by kind."""

    stories: int
    drafts: int
    addresses: int


def erase_story(installation: Installation, story: str, actor: str) -> bool:
    """Erase one story by its id; False when there is none. What else its teller told stays."""
    now = installation.clock()
    with installation.database.write() as connection:
        found = erasure.erase_story(connection, story, _day(installation))
        if found:
            consents.withdrawn_by_operator(connection, story, to_micros(now))
            audit.record(connection, installation.keys, now, actor, "erase", {"story": story})
    if found:
        erasure.scrub(installation.database)
    return found


def erase_contact(installation: Installation, channel: Channel, address: str, actor: str) -> list[str] | None:
    """Erase all that came from one phone or chat. The ids of the stories; None when we never heard from it."""
    now = installation.clock()
    found = installation.keys.contact_hash(channel, address)
    with installation.database.write() as connection:
        contact = connection.execute(select(contacts.c.id).where(contacts.c.hash == found)).scalar()
        if contact is None:
            return None
        gone = erasure.erase_contact(connection, contact, _day(installation))
        for story in gone:
            consents.withdrawn_by_operator(connection, story, to_micros(now))
        _silence(installation, connection, contact)
        audit.record(connection, installation.keys, now, actor, "erase", {"stories": gone})
    erasure.scrub(installation.database)
    return gone


def purge(installation: Installation) -> Purged:
    """Remove what is past its keeping period: drafts after a day, stories and addresses as the campaign says."""
    now = installation.clock()
    stories = addresses = 0
    today = _day(installation)
    with installation.database.write() as connection:
        # An hour's grace: the conversation itself wipes its drafts when it is woken, and tells the resident.
        drafts = erasure.purge_drafts(connection, to_micros(now - _DRAFTS - timedelta(hours=1)))
        erasure.purge_outbox(connection, to_micros(now - _SENT), to_micros(now - _STALE))
        spending.forget_days(connection, (now - _SENT).date().isoformat())
        addresses += erasure.purge_strangers(connection)
        for campaign in installation.campaigns.values():
            oldest = to_micros(now - timedelta(days=round(campaign.story_months * 30.44)))
            stories += erasure.purge_stories(connection, campaign.slug, oldest, today)
            silent = to_micros(now - timedelta(days=campaign.contact_days))
            addresses += erasure.purge_addresses(connection, campaign.slug, silent)
            raised = to_micros(now - timedelta(days=campaign.flag_days))
            addresses += flags.purge(connection, campaign.slug, raised)
        if stories:
            audit.record(connection, installation.keys, now, "system", "purge", {"stories": stories})
    if stories or drafts or addresses:
        erasure.scrub(installation.database)
    return Purged(stories, drafts, addresses)


def _day(installation: Installation) -> str:
    """Today, where the residents are."""
    campaign = next(iter(installation.campaigns.values()))
    return campaign.local(installation.clock()).date().isoformat()


def _silence(installation: Installation, connection: Connection, contact: int) -> None:
    """Each conversation forgets all but its campaign and language, and says no more until START."""
    mine = select(conversations_table.c.id).where(conversations_table.c.contact == contact)
    for number in connection.execute(mine).scalars().all():
        found = conversations.by_id(connection, installation.keys, number)
        assert found is not None
        talk: Talk = found[1]
        old = talk.conversation
        talk.conversation = Conversation(
            campaign=old.campaign,
            language=old.language,
            settled=old.settled,
            stage=Stage.SILENT,
            silence=old.silence or "deleted",
        )
        conversations.save(connection, talk, None)
