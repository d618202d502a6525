"""Dialogues between a resident and the engine: what comes and when, and each turn that the engine makes of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.engine.campaign import Campaign
from bot.engine.conversation import step
from bot.engine.model import (
    Channel,
    Conversation,
    Decided,
    Erased,
    Held,
    Inbound,
    Kind,
    Released,
    Stage,
    Stopped,
    Turn,
    Wiped,
)
from bot.language.wording import Wording
from kit.campaigns import OURS, load_campaigns

WORDINGS, CATALOGUES = load_campaigns(drafts=True)
WORDINGS = {**WORDINGS, **load_campaigns(OURS, drafts=True)[0]}
CAMPAIGNS = {slug: wording.campaign for slug, wording in WORDINGS.items()}
THRIVE = CAMPAIGNS["thrive"]
LANGUAGES = THRIVE.languages
#: The languages in which the tables of the laws hold their conversations; their words are from all of LANGUAGES.
SPOKEN = ("en", "es", "pl", "so", "ar", "ta")
#: Stands in every text that is somebody's own words: it must never be found in the state.
CANARY = "zebrafish"
MIDDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TimedInbound:
    """One thing that happens after some time. `tag` says what it means: the list its words are from, or `story` …"""

    after: timedelta
    inbound: Inbound
    tag: str = ""
    language: str = ""  # of the list
    back: int = 0  # which earlier message an edit changes


@dataclass(frozen=True, slots=True, repr=False)
class Dialogue:
    """One invented conversation. Without `waking`, the machine sleeps: nobody says that time has passed."""

    campaign: Campaign
    channel: Channel
    at: datetime
    inbounds: tuple[TimedInbound, ...]
    waking: bool = True

    def __repr__(self) -> str:
        """What to read when a law is broken."""
        lines = [f"+{timed.after} {_shown(timed.inbound)}" for timed in self.inbounds]
        return "\n    ".join([f"{self.campaign.slug}, {self.channel}, {self.at}, waking={self.waking}", *lines])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same, for Hypothesis."""
        printer.text(repr(self))


@dataclass(slots=True)
class Past:
    """What an onlooker remembers of the turns before, told by events alone."""

    consent: bool = False
    held: int = 0
    danger_at: datetime | None = None  # the last danger, since START
    turns: int = 0


@dataclass(frozen=True, slots=True)
class PlayedTurn:
    """One turn: what was, what came, what the engine made of it."""

    campaign: Campaign
    before: Conversation
    timed: TimedInbound
    inbound: Inbound
    turn: Turn
    past: Past = field(default_factory=Past)

    @property
    def wording(self) -> Wording:
        """The texts of the campaign."""
        return WORDINGS[self.campaign.slug]

    @property
    def said(self) -> list[str]:
        """The keys of all that is said."""
        return [say.key for reply in self.turn.replies for say in reply.says]

    @property
    def stops(self) -> bool:
        """Whether the message is a stop word of a language that the campaign offers, alone."""
        return self.timed.tag == "stop" and self.timed.language in self.campaign.languages

    @property
    def opens(self) -> bool:
        """Whether the resident opens the conversation again: START, or a hub's link or keyword."""
        start = self.timed.tag == "start" and self.inbound.kind in {Kind.TEXT, Kind.MEDIA}
        return start or self.inbound.opening or self.inbound.carrier_start


class Count:
    """How many turns were played: each is stepped twice."""

    turns = 0


def play(dialogue: Dialogue) -> Iterator[PlayedTurn]:
    """Every turn of the dialogue, with those that time brings; the state is saved and read back between any two."""
    conversation, past, now = Conversation(campaign=dialogue.campaign.slug), Past(), dialogue.at
    messages: list[str] = []
    for number, timed in enumerate(dialogue.inbounds):
        then, now = now, now + timed.after
        while dialogue.waking and conversation.wake_at is not None and conversation.wake_at <= now:
            at = max(conversation.wake_at, then)
            wake = TimedInbound(timedelta(), Inbound(kind=Kind.TIME, at=at, channel=dialogue.channel), "time")
            played = _played(dialogue.campaign, conversation, wake, wake.inbound, past)
            yield played
            conversation = played.turn.conversation
        message = sha256(str(number).encode()).hexdigest()
        messages.append(message)
        if timed.back:
            message = messages[-1 - min(timed.back, number)]
        digest = sha256(timed.inbound.text.encode("utf-8", "replace")).hexdigest()[:16] if timed.inbound.text else ""
        inbound = replace(timed.inbound, at=now, channel=dialogue.channel, message=message, digest=digest)
        played = _played(dialogue.campaign, conversation, timed, inbound, past)
        yield played
        conversation = played.turn.conversation


def _played(campaign: Campaign, before: Conversation, timed: TimedInbound, inbound: Inbound, past: Past) -> PlayedTurn:
    """One turn, stepped twice, saved and read back."""
    was_before = replace(before)
    turn = step(before, inbound, campaign)
    assert before == was_before, "a turn makes a new state and leaves the old one alone"
    assert turn == step(before, inbound, campaign), "the same in must give the same out"
    again = Conversation.from_json(json.loads(json.dumps(turn.conversation.to_json())))
    assert again == turn.conversation, "the state must survive a save and a reload"
    Count.turns += 1
    was = replace(past)
    played = PlayedTurn(campaign, before, timed, inbound, replace(turn, conversation=again), was)
    _remember(past, played)
    return played


def _remember(past: Past, played: PlayedTurn) -> None:
    past.turns += 1
    for event in played.turn.events:
        match event:
            case Decided(purpose="take_part"):
                past.consent = event.decision == "granted"
            case Held():
                past.held += 1
            case Released() | Wiped():
                past.held = 0
            case Erased():
                past.consent, past.held = False, 0
    fell_silent = played.before.stage is not Stage.SILENT and played.turn.conversation.stage is Stage.SILENT
    if played.opens or fell_silent or any(isinstance(event, Stopped | Erased) for event in played.turn.events):
        past.danger_at = None
    if played.timed.tag == "danger":
        past.danger_at = played.inbound.at


def state_after(dialogue: Dialogue) -> tuple[Conversation, datetime]:
    """Where the dialogue ends, and when."""
    conversation, at = Conversation(campaign=dialogue.campaign.slug), dialogue.at
    for played in play(dialogue):
        conversation, at = played.turn.conversation, played.inbound.at
    return conversation, at


def _shown(inbound: Inbound) -> str:
    extra = [
        f"{name}={value!r}" for name in ("button", "guess", "hub", "hub_language") if (value := getattr(inbound, name))
    ]
    text = inbound.text if len(inbound.text) < 80 else f"{inbound.text[:40]}… ({len(inbound.text)} letters)"
    return " ".join([inbound.kind, repr(text), *extra, "opening" if inbound.opening else ""])
