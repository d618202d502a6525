"""The laws of the conversation, held against talks drawn at random: pure engine, no store, no clock.

`laws_kit.py` invents the talks and plays them; each turn is stepped twice, and the state goes through JSON between any
two turns. Draws are the same in every run (`derandomize`). `test_so_many_turns_were_played` counts them.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws_kit import (
    ALARMS,
    BEGINNINGS,
    CANARY,
    DIGITS,
    LANGUAGES,
    MIDDAY,
    STATES,
    STORIES,
    THRIVE,
    THUMBS,
    WORDINGS,
    Count,
    Move,
    Scene,
    Talk,
    begun,
    phrases,
    play,
    state_after,
    talks,
    word,
)

from bot.engine.conversation import step
from bot.engine.model import (
    Channel,
    Coded,
    Conversation,
    Decided,
    Erased,
    Flagged,
    Held,
    Inbound,
    Kind,
    Released,
    Stage,
    Stopped,
    Told,
)

profile = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)
CRISIS = {"crisis", "crisis_again"}
#: What may be said within twelve hours of danger: nothing that asks for a story, a permission or a fact.
NO_QUESTION = CRISIS | {"help", "stop", "delete", "deleted"}
DAY = timedelta(hours=24)
CARE = timedelta(hours=12)


# The laws, each of one turn


def at_most_one_reply_helplines_apart(scene: Scene) -> None:
    assert sum(not reply.urgent for reply in scene.turn.replies) <= 1
    assert sum(reply.urgent for reply in scene.turn.replies) <= 1


def every_reply_has_words_on_both_channels(scene: Scene) -> None:
    for reply in scene.turn.replies:
        for channel in Channel:
            text = scene.wording.render(reply, channel)
            assert text.strip()
            assert len(text) <= 1600
            assert "{" not in text
        language = reply.says[-1].language
        for choice in reply.choices:
            assert scene.wording.text(choice.key, language).strip()
            assert len(choice.data.encode()) <= 64  # Telegram's limit


def a_stop_word_of_any_language_stops_in_every_state(scene: Scene) -> None:
    if scene.move.tag != "stop":
        return
    assert scene.turn.conversation.stage is Stage.SILENT
    assert scene.turn.conversation.silence == "stop"
    assert Stopped("stop") in scene.turn.events
    assert scene.said == ([] if scene.before.silence == "stop" else ["stop"])


def silence_lasts_until_the_resident_opens_again(scene: Scene) -> None:
    if scene.before.stage is not Stage.SILENT or scene.opens:
        return
    assert scene.turn.conversation.stage is Stage.SILENT
    stopping = {"stop"} if scene.before.silence != "stop" and scene.move.tag == "stop" else set()
    assert set(scene.said) <= CRISIS | stopping
    assert not any(isinstance(event, Told | Held | Released | Coded) for event in scene.turn.events)


def a_carrier_s_stop_is_not_confirmed_twice(scene: Scene) -> None:
    if scene.inbound.carrier_stop or scene.inbound.kind is Kind.BLOCKED:
        assert scene.turn.conversation.silence == "stop"
        assert not scene.turn.replies


def nothing_is_told_while_consent_does_not_stand(scene: Scene) -> None:
    consent = scene.past.consent
    for event in scene.turn.events:
        if isinstance(event, Decided) and event.purpose == "take_part":
            consent = event.decision == "granted"
        elif isinstance(event, Erased):
            consent = False
        elif isinstance(event, Told | Released | Coded):
            assert consent, f"{event} without consent"


def while_first_is_open_a_text_is_held_and_not_told(scene: Scene) -> None:
    granted = any(isinstance(event, Decided) and event.decision == "granted" for event in scene.turn.events)
    if scene.before.stage in {Stage.NEW, Stage.CONSENT} and not granted and scene.inbound.kind is not Kind.EDIT:
        assert not any(isinstance(event, Told | Released | Coded) for event in scene.turn.events)


def what_is_held_is_counted_and_gone_after_no_stop_and_erasure(scene: Scene) -> None:
    held = scene.past.held
    for event in scene.turn.events:
        held = held + 1 if isinstance(event, Held) else held
        held = 0 if isinstance(event, Released | Erased) or type(event).__name__ == "Wiped" else held
    assert scene.turn.conversation.drafts == held
    if scene.before.stage is not Stage.SILENT and scene.turn.conversation.stage is Stage.SILENT:
        assert held == 0
    if held:
        assert scene.turn.conversation.wake_at is not None, "nobody would wipe it"


def erasure_leaves_only_the_language(scene: Scene) -> None:
    if not any(isinstance(event, Erased) for event in scene.turn.events):
        return
    after = scene.turn.conversation
    assert (after.told, after.drafts, after.story_open, after.granted_at) == (0, 0, False, None)
    assert after.stage is Stage.SILENT
    assert not any(isinstance(event, Told | Held | Released | Coded) for event in scene.turn.events)


def a_bare_yes_or_thanks_never_reopens(scene: Scene) -> None:
    if scene.before.stage is Stage.SILENT and scene.move.tag in {"yes", "half-yes", "thanks", "thumb", "digit"}:
        assert scene.turn.conversation.stage is Stage.SILENT


def explicit_danger_gets_helplines_in_the_same_turn_and_a_flag(scene: Scene) -> None:
    if scene.move.tag == "danger":
        assert any(reply.urgent and reply.key in CRISIS for reply in scene.turn.replies)
        assert any(isinstance(event, Flagged) and event.tier == "danger" for event in scene.turn.events)


def abuse_is_flagged_wherever_it_is_told(scene: Scene) -> None:
    if scene.move.tag == "abuse":
        assert any(isinstance(event, Flagged) for event in scene.turn.events)


def no_question_within_twelve_hours_of_danger(scene: Scene) -> None:
    danger = scene.past.danger_at
    if scene.move.tag == "danger" or (danger and scene.inbound.at < danger + CARE and not scene.opens):
        assert set(scene.said) <= NO_QUESTION
    if danger and scene.inbound.at < danger + CARE and scene.move.tag == "story" and scene.inbound.kind is Kind.TEXT:
        assert set(scene.said) & CRISIS, "nobody in crisis meets silence"


def time_does_each_thing_once(scene: Scene) -> None:
    if scene.inbound.kind is not Kind.TIME:
        return
    after = scene.turn.conversation
    again = step(after, scene.inbound, scene.campaign)
    assert (again.replies, again.events, again.conversation) == ((), (), after)
    assert after.wake_at is None or after.wake_at > scene.inbound.at, "the worker would wake it for ever"
    assert not any(isinstance(event, Told | Held | Released | Coded | Flagged) for event in scene.turn.events)


def held_words_never_outlive_a_day(scene: Scene) -> None:
    if scene.inbound.kind is not Kind.TIME and scene.before.drafts:
        since = scene.before.draft_since
        assert since is not None
        assert scene.inbound.at - since < DAY


def less_than_a_yes_is_never_consent(scene: Scene) -> None:
    language = scene.before.language or THRIVE.default_language
    worded = scene.move.tag == "half-yes" and scene.move.language in {"en", language}
    if worded or scene.move.tag in {"digit", "thumb", "age", "thanks", "hedge"}:
        assert not any(isinstance(event, Decided) and event.decision == "granted" for event in scene.turn.events)


def the_state_holds_no_word_of_the_resident(scene: Scene) -> None:
    state = json.dumps(scene.turn.conversation.to_json(), ensure_ascii=False).casefold()
    assert CANARY not in state
    text = scene.inbound.text.casefold().strip()
    if scene.move.tag in {"story", "danger", "abuse", "junk"} and len(text) > 5:
        assert text not in state


LAWS: tuple[Callable[[Scene], None], ...] = (
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


@settings(profile, max_examples=900)
@given(talks())
def test_every_law_holds_in_every_turn_of_any_talk(talk: Talk) -> None:
    for scene in play(talk):
        for law in LAWS:
            law(scene)
