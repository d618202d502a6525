"""One text by itself, tried on a fresh conversation: what it is taken for, and what would be answered.

Pure but for the detector's tables. It sends nothing and stores nothing; `openear hear` prints it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.engine.acts import Act, act_of
from bot.engine.conversation import step
from bot.engine.folding import words
from bot.engine.model import Conversation, Inbound, Kind, Stage, Turn
from bot.engine.reading import read
from bot.language.detect import guess_language
from bot.language.wording import Wording


class Question(StrEnum):
    """The question to which the text is the reply."""

    FIRST = "first"
    STORY = "story"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Heard:
    """The act, and the keys of the replies until the burst has ended."""

    act: Act
    replies: tuple[str, ...]


#: The steps of the shipped campaign by the names of their texts.
_STEPS = {
    "pressure": "question",
    "change": "saved",
    "may_quote": "quote",
    "may_recontact": "contact",
    "area": "area",
    "about_you": "groups",
}
_PAUSE = timedelta(minutes=5)  # longer than a burst, shorter than any reminder
_BURST = timedelta(minutes=4)  # longer than the quiet spell of either channel
_NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
#: What brings a conversation to each question.
_BEFORE = {Question.FIRST: (), Question.STORY: ("YES",), Question.QUOTE: ("YES", "1", "1")}


def hear(wording: Wording, text: str, language: str, at: Question) -> Heard:
    """Take `text` as the reply to that question, in a conversation held in `language` (an offered code)."""
    campaign = wording.campaign
    before, moment = _asked(wording, language, at)
    inbound = _inbound(wording, before, text, moment)
    turn = step(before, inbound, campaign)
    reading = read(text, inbound.words, before.language, campaign.vocabulary)
    act = act_of(before, reading, turn, campaign.vocabulary, campaign.minimum_age)
    keys = _keys(turn)
    state, until = turn.conversation, moment + _BURST
    while state.wake_at is not None and state.wake_at <= until:
        turn = step(state, Inbound(kind=Kind.TIME, at=state.wake_at), campaign)
        keys += _keys(turn)
        state = turn.conversation
    return Heard(act, tuple(keys))


def _asked(wording: Wording, language: str, at: Question) -> tuple[Conversation, datetime]:
    """A conversation in which that question is open, and a moment well after it."""
    campaign = wording.campaign
    moment = max(_NOON, datetime.combine(campaign.opens, datetime.min.time(), tzinfo=UTC) + timedelta(days=1, hours=12))
    state = Conversation(campaign=campaign.slug, language=language, settled=True)
    state = step(state, Inbound(kind=Kind.TEXT, at=moment, opening=True), campaign).conversation
    for said in _BEFORE[at]:
        moment += _PAUSE
        if state.stage is Stage.STEPS and not state.told:  # the story itself comes before the first 1
            state = _told(wording, state, moment).conversation
            moment += _PAUSE
        state = step(state, Inbound(kind=Kind.TEXT, at=moment, text=said), campaign).conversation
    state.settled = False  # as after a hub's link: the words may still speak another language
    return state, moment + _PAUSE


def _told(wording: Wording, state: Conversation, moment: datetime) -> Turn:
    story = "The damp in our flat makes the children ill and nobody from the council ever comes to look at it"
    return step(state, Inbound(kind=Kind.TEXT, at=moment, text=story, message="1"), wording.campaign)


def _inbound(wording: Wording, state: Conversation, text: str, moment: datetime) -> Inbound:
    tokens = words(text)
    unsettled = state.stage is Stage.CONSENT
    guess = guess_language(text, wording.campaign.vocabulary, tokens) if unsettled and text else ""
    return Inbound(kind=Kind.TEXT, at=moment, text=text, words=tokens, message="2", digest=text, guess=guess)


def _keys(turn: Turn) -> list[str]:
    """The keys of what is said, as the script calls them: "step may_quote" is "quote"."""
    said = [say.key for reply in turn.replies for say in reply.says]
    return [_STEPS.get(key.removeprefix("step "), key).replace(" ", "_") for key in said]
