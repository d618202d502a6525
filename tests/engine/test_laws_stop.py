"""Stop first, then silence (law 2): in every state, in every language."""

from datetime import timedelta

import pytest
from kit.dialogues import LANGUAGES, SPOKEN
from kit.rotation import Rotation
from kit.states import STATES, in_state, say
from kit.words import phrases, word

from bot.engine.model import (
    Erased,
    Stage,
)


@pytest.mark.thorough
@pytest.mark.parametrize("language", SPOKEN)
def test_every_stop_word_of_every_language_stops_in_every_state(language: str, rotation: Rotation) -> None:
    words = [phrase for code in LANGUAGES for phrase in phrases("stop", code)]
    for number, state in enumerate(STATES, 4 * SPOKEN.index(language)):
        conversation, at = in_state(state, language)
        for stop in rotation.share(words, number, len(STATES)):
            turn = say(conversation, stop, at + timedelta(seconds=20))
            assert (turn.conversation.stage, turn.conversation.silence) == (Stage.SILENT, "stop"), (state, stop)
            already = conversation.silence == "stop"
            assert [reply.key for reply in turn.replies] == ([] if already else ["stop"]), (state, stop)
            assert turn.conversation.drafts == 0


SILENT = ("stopped", "stopped before consent", "refused", "refused by the second person", "deleted")


NO_START = ("yes", "thanks", "no", "greeting", "done", "skip", "back", "my_story", "language", "who")


@pytest.mark.thorough
@pytest.mark.parametrize("state", SILENT)
@pytest.mark.parametrize("language", SPOKEN)
def test_only_start_or_a_hub_opens_again(state: str, language: str, rotation: Rotation) -> None:
    conversation, at = in_state(state, language)
    later = at + timedelta(hours=1)
    quiet = [phrase for code in LANGUAGES for name in NO_START for phrase in phrases(name, code)]
    number = len(SPOKEN) * SILENT.index(state) + SPOKEN.index(language)
    for phrase in rotation.share(quiet, number, len(SPOKEN) * len(SILENT)):
        turn = say(conversation, phrase, later)
        assert (turn.conversation.stage, turn.replies) == (Stage.SILENT, ()), phrase
    for code in LANGUAGES:
        for start in phrases("start", code):
            turn = say(conversation, start, later)
            assert [reply.key for reply in turn.replies] in (["first"], ["languages"]), start
            assert turn.conversation.stage in {Stage.CONSENT, Stage.LANGUAGE}
    hub = say(conversation, "", later, hub="LRMN", opening=True)
    assert hub.replies
    assert hub.conversation.stage is not Stage.SILENT


@pytest.mark.parametrize("state", SILENT)
def test_help_still_brings_helplines_and_opens_nothing(state: str) -> None:
    conversation, at = in_state(state, "en")
    for code in LANGUAGES:
        for phrase in phrases("help", code):
            turn = say(conversation, phrase, at + timedelta(hours=1))
            assert [reply.key for reply in turn.replies if reply.urgent] == ["help"], phrase
            assert turn.conversation.stage is Stage.SILENT, phrase


@pytest.mark.parametrize("state", [state for state in STATES if state != "deleted"])
def test_delete_erases_after_a_stop_at_once_and_without_an_answer(state: str) -> None:
    conversation, at = in_state(state, "en")
    stopped = say(conversation, "STOP", at + timedelta(minutes=1)).conversation
    for code in LANGUAGES:
        for delete in phrases("delete", code):
            turn = say(stopped, delete, at + timedelta(minutes=2))
            assert Erased() in turn.events, delete
            assert turn.replies == ()


@pytest.mark.parametrize("language", SPOKEN)
def test_delete_is_done_after_one_yes_in_every_state(language: str) -> None:
    for state in STATES:
        conversation, at = in_state(state, language)
        if conversation.stage is Stage.SILENT:
            continue
        asked = say(conversation, word("delete", language), at + timedelta(minutes=1))
        assert [reply.key for reply in asked.replies] == ["delete"], state
        assert Erased() not in asked.events
        done = say(asked.conversation, word("yes", language), at + timedelta(minutes=2))
        assert [reply.key for reply in done.replies] == ["deleted"], state
        assert Erased() in done.events
