"""Renders replies in the resident's language, with buttons on Telegram, and queues them in the outbox."""

from datetime import datetime

from bot.channels.port import Arrival, Message
from bot.engine.campaign import Campaign
from bot.engine.model import Channel, Turn
from bot.installation import Installation
from bot.language.wording import Wording
from bot.messaging.routing import offered_language
from bot.store import conversations, facts, outbox
from bot.store.outbox import Queued
from bot.store.transaction import Transaction
from bot.store.turns import TurnRecord

#: Telegram's longest answer to a tap, in characters (Bot API, answerCallbackQuery).
_LONGEST_NOTE = 200


def queue(record: TurnRecord, turn: Turn, wording: Wording, *, asked_at: datetime) -> None:
    """Queue the replies of `turn`. `asked_at` is when the resident wrote: a reply is late by that."""
    contact = record.contact
    for reply in turn.replies:
        buttons: tuple[tuple[str, str], ...] = ()
        if contact.channel is Channel.TELEGRAM:
            language = reply.says[-1].language
            buttons = tuple((wording.text(choice.key, language), choice.data) for choice in reply.choices)
        message = Message(address=contact.address, text=wording.render(reply, contact.channel), buttons=buttons)
        queued = Queued(
            campaign=turn.conversation.campaign, key=reply.key, message=message, asked_at=asked_at, urgent=reply.urgent
        )
        outbox.add(record.tx, contact.id, contact.channel, queued)


def answer_tap(record: TurnRecord, turn: Turn, campaign: Campaign, wording: Wording, arrival: Arrival) -> None:
    """Answer a tap, so that the button stops spinning, with the choices picked so far."""
    conversation, contact = turn.conversation, record.contact
    step = arrival.button.partition(":")[0]
    language = conversation.language or campaign.default_language
    picked = () if turn.replies else conversation.picked
    note = "✓ " + ", ".join(wording.text(f"choice {step} {choice}", language) for choice in picked) if picked else ""
    message = Message(address=contact.address, text=note[:_LONGEST_NOTE], callback=arrival.callback)
    queued = Queued(campaign=campaign.slug, key="tap", message=message, asked_at=record.tx.now, urgent=True)
    outbox.add(record.tx, contact.id, contact.channel, queued)


def answer_group(installation: Installation, tx: Transaction, arrival: Arrival) -> None:
    """Answer a Telegram group once, with the link to the private chat."""
    campaign = next(iter(installation.campaigns.values()))
    group = tx.keys.contact_hash("group", arrival.sender).hex()
    name = facts.get(tx, facts.TELEGRAM_USERNAME)
    if not name or not facts.put(tx, f"group {group}", "answered"):
        return
    contact, _known = conversations.find_or_add(tx, arrival.channel, arrival.sender)
    language = offered_language(arrival.hint, campaign) or campaign.default_language
    text = f"{installation.wordings[campaign.slug].text('group', language)}\nhttps://t.me/{name}"
    message = Message(address=arrival.sender, text=text)
    queued = Queued(campaign=campaign.slug, key="group", message=message, asked_at=tx.now)
    outbox.add(tx, contact.id, arrival.channel, queued)
