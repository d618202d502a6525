"""Receiving: one inbound, one transaction (laws 4 and 5).

The dedupe row comes first; then the conversation is loaded, stepped and saved with its events and replies. Only after
the commit may a webhook acknowledge.
"""

import logging
from dataclasses import replace

from bot.channels.port import Arrival
from bot.engine.conversation import step
from bot.engine.folding import words
from bot.engine.model import Channel, Erased, Inbound, Kind, Stage
from bot.installation import Installation
from bot.language.detect import guess_language
from bot.messaging import replies
from bot.messaging.record import save_turn
from bot.messaging.routing import Route, offered_language, route
from bot.store import conversations, turns
from bot.store.conversations import Contact, StoredConversation
from bot.store.tables import seen
from bot.store.transaction import Transaction
from bot.store.turns import TurnRecord
from bot.store.upsert import insert_new

log = logging.getLogger(__name__)


def receive(installation: Installation, arrival: Arrival) -> bool:
    """Receive one message, durably. False if it was received before; then nothing changes.

    Raises UnavailableError if the database is locked or gone; the provider then sends the message again.
    """
    identity = installation.keys.message_hash(arrival.channel, arrival.key)
    with installation.write() as tx:
        if not insert_new(tx.connection, seen, {"hash": identity}):
            _warn_if_text_differs(tx, arrival)
            return False
        if arrival.group:
            replies.answer_group(installation, tx, arrival)
            return True
        contact, known = conversations.find_or_add(tx, arrival.channel, arrival.sender)
        chosen = route(installation, tx, arrival, known)
        campaign, wording = chosen.campaign, installation.wordings[chosen.campaign.slug]
        conversation = chosen.conversation or conversations.begin(tx, contact, campaign.slug)
        inbound = _inbound(tx, arrival, chosen, conversation)
        _keep_stopped(conversation, contact)
        turn = step(conversation.state, inbound, campaign)
        record = TurnRecord(tx, contact, conversation)
        save_turn(record, turn, inbound, campaign, wording)
        replies.queue(record, turn, wording, asked_at=min(tx.now, arrival.sent_at or tx.now))
        if arrival.callback:
            replies.answer_tap(record, turn, campaign, wording, arrival)
    if any(isinstance(event, Erased) for event in turn.events):
        installation.scrub()
    return True


def pass_time(installation: Installation, number: int) -> None:
    """Wake the conversation with this id if its time has come."""
    with installation.write() as tx:
        found = conversations.by_id(tx, number)
        if found is None:
            return
        contact, conversation = found
        campaign = installation.campaigns.get(conversation.state.campaign)
        due = conversation.state.wake_at
        if campaign is None or due is None or due > tx.now:
            conversations.save(tx, conversation, due if campaign else None)
            return
        _keep_stopped(conversation, contact)
        inbound = Inbound(kind=Kind.TIME, at=tx.now, channel=contact.channel)
        turn = step(conversation.state, inbound, campaign)
        wording = installation.wordings[campaign.slug]
        record = TurnRecord(tx, contact, conversation)
        save_turn(record, turn, inbound, campaign, wording)
        if contact.address:
            replies.queue(record, turn, wording, asked_at=due)


def _warn_if_text_differs(tx: Transaction, arrival: Arrival) -> None:
    """Warn that a known SMS came again with a different text, as a forged one would."""
    if arrival.channel is Channel.SMS and arrival.kind is Kind.TEXT:
        contact = tx.keys.contact_hash(arrival.channel, arrival.sender)
        if turns.text_differs(tx, contact, arrival.message, arrival.text):
            log.warning("a known message arrived again with different text; the first version was kept")


def _inbound(tx: Transaction, arrival: Arrival, chosen: Route, conversation: StoredConversation) -> Inbound:
    state, vocabulary = conversation.state, chosen.campaign.vocabulary
    asked = state.stage is Stage.LANGUAGE
    unsettled = asked or (not state.settled and state.stage in {Stage.NEW, Stage.CONSENT})
    text = "" if chosen.opening else arrival.text
    tokens = words(text)
    written = tokens and arrival.kind in {Kind.TEXT, Kind.MEDIA}
    guess = guess_language(text, vocabulary, tokens) if unsettled and written else ""
    return Inbound(
        kind=arrival.kind,
        at=tx.now,
        channel=arrival.channel,
        text=text,
        words=tokens,
        button=arrival.button,
        message=tx.keys.message_hash("message", arrival.message).hex() if arrival.message else "",
        digest=tx.keys.fingerprint(conversation.id, text) if text else "",
        guess=guess,
        hint=offered_language(arrival.hint, chosen.campaign),
        hub=chosen.hub.code if chosen.hub else "",
        hub_language=chosen.language,
        opening=chosen.opening,
        carrier_stop=arrival.carrier == "STOP",
        carrier_start=arrival.carrier == "START",
        carrier_help=arrival.carrier == "HELP",
    )


def _keep_stopped(conversation: StoredConversation, contact: Contact) -> None:
    """Silence the conversation of a contact that stopped another campaign: a stop holds in all of them."""
    if contact.stopped and conversation.state.stage is not Stage.SILENT:
        conversation.state = replace(conversation.state, stage=Stage.SILENT, silence="stop")
