"""The use case of everything that arrives: one inbound, one transaction (laws 4 and 5).

Dedupe row first; then the conversation is loaded, stepped and saved with its events and replies; then the commit, and
only then may the caller acknowledge. It never sends: `deliver.py` does.
"""

import logging
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.port import Arrival, Message
from bot.engine.campaign import Campaign
from bot.engine.conversation import step
from bot.engine.model import (
    Begun,
    Channel,
    Coded,
    Conversation,
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
    Stage,
    Stopped,
    Told,
    Turn,
    Wiped,
)
from bot.installation import Installation
from bot.language.detect import guess_language
from bot.messaging.routing import Route, route
from bot.safeguarding import raise_alarm
from bot.store import conversations, erasure, facts, outbox, turns
from bot.store.conversations import Contact, Talk
from bot.store.moments import from_micros, to_micros
from bot.store.outbox import Queued
from bot.store.tables import seen
from bot.store.turns import Place
from bot.store.upsert import insert_new

log = logging.getLogger(__name__)


def receive(installation: Installation, arrival: Arrival) -> bool:
    """Take in one message, durably. False when it had been taken in before: then nothing happens.

    Raises StoreUnavailableError when the database is locked or gone; nothing is acknowledged then, and nothing lost.
    """
    now = installation.clock()
    identity = installation.keys.message_hash(arrival.channel, arrival.key)
    erased = False
    with installation.database.write() as connection:
        if not insert_new(connection, seen, {"hash": identity}):
            _compare(installation, connection, arrival)
            return False
        if arrival.group:
            _answer_group(installation, connection, arrival, now)
            return True
        contact, talks = conversations.find(connection, installation.keys, arrival.channel, arrival.sender)
        chosen = route(installation, connection, arrival, talks, now)
        talk = chosen.talk or conversations.begin(contact, chosen.campaign.slug, to_micros(now))
        inbound = _inbound(installation, arrival, chosen, talk, now)
        talk.conversation = _unless_stopped(talk.conversation, contact)
        turn = step(talk.conversation, inbound, chosen.campaign)
        _apply(installation, connection, contact, talk, turn, chosen.campaign, inbound)
        asked_at = min(now, arrival.sent_at or now)
        _queue(installation, connection, contact, chosen.campaign, turn, now, asked_at)
        if arrival.callback:
            _stop_spinning(installation, connection, contact, chosen.campaign, turn, arrival, now)
        erased = any(isinstance(event, Erased) for event in turn.events)
    if erased:
        erasure.scrub(installation.database)
    return True


def pass_time(installation: Installation, talk_id: int) -> None:
    """Tell one conversation that time has passed. Harmless when repeated."""
    now = installation.clock()
    with installation.database.write() as connection:
        found = conversations.by_id(connection, installation.keys, talk_id)
        if found is None:
            return
        contact, talk = found
        campaign = installation.campaigns.get(talk.conversation.campaign)
        due = talk.conversation.wake_at
        if campaign is None or due is None or due > now:
            _forget_wake(connection, talk, campaign)
            return
        talk.conversation = _unless_stopped(talk.conversation, contact)
        inbound = Inbound(kind=Kind.TIME, at=now, channel=contact.channel)
        turn = step(talk.conversation, inbound, campaign)
        _apply(installation, connection, contact, talk, turn, campaign, inbound)
        if contact.address:
            _queue(installation, connection, contact, campaign, turn, now, due)


def _compare(installation: Installation, connection: Connection, arrival: Arrival) -> None:
    """Say it where a known text has other words now, as after a forgery: the first stands.

    By SMS alone: on Telegram an edit may have changed the words since.
    """
    if arrival.channel is Channel.SMS and arrival.kind is Kind.TEXT:
        found = installation.keys.contact_hash(arrival.channel, arrival.sender)
        if turns.other_words(connection, installation.keys, found, arrival.message, arrival.text):
            log.warning("a message that is known came again with other words; the first stands")


