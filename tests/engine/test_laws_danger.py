"""Nobody in crisis meets silence or a survey question (law 6)."""

import itertools
from datetime import timedelta

import pytest
from kit.dialogues import SPOKEN
from kit.rotation import Rotation
from kit.states import STATES, in_state, say
from kit.words import ALARMS, STORIES, word

from bot.engine.model import (
    Flagged,
    Kind,
)

CRISIS = {"crisis", "crisis_again"}
#: What may be said within twelve hours of danger: nothing that asks for a story, a permission or a fact.
NO_QUESTION = CRISIS | {"help", "stop", "delete", "deleted"}
CARE = timedelta(hours=12)


@pytest.mark.thorough
@pytest.mark.parametrize("state", STATES)
def test_every_phrase_of_danger_gets_helplines_in_every_state(state: str, rotation: Rotation) -> None:
    kinds = itertools.cycle((Kind.TEXT, Kind.EDIT, Kind.MEDIA))
    dangers = [one for one in ALARMS if one.tag == "danger"]
    for timed in rotation.share(dangers, STATES.index(state), len(STATES)):
        conversation, at = in_state(state, timed.language if timed.language in SPOKEN else "en")
        kind = next(kinds)
        turn = say(conversation, timed.inbound.text, at + timedelta(seconds=30), kind=kind)
        assert next(reply.key for reply in turn.replies if reply.urgent) in CRISIS, (timed, kind)
        assert any(isinstance(event, Flagged) for event in turn.events)


@pytest.mark.parametrize("state", [state for state in STATES if "stopped" not in state])
def test_for_twelve_hours_no_question_is_put_and_nobody_is_left_without_an_answer(state: str) -> None:
    for language in SPOKEN:
        danger_silences_questions(state, language)


def danger_silences_questions(state: str, language: str) -> None:
    conversation, at = in_state(state, language)
    danger = next(timed.inbound.text for timed in ALARMS if timed.tag == "danger" and timed.language == language)
    told = say(conversation, danger, at + timedelta(minutes=1)).conversation
    start = at + timedelta(minutes=1)
    words = [word(name, language) for name in ("yes", "no", "done", "skip", "back", "help")]
    words += ["ok thanks", "1", "?", "😀", "who is this?", STORIES[language].format("two"), "English", "MY STORY"]
    for after in (timedelta(minutes=1), timedelta(hours=6), CARE - timedelta(seconds=1)):
        for text in words:
            turn = say(told, text, start + after)
            assert {say.key for reply in turn.replies for say in reply.says} <= NO_QUESTION, text
            assert turn.replies, text
        passed = say(told, "", start + after, kind=Kind.TIME)
        assert not passed.replies
