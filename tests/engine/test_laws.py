"""Every law of the conversation, held in every turn of dialogues drawn at random: pure engine, no store, no clock.

Each turn is stepped twice, and the state goes through JSON between any two turns. Draws are the same in every run.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from kit.dialogues import CANARY, SPOKEN, THRIVE, Count, Dialogue, PlayedTurn, play
from kit.drawing import dialogues
from kit.states import STATES, in_state

from bot.engine.conversation import step
from bot.engine.model import (
    Channel,
    Coded,
    Decided,
    Erased,
    Flagged,
    Held,
    Kind,
    Released,
    Stage,
    Stopped,
    Told,
)

CRISIS = {"crisis", "crisis_again"}
#: What may be said within twelve hours of danger: nothing that asks for a story, a permission or a fact.
NO_QUESTION = CRISIS | {"help", "stop", "delete", "deleted"}
_NEEDS_AN_EAR = {"story", "thanks", "thumb", "digit", "greeting", "who", "no", "label"}
DAY = timedelta(hours=24)
CARE = timedelta(hours=12)


def at_most_one_reply_helplines_apart(played: PlayedTurn) -> None:
    assert sum(not reply.urgent for reply in played.turn.replies) <= 1
    assert sum(reply.urgent for reply in played.turn.replies) <= 1


def every_reply_has_words_on_both_channels(played: PlayedTurn) -> None:
    for reply in played.turn.replies:
        for channel in Channel:
            text = played.wording.render(reply, channel)
            assert text.strip()
            assert len(text) <= 1600
            assert "{" not in text
        language = reply.says[-1].language
        for choice in reply.choices:
            assert played.wording.text(choice.key, language).strip()
            assert len(choice.data.encode()) <= 64  # Telegram's limit


def a_stop_word_of_any_language_stops_in_every_state(played: PlayedTurn) -> None:
    if not played.stops:
        return
    assert played.turn.conversation.stage is Stage.SILENT
    assert played.turn.conversation.silence == "stop"
    assert Stopped() in played.turn.events
    assert played.said == ([] if played.before.silence == "stop" else ["stop"])


def silence_lasts_until_the_resident_opens_again(played: PlayedTurn) -> None:
    if played.before.stage is not Stage.SILENT or played.opens:
        return
    assert played.turn.conversation.stage is Stage.SILENT
    stopping = {"stop"} if played.before.silence != "stop" and played.timed.tag == "stop" else set()
    helped = {"help"} if played.timed.tag == "help" else set()
    assert set(played.said) <= CRISIS | stopping | helped
    assert not any(isinstance(event, Told | Held | Released | Coded) for event in played.turn.events)


def a_carrier_s_stop_is_not_confirmed_twice(played: PlayedTurn) -> None:
    if played.inbound.carrier_stop or played.inbound.kind is Kind.BLOCKED:
        assert played.turn.conversation.silence == "stop"
        assert not played.turn.replies


def nothing_is_told_while_consent_does_not_stand(played: PlayedTurn) -> None:
    consent = played.past.consent
    for event in played.turn.events:
        if isinstance(event, Decided) and event.purpose == "take_part":
            consent = event.decision == "granted"
        elif isinstance(event, Erased):
            consent = False
        elif isinstance(event, Told | Released | Coded):
            assert consent, f"{event} without consent"


def while_first_is_open_a_text_is_held_and_not_told(played: PlayedTurn) -> None:
    granted = any(isinstance(event, Decided) and event.decision == "granted" for event in played.turn.events)
    if played.before.stage in {Stage.NEW, Stage.CONSENT} and not granted and played.inbound.kind is not Kind.EDIT:
        assert not any(isinstance(event, Told | Released | Coded) for event in played.turn.events)


def what_is_held_is_counted_and_gone_after_no_stop_and_erasure(played: PlayedTurn) -> None:
    held = played.past.held
    for event in played.turn.events:
        held = held + 1 if isinstance(event, Held) else held
        held = 0 if isinstance(event, Released | Erased) or type(event).__name__ == "Wiped" else held
    assert played.turn.conversation.drafts == held
    if played.before.stage is not Stage.SILENT and played.turn.conversation.stage is Stage.SILENT:
        assert held == 0
    if held:
        assert played.turn.conversation.wake_at is not None, "nobody would wipe it"


def erasure_leaves_only_the_language(played: PlayedTurn) -> None:
    if not any(isinstance(event, Erased) for event in played.turn.events):
        return
    after = played.turn.conversation
    assert (after.told, after.drafts, after.story_open, after.granted_at) == (0, 0, False, None)
    assert after.stage is Stage.SILENT
    assert not any(isinstance(event, Told | Held | Released | Coded) for event in played.turn.events)


def a_bare_yes_or_thanks_never_reopens(played: PlayedTurn) -> None:
    if played.before.stage is Stage.SILENT and played.timed.tag in {"yes", "half-yes", "thanks", "thumb", "digit"}:
        assert played.turn.conversation.stage is Stage.SILENT


def explicit_danger_gets_helplines_in_the_same_turn_and_a_flag(played: PlayedTurn) -> None:
    if played.timed.tag == "danger":
        assert any(reply.urgent and reply.key in CRISIS for reply in played.turn.replies)
        assert any(isinstance(event, Flagged) and event.tier == "danger" for event in played.turn.events)


def abuse_is_flagged_wherever_it_is_told(played: PlayedTurn) -> None:
    if played.timed.tag == "abuse":
        assert any(isinstance(event, Flagged) for event in played.turn.events)


def no_question_within_twelve_hours_of_danger(played: PlayedTurn) -> None:
    danger = played.past.danger_at
    if played.timed.tag == "danger" or (danger and played.inbound.at < danger + CARE and not played.opens):
        assert set(played.said) <= NO_QUESTION
    if (
        danger
        and played.inbound.at < danger + CARE
        and played.timed.tag in _NEEDS_AN_EAR
        and played.inbound.kind is Kind.TEXT
    ):
        assert set(played.said) & CRISIS, "nobody in crisis meets silence"


def time_does_each_thing_once(played: PlayedTurn) -> None:
    if played.inbound.kind is not Kind.TIME:
        return
    after = played.turn.conversation
    again = step(after, played.inbound, played.campaign)
    assert (again.replies, again.events, again.conversation) == ((), (), after)
    assert after.wake_at is None or after.wake_at > played.inbound.at, "the worker would wake it for ever"
    assert not any(isinstance(event, Told | Held | Released | Coded | Flagged) for event in played.turn.events)


def held_words_never_outlive_a_day(played: PlayedTurn) -> None:
    if played.inbound.kind is not Kind.TIME and played.before.drafts:
        since = played.before.draft_since
        assert since is not None
        assert played.inbound.at - since < DAY


def less_than_a_yes_is_never_consent(played: PlayedTurn) -> None:
    language = played.before.language or THRIVE.default_language
    worded = played.timed.tag == "half-yes" and played.timed.language in {"en", language}
    if worded or played.timed.tag in {"digit", "thumb", "age", "thanks", "hedge"}:
        assert not any(isinstance(event, Decided) and event.decision == "granted" for event in played.turn.events)


def the_state_holds_no_word_of_the_resident(played: PlayedTurn) -> None:
    state = json.dumps(played.turn.conversation.to_json(), ensure_ascii=False).casefold()
    assert CANARY not in state
    text = played.inbound.text.casefold().strip()
    if played.timed.tag in {"story", "danger", "abuse"} and len(text) > 5:
        assert text not in state


LAWS: tuple[Callable[[PlayedTurn], None], ...] = (
    at_most_one_reply_helplines_apart,
    every_reply_has_words_on_both_channels,
    a_stop_word_of_any_language_stops_in_every_state,
    silence_lasts_until_the_resident_opens_again,
    a_carrier_s_stop_is_not_confirmed_twice,
    nothing_is_told_while_consent_does_not_stand,
    while_first_is_open_a_text_is_held_and_not_told,
    what_is_held_is_counted_and_gone_after_no_stop_and_erasure,
    erasure_leaves_only_the_language,
    a_bare_yes_or_thanks_never_reopens,
    explicit_danger_gets_helplines_in_the_same_turn_and_a_flag,
    abuse_is_flagged_wherever_it_is_told,
    no_question_within_twelve_hours_of_danger,
    time_does_each_thing_once,
    held_words_never_outlive_a_day,
    less_than_a_yes_is_never_consent,
    the_state_holds_no_word_of_the_resident,
)


DIALOGUES = {"everyday": 400, "thorough": 1600}[settings.get_current_profile_name()]


@settings(max_examples=DIALOGUES)
@given(dialogues())
def every_law_holds(dialogue: Dialogue) -> None:
    for played in play(dialogue):
        for law in LAWS:
            law(played)


@pytest.mark.slow
@pytest.mark.thorough
def test_every_law_holds_in_every_turn_of_any_talk() -> None:
    before = Count.turns
    every_law_holds()
    assert Count.turns - before >= 30 * DIALOGUES


def test_talks_begin_in_every_stage_and_at_every_step() -> None:
    reached = [in_state(state, language)[0] for state in STATES for language in SPOKEN]
    assert {one.stage for one in reached} == set(Stage)
    assert {one.step for one in reached if one.stage is Stage.STEPS} == {one.id for one in THRIVE.steps}
    assert {one.silence for one in reached} >= {"stop", "no", "deleted"}
    assert {one.language for one in reached} == {"", *SPOKEN}
