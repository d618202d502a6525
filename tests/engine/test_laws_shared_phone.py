"""Every phone is shared (law 11): no reply shows that a story exists."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.dialogues import LANGUAGES, SPOKEN
from kit.states import STATES, in_state, say
from kit.words import phrases

from bot.engine.model import (
    Conversation,
    Stage,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_my_story_and_delete_read_as_they_do_to_a_stranger(language: str) -> None:
    stranger = Conversation(campaign="thrive", language=language, settled=True)
    for state in STATES:
        conversation, at = in_state(state, language)
        if conversation.stage is Stage.SILENT or conversation.care_until or not conversation.language:
            continue
        for name in ("help", "my_story", "delete"):
            for phrase in phrases(name, language):
                theirs = say(conversation, phrase, at + timedelta(hours=2))
                assert theirs.replies == say(stranger, phrase, at + timedelta(hours=2)).replies, (state, phrase)
                assert len(theirs.replies) == 1


@pytest.mark.slow
@settings(max_examples=200)
@given(st.sampled_from(SPOKEN), st.sampled_from(STATES), st.integers(1, 9), st.integers(0, 8 * 24))
def test_no_answer_differs_with_and_without_a_story(language: str, state: str, told: int, hours: int) -> None:
    conversation, at = in_state(state, language)
    if conversation.stage is Stage.SILENT:
        return
    with_story = replace(conversation, told=told, story_open=True, nothing_yet=True)
    without = replace(conversation, told=0, story_open=False, nothing_yet=False)
    later = at + timedelta(hours=hours)
    names = ("help", "my_story", "delete", "who", "greeting", "language", "stop", "thanks", "start")
    for name in names:
        for phrase in phrases(name, language):
            assert say(with_story, phrase, later).replies == say(without, phrase, later).replies, (state, phrase)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_late_hello_gets_first_with_and_without_a_story(language: str) -> None:
    stranger = Conversation(campaign="thrive", language=language, settled=True)
    for state in ("telling", "saved", "asked for the area", "thanked", "thanked early"):
        conversation, at = in_state(state, language)
        for hello in phrases("greeting", language):
            theirs = say(conversation, hello, at + timedelta(hours=2))
            assert theirs.replies == say(stranger, hello, at + timedelta(hours=2)).replies, (state, hello)
