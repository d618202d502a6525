"""Finds the campaign of an arrival: the one it names, else that of the resident's conversation, else the open one."""

from dataclasses import dataclass
from datetime import datetime

from bot.channels.port import Arrival
from bot.engine.campaign import Campaign
from bot.engine.folding import words
from bot.engine.model import Kind, Stage
from bot.installation import Installation
from bot.store import hubs
from bot.store.conversations import StoredConversation
from bot.store.hubs import Hub
from bot.store.transaction import Transaction


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
    """The hub and the language that an arrival names: `LRMN`, `LRMN SO`, or a Telegram link's `LRMN_so`."""
    if arrival.payload:
        parts = arrival.payload.replace("-", "_").rsplit("_", 1)
        tries = [(arrival.payload, ""), (parts[0], parts[1] if len(parts) == 2 else "")]
    elif arrival.kind is Kind.TEXT and len(arrival.text) <= 40 and 1 <= len(arrival.text.split()) <= 2:
        parts = arrival.text.split()
        tries = [(parts[0], parts[1] if len(parts) == 2 else "")]
    else:
        return None
    for code, name in tries:
        language = _language(installation, name)
        if name and not language:
            continue
        hub = hubs.find(tx, code)
        if hub and hub.campaign in installation.campaigns:
            return hub, language
    return None


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
