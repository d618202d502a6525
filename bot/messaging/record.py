"""What a turn leaves in the store: the new state, and one write for each event, in the transaction of its message."""

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

#: After these silences we keep no address: we said that we keep nothing.
_FORGOTTEN = {"no", "deleted", "under_age"}


def save_turn(place: TurnRecord, turn: Turn, inbound: Inbound, campaign: Campaign, wording: Wording) -> None:
    """Write the new state and what happened."""
    tx, conversation, contact = place.tx, place.conversation, place.contact
    conversation.state = turn.conversation
    if conversation.new:  # before the rows that name it
        conversations.save(tx, conversation, None)
    for event in _in_order(turn.events):
        if isinstance(event, Released | Told | Coded) and conversation.story is None:  # an operator erased it meanwhile
            begun = Begun(turn.conversation.language or campaign.default_language, turn.conversation.hub)
            _record(place, begun, campaign, wording)
        _record(place, event, campaign, wording)
    if inbound.kind is not Kind.TIME:
        conversation.last_in = tx.now
        wanted = turn.conversation.silence not in _FORGOTTEN
        if wanted is not contact.remembered:
            conversations.remember_address(tx, contact, wanted=wanted)
    conversations.save(tx, conversation, turn.conversation.wake_at)


def _in_order(events: tuple[Event, ...]) -> list[Event]:
    """A story begins before the consent that it stands on is entered, so that the entry names it."""
    return sorted(events, key=lambda event: not isinstance(event, Begun))


def _record(place: TurnRecord, event: Event, campaign: Campaign, wording: Wording) -> None:
    tx = place.tx
    match event:
        case Begun():
            turns.begin_story(place, event, wording.asked("first", event.language).version)
        case Held():
            turns.hold(place, event)
        case Released():
            turns.release(place, event)
        case Wiped():
            turns.wipe(place)
            facts.put(tx, facts.SCRUB, "1")
        case Told():
            turns.tell(place, event)
        case Coded():
            turns.code(place, event)
        case Edited():
            turns.edit(place, event)
        case Decided():
            turns.decide(place, event, wording.asked(event.wording, event.language))
        case Stopped():
            conversations.set_stopped(tx, place.contact.id)
            outbox.drop(tx, place.contact.id)
        case Reopened():
            conversations.clear_stopped(tx, place.contact.id)
        case Flagged():
            number = turns.flag(place, event)
            alert_leads(tx, campaign, place.conversation.id, number)
        case Erased():
            erasure.erase_contact(tx, place.contact.id, campaign.day(tx.now).isoformat())
            place.conversation.story = None
            place.contact.remembered = False