def _inbound(installation: Installation, arrival: Arrival, chosen: Route, talk: Talk, now: datetime) -> Inbound:
    conversation = talk.conversation
    vocabulary = chosen.campaign.vocabulary
    asked = conversation.stage is Stage.LANGUAGE
    unsettled = asked or (not conversation.settled and conversation.stage in {Stage.NEW, Stage.CONSENT})
    text = "" if chosen.opening else arrival.text
    guess = guess_language(text, vocabulary) if unsettled and text and arrival.kind in {Kind.TEXT, Kind.MEDIA} else ""
    return Inbound(
        kind=arrival.kind,
        at=now,
        channel=arrival.channel,
        text=text,
        button=arrival.button,
        message=installation.keys.message_hash("message", arrival.message).hex() if arrival.message else "",
        digest=installation.keys.fingerprint(talk.id, text) if text else "",
        guess=guess,
        hint=offered(arrival.hint, chosen.campaign),
        hub=chosen.hub.code if chosen.hub else "",
        hub_language=chosen.language,
        opening=chosen.opening,
        carrier_stop=arrival.carrier == "STOP",
        carrier_start=arrival.carrier == "START",
        carrier_help=arrival.carrier == "HELP",
    )


def offered(tag: str, campaign: Campaign) -> str:
    """The offered language that an app's language tag means, or an empty string.

    `pt-BR` is `pt`, `zh-TW` is `zh-Hant`.
    """
    codes = campaign.vocabulary.languages
    tag = tag.replace("_", "-")
    if tag.lower() in {"zh-tw", "zh-hk", "zh-mo"}:
        tag = "zh-Hant"
    elif tag.lower() in {"zh", "zh-cn", "zh-sg"}:
        tag = "zh-Hans"
    known = {code.lower(): code for code in codes}
    return known.get(tag.lower()) or known.get(tag.split("-")[0].lower(), "")


def _unless_stopped(conversation: Conversation, contact: Contact) -> Conversation:
    """A stop holds in every campaign."""
    if contact.stopped and conversation.stage is not Stage.SILENT:
        return replace(conversation, stage=Stage.SILENT, silence="stop")
    return conversation


def _apply(
    installation: Installation, connection: Connection, contact: Contact, talk: Talk, turn: Turn, campaign: Campaign,
    inbound: Inbound,
) -> None:  # fmt: skip
    """Write the new state and what happened."""
    moment = to_micros(inbound.at)
    talk.conversation = turn.conversation
    if talk.new:
        conversations.save(connection, talk, None)
    place = Place(connection, installation.keys, contact, talk, moment)
    for event in _in_order(turn.events):
        if isinstance(event, Released | Told | Coded) and talk.story is None:  # an operator erased it meanwhile
            begun = Begun(talk.conversation.language or campaign.default_language, talk.conversation.hub)
            _record(installation, place, begun, campaign)
        _record(installation, place, event, campaign)
    if inbound.kind is not Kind.TIME:
        talk.last_in = moment
        wanted = turn.conversation.silence not in {"no", "deleted", "under_age"}
        if wanted is not contact.remembered:
            conversations.remember_address(connection, installation.keys, contact, wanted=wanted)
    wake_at = turn.conversation.wake_at
    conversations.save(connection, talk, to_micros(wake_at) if wake_at else None)


def _in_order(events: tuple[Event, ...]) -> list[Event]:
    """A story begins before the consent that it stands on is entered, so that the entry names it."""
    return sorted(events, key=lambda event: not isinstance(event, Begun))


