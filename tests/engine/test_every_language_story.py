"""In every language, a story may contain any word."""

from datetime import timedelta

import pytest
from kit.dialogues import MIDDAY, THRIVE
from kit.languages import LANGUAGES, STORIES, at_story, data, texts
from kit.states import say
from kit.words import phrases

from bot.engine.conversation import step
from bot.engine.folding import folded
from bot.engine.model import (
    Conversation,
    Erased,
    Held,
    Inbound,
    Kind,
    Stage,
    Stopped,
    Told,
)


def stories(code: str) -> list[str]:
    """Stories with a word for stop, delete, help or no in them."""
    return [*data(code).get("stories_with_stop", ()), *data(code)["first"].get("stories_with_stop", ())]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_story_with_a_stop_word_in_it_stays_a_story(code: str) -> None:
    assert len(stories(code)) >= STORIES
    conversation, at = at_story(code)
    for text in stories(code):
        turn = say(conversation, text, at + timedelta(seconds=40))
        assert texts(turn, Told) == [text]
        assert not any(isinstance(event, Stopped | Erased) for event in turn.events), text
        assert turn.conversation.stage is Stage.STEPS, text


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_story_with_a_stop_word_in_it_may_be_the_first_message(code: str) -> None:
    for text in stories(code):
        hello = Inbound(kind=Kind.TEXT, at=MIDDAY, text=text, message="1", hint=code)
        turn = step(Conversation(campaign=THRIVE.slug), hello, THRIVE)
        assert texts(turn, Held) == [text]
        assert not any(isinstance(event, Stopped | Erased) for event in turn.events), text
        assert turn.conversation.stage is Stage.CONSENT, text


@pytest.mark.parametrize("code", LANGUAGES)
def test_most_of_these_stories_hold_a_listed_word_whole(code: str) -> None:
    """The others bend it: "the noise that does not stop", in languages where the verb changes."""
    lists = [(name, one) for name in ("stop", "delete", "help", "no") for one in {code, "en"}]
    wanted = [f" {folded(phrase)} " for name, one in lists for phrase in phrases(name, one)]
    beginnings = [one.rstrip() for one in wanted if len(one) > 6]
    found = [text for text in stories(code) if any(one in f" {folded(text)} " for one in (*wanted, *beginnings))]
    assert len(found) >= 0.7 * len(stories(code)), sorted(set(stories(code)) - set(found))


def test_a_thousand_stories_with_a_stop_word_were_told() -> None:
    found = [text for code in LANGUAGES for text in stories(code)]
    assert len(found) >= 1000
    assert len(set(found)) == len(found), "no story twice"
