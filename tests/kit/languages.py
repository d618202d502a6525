"""The invented sentences of every language, and what is made of them at FIRST and in the story.

The sentences are data: `tests/languages/<code>.toml`, a file a language.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.engine.conversation import step
from bot.engine.model import (
    Conversation,
    Decided,
    Held,
    Inbound,
    Kind,
    Stage,
    Told,
    Turn,
)
from bot.language import catalogue
from kit.dialogues import CATALOGUES, MIDDAY, THRIVE, WORDINGS
from kit.states import say
from kit.words import word
from scripts.benches import crisis

LANGUAGES = tuple(catalogue.load().languages)
REPLIES, STORIES = 60, 40
WORDING = WORDINGS["thrive"]


@cache
def data(code: str) -> Mapping[str, Any]:
    """The invented sentences of one language."""
    path = crisis.SENTENCES / f"{code}.toml"
    assert path.exists(), f"tests/languages/{code}.toml is missing: a language needs its sentences"
    return crisis.sentences(code)


@cache
def at_first(code: str) -> tuple[Conversation, datetime]:
    """FIRST has been said in a language that the resident chose."""
    hello = Inbound(kind=Kind.TEXT, at=MIDDAY, text="😀", hint=code)
    begun = step(Conversation(campaign=THRIVE.slug), hello, THRIVE).conversation
    chosen = say(begun, CATALOGUES.languages[code].name, MIDDAY + timedelta(seconds=30))
    assert [reply.key for reply in chosen.replies] == ["first"]
    conversation = chosen.conversation
    assert (conversation.stage, conversation.language, conversation.settled) == (Stage.CONSENT, code, True)
    return conversation, MIDDAY + timedelta(seconds=30)


@cache
def at_story(code: str) -> tuple[Conversation, datetime]:
    """The question has been asked, and a story may be told."""
    conversation, at = at_first(code)
    turn = say(conversation, word("yes", code), at + timedelta(seconds=20))
    assert (turn.conversation.stage, turn.conversation.step) == (Stage.STEPS, "pressure")
    return turn.conversation, at + timedelta(seconds=20)


def answer(code: str, text: str) -> Turn:
    """What is made of `text` as the answer to FIRST, minutes later."""
    conversation, at = at_first(code)
    return say(conversation, text, at + timedelta(minutes=5))


def decisions(turn: Turn) -> list[tuple[str, str]]:
    """What was decided, and how."""
    return [(one.purpose, one.decision) for one in turn.events if isinstance(one, Decided)]


def granted(turn: Turn) -> bool:
    """Whether consent was recorded."""
    return ("take_part", "granted") in decisions(turn)


def texts(turn: Turn, kind: type[Held | Told]) -> list[str]:
    """The words that were held, or told."""
    return [one.text for one in turn.events if isinstance(one, Held | Told) and isinstance(one, kind)]


def keys(turn: Turn) -> list[str]:
    """What is said, by key."""
    return [reply.key for reply in turn.replies]
