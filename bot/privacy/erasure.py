"""Erasure by an operator, and by the end of keeping periods. A resident's own DELETE goes through `receive.py`.

The audit records each, without content.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.engine.model import Channel, Conversation, Stage
from bot.errors import CampaignError, CatalogueError
from bot.installation import Installation
from bot.store import audit, consents, conversations, erasure, flags, spending
from bot.store.transaction import Transaction

_DRAFTS = timedelta(hours=24)
#: How long the record of a sent message is kept.
_SENT = timedelta(days=30)
#: A reply that a limit has held back for this long is too late to send.
_STALE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows were removed, by kind."""

    stories: int
    drafts: int
    addresses: int


def erase_story(installation: Installation, story: str, actor: str) -> bool:
    """Erase one story by its id; False if it does not exist. Other stories of its teller stay."""
    day = _day(installation)  # before the transaction: reading the campaigns takes longer than it
    with installation.write() as tx:
        found = erasure.erase_story(tx, story, day)
        if found:
            consents.withdraw_by_operator(tx, story)
            audit.record(tx, actor, "erase", {"story": story})
    if found:
        installation.scrub()
    return found


def erase_contact(installation: Installation, channel: Channel, address: str, actor: str) -> list[str] | None:
    """Erase everything from one contact. Returns the ids of its stories; None for an unknown contact."""
    day = _day(installation)
    with installation.write() as tx:
        contact = conversations.contact_id(tx, channel, address)
        if contact is None:
            return None
        gone = erasure.erase_contact(tx, contact, day)
        for story in gone:
            consents.withdraw_by_operator(tx, story)
        _silence(tx, contact)
        audit.record(tx, actor, "erase", {"stories": gone})
    installation.scrub()
    return gone


def purge(installation: Installation) -> Purged:
    """Remove what is past its keeping period: drafts after a day, stories and addresses after those of the campaign."""
    now = installation.clock()
    stories = addresses = 0
    today = _day(installation)
    with installation.write() as tx:
        # An hour later than due: the conversation deletes its drafts itself when it wakes, and tells the resident.
        drafts = erasure.purge_drafts(tx, now - _DRAFTS - timedelta(hours=1))
        erasure.purge_outbox(tx, now - _SENT, now - _STALE)
        spending.forget_days(tx, (now - _SENT).date().isoformat())
        addresses += erasure.purge_other_addresses(tx)
        for campaign in installation.campaigns.values():
            oldest = now - timedelta(days=round(campaign.story_months * 30.44))
            stories += erasure.purge_stories(tx, campaign.slug, oldest, today)
            silent = now - timedelta(days=campaign.contact_days)
            addresses += erasure.purge_addresses(tx, campaign.slug, silent)
            raised = now - timedelta(days=campaign.flag_days)
            addresses += flags.purge(tx, campaign.slug, raised)
        if stories:
            audit.record(tx, "system", "purge", {"stories": stories})
    if stories or drafts or addresses:
        installation.scrub()
    return Purged(stories, drafts, addresses)


def _day(installation: Installation) -> str:
    """Today in the time zone of the first campaign; in UTC if a mistake in a file hides it: erasure does not wait."""
    now = installation.clock()
    try:
        campaign = next(iter(installation.campaigns.values()))
    except (CampaignError, CatalogueError):
        return now.date().isoformat()
    return campaign.day(now).isoformat()


def _silence(tx: Transaction, contact: int) -> None:
    """Reset each conversation to its campaign and language; it stays silent until START."""
    for conversation in conversations.of_contact(tx, contact):
        old = conversation.state
        conversation.state = Conversation(
            campaign=old.campaign,
            language=old.language,
            settled=old.settled,
            stage=Stage.SILENT,
            silence=old.silence or "deleted",
        )
        conversations.save(tx, conversation, None)
