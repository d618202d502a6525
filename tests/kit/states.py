"""The states that a conversation can be in, and how a resident of each language gets there."""

from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from bot.engine.conversation import step
from bot.engine.model import Channel, Conversation, Inbound, Kind, Turn
from kit.dialogues import CANARY, CATALOGUES, EPOCH, LANGUAGES, MIDDAY, THRIVE, Dialogue, TimedInbound, state_after
from kit.words import STORIES, text_of, word


def _after(span: int, inbound: Inbound, tag: str = "", language: str = "") -> TimedInbound:
    return TimedInbound(timedelta(seconds=span), inbound, tag, language)


def _beginnings(language: str) -> dict[str, tuple[TimedInbound, ...]]:
    """State -> how a resident who writes this language gets there."""

    def says(name: str, seconds: int = 20) -> TimedInbound:
        return _after(seconds, text_of(word(name, language)), name, language)

    told = STORIES.get(language, STORIES["en"])
    story = _after(20, text_of(told.format(f"{CANARY} 99"), language), "story", language)
    later = _after(20, text_of(told.format(f"{CANARY} 98"), language), "story", language)
    safety = CATALOGUES.safety.get(language, CATALOGUES.safety["en"])
    danger = _after(20, text_of(safety["danger"][0].replace("*", "")), "danger", language)
    first = (_after(20, Inbound(kind=Kind.TEXT, at=EPOCH, text="😀", hint=language)),)
    question = (*first, says("yes"))
    telling = (*question, story)
    saved = (*telling, _after(240, Inbound(kind=Kind.TIME, at=EPOCH), "time"))
    quote = (*saved, says("skip"))
    contact = (*quote, says("yes"))
    area = (*contact, says("yes"))
    groups = (*area, _after(20, text_of("2"), "digit"))
    thanked = (*groups, says("skip"))
    return {
        "nothing said": (),
        "languages listed": (_after(20, text_of("😀")),),
        "asked for consent": first,
        "words held": (story,),
        "words held in a burst": (story, later),
        "asked the question": question,
        "telling": telling,
        "saved": saved,
        "asked for quoting": quote,
        "asked for contact": contact,
        "asked for the area": area,
        "asked for the groups": groups,
        "thanked": thanked,
        "thanked early": (*telling, says("done"), says("done")),
        "a list of languages within the story": (*telling, says("language")),
        "perhaps another person": (*thanked, _after(9 * 86_400, later.inbound, "story", language)),
        "refused": (*first, says("no")),
        "refused by the second person": (*thanked, says("start"), says("no")),
        "stopped": (*telling, says("stop")),
        "stopped before consent": (story, says("stop")),
        "asked whether to delete": (*telling, says("delete")),
        "deleted": (*telling, says("delete"), says("yes")),
        "in danger": (*telling, danger),
        "in danger before consent": (danger,),
        "in danger after a stop": (*telling, says("stop"), danger),
    }


BEGINNINGS = {language: _beginnings(language) for language in LANGUAGES}
STATES = tuple(BEGINNINGS["en"])


@cache
def in_state(state: str, language: str, at: datetime = MIDDAY) -> tuple[Conversation, datetime]:
    """A conversation of the default campaign in `state`, and the moment of its last turn."""
    return state_after(Dialogue(THRIVE, Channel.SMS, at, BEGINNINGS[language][state]))


def say(conversation: Conversation, text: str, at: datetime, **more: object) -> Turn:
    """What the default campaign answers to one text."""
    digest = sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else ""
    values = {"kind": Kind.TEXT, "message": sha256(str(at).encode()).hexdigest(), "digest": digest} | more
    return step(conversation, Inbound(at=at, text=text, **values), THRIVE)  # type: ignore[arg-type]