def _record(installation: Installation, place: Place, event: Event, campaign: Campaign) -> None:
    wording = installation.wordings[campaign.slug]
    match event:
        case Begun():
            turns.begin_story(place, event, wording.asked("first", event.language).version)
        case Held():
            turns.hold(place, event)
        case Released():
            turns.release(place, event)
        case Wiped():
            turns.wipe(place)
            facts.put(place.connection, facts.SCRUB, "1")
        case Told():
            turns.tell(place, event)
        case Coded():
            turns.code(place, event)
        case Edited():
            turns.edit(place, event)
        case Decided():
            turns.decide(place, event, wording.asked(event.wording, event.language))
        case Stopped():
            conversations.set_stopped(place.connection, place.contact.id, place.moment)
            outbox.drop(place.connection, place.contact.id)
        case Reopened():
            conversations.set_stopped(place.connection, place.contact.id, None)
        case Flagged():
            number = turns.flag(place, event)
            raise_alarm(installation, place.connection, campaign, place.talk.id, number)
        case Erased():
            day = campaign.local(from_micros(place.moment)).date().isoformat()
            erasure.erase_contact(place.connection, place.contact.id, day)
            place.talk.story = None
            place.contact.remembered = False


def _queue(
    installation: Installation, connection: Connection, contact: Contact, campaign: Campaign, turn: Turn, now: datetime,
    asked_at: datetime,
) -> None:  # fmt: skip
    wording = installation.wordings[campaign.slug]
    for reply in turn.replies:
        buttons: tuple[tuple[str, str], ...] = ()
        if contact.channel is Channel.TELEGRAM:
            language = reply.says[-1].language
            buttons = tuple((wording.text(choice.key, language), choice.data) for choice in reply.choices)
        message = Message(address=contact.address, text=wording.render(reply, contact.channel), buttons=buttons)
        queued = Queued(
            campaign=campaign.slug, key=reply.key, message=message, asked_at=to_micros(asked_at), now=to_micros(now),
            urgent=reply.urgent,
        )  # fmt: skip
        outbox.add(connection, installation.keys, contact.id, contact.channel, queued)


def _stop_spinning(
    installation: Installation, connection: Connection, contact: Contact, campaign: Campaign, turn: Turn,
    arrival: Arrival, now: datetime,
) -> None:  # fmt: skip
    """Answer the tap, so that the button stops spinning; with what is picked so far, where several may be."""
    conversation = turn.conversation
    step_id = arrival.button.partition(":")[0]
    wording = installation.wordings[campaign.slug]
    language = conversation.language or campaign.default_language
    picked = (
        [wording.text(f"choice {step_id} {one}", language) for one in conversation.picked] if not turn.replies else []
    )
    note = "✓ " + ", ".join(picked) if picked else ""
    message = Message(address=contact.address, text=note[:200], callback=arrival.callback)
    micros = to_micros(now)
    queued = Queued(campaign=campaign.slug, key="tap", message=message, asked_at=micros, now=micros, urgent=True)
    outbox.add(connection, installation.keys, contact.id, contact.channel, queued)


def _answer_group(installation: Installation, connection: Connection, arrival: Arrival, now: datetime) -> None:
    """A group is answered once, with the way to the private chat."""
    campaign = next(iter(installation.campaigns.values()))
    known = installation.keys.contact_hash("group", arrival.sender).hex()
    name = facts.get(connection, "telegram username")
    if not name or not facts.put(connection, f"group {known}", "answered"):
        return
    contact, _talks = conversations.find(connection, installation.keys, arrival.channel, arrival.sender)
    language = offered(arrival.hint, campaign) or campaign.default_language
    text = f"{installation.wordings[campaign.slug].text('group', language)}\nhttps://t.me/{name}"
    micros = to_micros(now)
    message = Message(address=arrival.sender, text=text)
    queued = Queued(campaign=campaign.slug, key="group", message=message, asked_at=micros, now=micros)
    outbox.add(connection, installation.keys, contact.id, arrival.channel, queued)


def _forget_wake(connection: Connection, talk: Talk, campaign: Campaign | None) -> None:
    """Nothing is due any more, or the campaign is gone: do not wake for it again."""
    due = talk.conversation.wake_at
    conversations.save(connection, talk, to_micros(due) if due and campaign else None)
