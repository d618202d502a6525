"""Finds the campaign of an arrival: the one it names, else that of the resident's conversation, else the open one."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.channels.port import Arrival
from bot.engine.campaign import Campaign
from bot.engine.folding import words
from bot.engine.model import Kind, Stage
from bot.engine.vocabulary import Command
from bot.installation import Installation
from bot.store import hubs
from bot.store.conversations import StoredConversation
from bot.store.hubs import Hub
from bot.store.transaction import Transaction

#: A message with a hub's code is short: our own printed line has fewer characters.
_LONGEST_KEYWORD = 60
#: What stands beside a code as a language that we may not know (BCP 47): "SO", "zh-Hant".
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?")
#: What people leave around a code when they copy our line: "text", "to +44…", a greeting before, "please" after.
_AROUND_A_CODE = re.compile(
    r"^(?:hi|hello|hey|text|txt|send|sms)\b[,!]?\s*|\s*\b(?:to\s*\+?[\d\s()-]{5,20}|please|pls|thanks|thank you)[.!]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Route:
    """The campaign and conversation of an arrival, with what its link or keyword named."""

    campaign: Campaign
    conversation: StoredConversation | None
    hub: Hub | None = None
    language: str = ""
    opening: bool = False  # whether the arrival opens the conversation rather than answers in it


def route(installation: Installation, tx: Transaction, arrival: Arrival, known: list[StoredConversation]) -> Route:
    """Find the campaign and conversation of one arrival; `known` are the sender's conversations."""
    found = _hub_and_language(installation, tx, arrival)
    if found:
        hub, language = found
        campaign = installation.campaigns[hub.campaign]
        return Route(campaign, _conversation_in(campaign, known), hub, language or hub.language, opening=True)
    if arrival.payload in installation.campaigns:
        campaign = installation.campaigns[arrival.payload]
        return Route(campaign, _conversation_in(campaign, known), opening=True)
    language = _language(installation, arrival.payload)
    loaded = [one for one in known if one.state.campaign in installation.campaigns]
    active = [one for one in loaded if one.state.stage is not Stage.SILENT] or loaded
    if active:
        conversation = max(active, key=lambda one: one.last_in)
        return Route(
            installation.campaigns[conversation.state.campaign],
            conversation,
            language=language,
            opening=arrival.started,
        )
    return Route(open_campaign(installation, tx.now), None, language=language, opening=arrival.started)


def open_campaign(installation: Installation, now: datetime) -> Campaign:
    """The campaign that opened last among the open ones; if none is open, among those that have opened."""
    campaigns = list(installation.campaigns.values())
    today = now.date()
    running = [one for one in campaigns if one.opens <= today and not one.closed(now)]
    return max(running or [one for one in campaigns if one.opens <= today] or campaigns, key=lambda one: one.opens)


def offered_language(tag: str, campaign: Campaign) -> str:
    """The offered language for an app's language tag (BCP 47), such as `pt` for `pt-BR`; empty if not offered."""
    tag = tag.replace("_", "-")
    if tag.lower() in {"zh-tw", "zh-hk", "zh-mo"}:
        tag = "zh-Hant"
    elif tag.lower() in {"zh", "zh-cn", "zh-sg"}:
        tag = "zh-Hans"
    known = {code.lower(): code for code in campaign.vocabulary.languages}
    return known.get(tag.lower()) or known.get(tag.split("-")[0].lower(), "")


def _hub_and_language(installation: Installation, tx: Transaction, arrival: Arrival) -> tuple[Hub, str] | None:
    """The hub and the language that an arrival names: `LRMN`, `LRMN SO`, or a Telegram link's `LRMN_so`.

    A stop comes before every code (law 2). A language that is not offered never loses the hub.
    """
    for code, name in _codes(installation, arrival):
        language = _language(installation, name)
        if name and not language and not (arrival.payload or _LANGUAGE_TAG.fullmatch(name)):
            continue
        hub = hubs.find(tx, code)
        if hub and hub.campaign in installation.campaigns:
            return hub, language
    return None


def _codes(installation: Installation, arrival: Arrival) -> list[tuple[str, str]]:
    """What may be a hub's code, each with what stands beside it."""
    if arrival.payload:
        parts = arrival.payload.replace("-", "_").rsplit("_", 1)
        return [(arrival.payload, ""), (parts[0], parts[1] if len(parts) == 2 else "")]
    if arrival.kind is not Kind.TEXT or len(arrival.text) > _LONGEST_KEYWORD or _stops(installation, arrival.text):
        return []
    parts = _copied(arrival.text).split()
    return [(parts[0], parts[1] if len(parts) == 2 else "")] if 1 <= len(parts) <= 2 else []


def _copied(text: str) -> str:
    """The code in a line copied from our own print: "Text LRMN EN to +44 20 7946 0000", "Hi LRMN please"."""
    return _AROUND_A_CODE.sub(" ", text.strip())


def _stops(installation: Installation, text: str) -> bool:
    tokens = words(text)
    known = (campaign.vocabulary.commands.get(tokens) for campaign in installation.campaigns.values())
    return any(found is not None and found[0] is Command.STOP for found in known)


def _language(installation: Installation, name: str) -> str:
    """The code of the language with this code or name; empty if not offered."""
    if not name:
        return ""
    for campaign in installation.campaigns.values():
        for code in campaign.vocabulary.languages:
            if name.casefold() == code.casefold():
                return code
        if found := campaign.vocabulary.names.get(" ".join(words(name))):
            return found
    return ""


def _conversation_in(campaign: Campaign, known: list[StoredConversation]) -> StoredConversation | None:
    return next((one for one in known if one.state.campaign == campaign.slug), None)
