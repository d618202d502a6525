"""The values of a turn: a conversation is stored whole, old states read, and a step changes only its own copy."""

import copy
import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.dialogues import MIDDAY, THRIVE
from kit.states import STATES, in_state

from bot.engine.conversation import step
from bot.engine.folding import words
from bot.engine.model import Conversation, Inbound, Kind, Stage

_MOMENTS = st.datetimes(timezones=st.just(UTC))
_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    bool: st.booleans(),
    int: st.integers(0, 10**6),
    Stage: st.sampled_from(Stage),
    Stage | None: st.none() | st.sampled_from(Stage),
    datetime | None: st.none() | _MOMENTS,
    tuple[str, ...]: st.lists(st.text()).map(tuple),
}
_CONVERSATIONS = st.fixed_dictionaries({one.name: _VALUES[one.type] for one in dataclasses.fields(Conversation)}).map(
    lambda values: Conversation(**values)
)


def _reloaded(conversation: Conversation) -> Conversation:
    return Conversation.from_json(json.loads(json.dumps(conversation.to_json())))


@settings(derandomize=True, database=None, deadline=None)
@given(_CONVERSATIONS)
def test_every_field_survives_a_save_and_a_reload(conversation: Conversation) -> None:
    read = _reloaded(conversation)
    assert read == conversation
    assert [type(value) for value in dataclasses.astuple(read)] == [
        type(value) for value in dataclasses.astuple(conversation)
    ]


def test_a_new_conversation_is_stored_as_its_campaign_alone() -> None:
    assert Conversation(campaign="thrive").to_json() == {"campaign": "thrive"}


def test_the_interrupted_stage_is_stored_under_the_name_that_the_version_before_reads() -> None:
    conversation = Conversation(campaign="thrive", stage=Stage.LANGUAGE, interrupted=Stage.NEW)
    stored = json.loads(json.dumps(conversation.to_json()))
    assert stored == {"campaign": "thrive", "stage": "language", "left": "new"}
    assert Conversation.from_json(stored) == conversation
    assert Conversation.from_json({"campaign": "thrive", "interrupted": "steps"}).interrupted is Stage.STEPS


def test_a_state_of_the_version_before_goes_on_where_it_was() -> None:
    stored = {
        "campaign": "thrive", "stage": "language", "left": "steps", "step": "pressure", "language": "en",
        "settled": True, "wording": "en", "menu": ["en", "es"], "story_open": True, "told": 1,
        "granted_at": "2026-11-21T11:50:00+00:00", "last_in": "2026-11-21T11:59:00+00:00",
    }  # fmt: skip
    turn = step(Conversation.from_json(stored), Inbound(kind=Kind.TEXT, at=MIDDAY, text="2"), THRIVE)
    assert (turn.conversation.stage, turn.conversation.language) == (Stage.STEPS, "es")


def test_a_field_of_a_newer_version_is_refused() -> None:
    with pytest.raises(TypeError, match="mood"):
        Conversation.from_json({"campaign": "thrive", "mood": "good"})


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(AttributeError):
        Conversation(campaign="thrive").quite_since = MIDDAY  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", STATES)
def test_a_step_leaves_the_callers_conversation_as_it_was(state: str) -> None:
    conversation, at = in_state(state, "en")
    before = copy.deepcopy(conversation)
    later = at + timedelta(minutes=5)
    inbounds = [
        Inbound(kind=Kind.TEXT, at=later, text=text, message="m", digest="d")
        for text in ("yes", "no", "stop", "start", "delete", "language", "help", "2", "I am 14", "the damp is worse")
    ]
    inbounds += [Inbound(kind=kind, at=later, text="new words", message="m") for kind in (Kind.EDIT, Kind.MEDIA)]
    inbounds += [Inbound(kind=kind, at=later + timedelta(days=1)) for kind in (Kind.TIME, Kind.BLOCKED)]
    inbounds += [
        Inbound(kind=Kind.BUTTON, at=later, button=one) for one in ("consent:yes", "delete:yes", "may_quote:no")
    ]
    for inbound in inbounds:
        turn = step(conversation, inbound, THRIVE)
        assert turn.conversation is not conversation
        assert conversation == before, inbound


def test_the_words_of_a_text_are_folded_where_the_caller_has_not() -> None:
    assert Inbound(kind=Kind.TEXT, at=MIDDAY, text="Sí, ٢٧!!").words == words("Sí, ٢٧!!") == ("si", "27")
    assert Inbound(kind=Kind.TEXT, at=MIDDAY, text="Sí", words=("known",)).words == ("known",)
