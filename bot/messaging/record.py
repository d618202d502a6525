"""Saves a turn in the transaction of its message: the new state, and one write for each event."""

from bot.engine.campaign import Campaign
from bot.engine.model import (
    Begun,
    Coded,
    Decided,
    Edited,
    Erased,
    Event,
    Flagged,
    Held,
    Inbound,
    Kind,
    Released,
    Reopened,
    Stopped,
    Told,
    Turn,
    Wiped,
)
from bot.language.wording import Wording
from bot.safeguarding import alert_leads
from bot.store import conversations, erasure, facts, outbox, turns
from bot.store.turns import TurnRecord

#: After these silences the address is removed: we promised to keep nothing.
_FORGOTTEN = {"no", "deleted", "under_age"}


def save_turn(record: TurnRecord, turn: Turn, inbound: Inbound, campaign: Campaign, wording: Wording) -> None:
    """Write the new state and the events of `turn`."""
    tx, conversation, contact = record.tx, record.conversation, record.contact
    conversation.state = turn.conversation
    if conversation.new:  # before the rows that refer to it
        conversations.save(tx, conversation, None)
    for event in _in_order(turn.events):
        if isinstance(event, Released | Told | Coded) and conversation.story is None:  # an operator erased it
            begun = Begun(turn.conversation.language or campaign.default_language, turn.conversation.hub)
            _save_event(record, begun, campaign, wording)
        _save_event(record, event, campaign, wording)
    if inbound.kind is not Kind.TIME:
        conversation.last_in = tx.now
        keep = turn.conversation.silence not in _FORGOTTEN
        if keep is not contact.remembered:
            conversations.remember_address(tx, contact, keep=keep)
    conversations.save(tx, conversation, turn.conversation.wake_at)


def _in_order(events: tuple[Event, ...]) -> list[Event]:
    """The events with the beginning of a story first, so that its consent can name it."""
    return sorted(events, key=lambda event: not isinstance(event, Begun))


def _save_event(record: TurnRecord, event: Event, campaign: Campaign, wording: Wording) -> None:
    tx = record.tx
    match event:
        case Begun():
            turns.begin_story(record, event, wording.asked("first", event.language).version)
        case Held():
            turns.hold(record, event)
        case Released():
            turns.release(record, event)
        case Wiped():
            turns.wipe(record)
            facts.put(tx, facts.SCRUB, "1")
        case Told():
            turns.tell(record, event)
        case Coded():
            turns.code(record, event)
        case Edited():
            turns.edit(record, event)
        case Decided():
            turns.decide(record, event, wording.asked(event.wording, event.language))
        case Stopped():
            conversations.set_stopped(tx, record.contact.id)
            outbox.drop(tx, record.contact.id)
        case Reopened():
            conversations.clear_stopped(tx, record.contact.id)
        case Flagged():
            number = turns.flag(record, event)
            alert_leads(tx, campaign, record.conversation.id, number)
        case Erased():
            erasure.erase_contact(tx, record.contact.id, campaign.day(tx.now).isoformat())
            record.conversation.story = None
            record.contact.remembered = False
