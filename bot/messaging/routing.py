"""Who owns an inbound: the hub or campaign that it names, else the resident's conversation, else the open campaign."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.port import Arrival
from bot.engine.campaign import Campaign
from bot.engine.folding import words
from bot.engine.model import Kind, Stage
from bot.installation import Installation
from bot.store import hubs
from bot.store.conversations import Talk
from bot.store.hubs import Hub


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message belongs, and what its link or keyword said."""

    campaign: Campaign
    talk: Talk | None
    hub: Hub | None = None
    language: str = ""
    opening: bool = False


def route(
    installation: Installation, connection: Connection, arrival: Arrival, talks: list[Talk], now: datetime
) -> Route:
    """Find the campaign and conversation of one message."""
    named = _named(installation, connection, arrival)
    if named and named[0]:
        hub, language = named
        campaign = installation.campaigns[hub.campaign] if hub else open_campaign(installation, now)
        return Route(campaign, _in(talks, campaign), hub, language or (hub.language if hub else ""), opening=True)
    if arrival.payload in installation.campaigns:
        campaign = installation.campaigns[arrival.payload]
        return Route(campaign, _in(talks, campaign), opening=True)
    language = _language(installation, arrival.payload)
    known = [talk for talk in talks if talk.conversation.campaign in installation.campaigns]
    speaking = [talk for talk in known if talk.conversation.stage is not Stage.SILENT] or known
    if speaking:
        talk = max(speaking, key=lambda one: one.last_in)
        campaign = installation.campaigns[talk.conversation.campaign]
    else:
        campaign = open_campaign(installation, now)
        talk = None
    return Route(campaign, talk, language=language, opening=arrival.started)


def open_campaign(installation: Installation, now: datetime) -> Campaign:
    """The campaign that is open, the one that opened last where there are several; else the one that closed last."""
    campaigns = list(installation.campaigns.values())
    today = now.date()
    running = [one for one in campaigns if one.opens <= today and not one.closed(now)]
    return max(running or [one for one in campaigns if one.opens <= today] or campaigns, key=lambda one: one.opens)


def _named(installation: Installation, connection: Connection, arrival: Arrival) -> tuple[Hub | None, str] | None:
    """The hub, and the language beside it: `LRMN`, `LRMN SO`, or a Telegram link's `LRMN_so`."""
    if arrival.payload:
        parts = arrival.payload.replace("-", "_").rsplit("_", 1)
        tries = [(arrival.payload, ""), (parts[0], parts[1] if len(parts) == 2 else "")]
    elif arrival.kind is Kind.TEXT and len(arrival.text) <= 40 and 1 <= len(arrival.text.split()) <= 2:
        parts = arrival.text.split()
        tries = [(parts[0], parts[1] if len(parts) == 2 else "")]
    else:
        return None
    for code, language in tries:
        spoken = _language(installation, language)
        if language and not spoken:
            continue
        hub = hubs.find(connection, code)
        if hub and hub.campaign in installation.campaigns:
            return hub, spoken
    return None


def _language(installation: Installation, said: str) -> str:
    """A language by its code or by a name that people use."""
    if not said:
        return ""
    for campaign in installation.campaigns.values():
        for code in campaign.vocabulary.languages:
            if said.casefold() == code.casefold():
                return code
        if found := campaign.vocabulary.names.get(" ".join(words(said))):
            return found
    return ""


def _in(talks: list[Talk], campaign: Campaign) -> Talk | None:
    return next((talk for talk in talks if talk.conversation.campaign == campaign.slug), None)
