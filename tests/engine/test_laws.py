"""The laws of the conversation, held against talks drawn at random: pure engine, no store, no clock.

`laws_kit.py` invents the talks and plays them; each turn is stepped twice, and the state goes through JSON between any
two turns. Draws are the same in every run (`derandomize`). `test_so_many_turns_were_played` counts them.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kit.talks import (
    ALARMS,
    CANARY,
    DIGITS,
    LANGUAGES,
    MIDDAY,
    SPOKEN,
    STATES,
    STORIES,
    THRIVE,
    THUMBS,
    Count,
    Scene,
    Talk,
    in_state,
    phrases,
    play,
    say,
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
    Kind,
    Released,
    Stage,
    Stopped,
    Told,
)

profile = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    phases=(Phase.generate, Phase.shrink),
)
CRISIS = {"crisis", "crisis_again"}
#: What may be said within twelve hours of danger: nothing that asks for a story, a permission or a fact.
NO_QUESTION = CRISIS | {"help", "stop", "delete", "deleted"}
_NEEDS_AN_EAR = {"story", "thanks", "thumb", "digit", "greeting", "who", "no", "label"}
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
    if not scene.stops:
        return
    assert scene.turn.conversation.stage is Stage.SILENT
    assert scene.turn.conversation.silence == "stop"
    assert Stopped() in scene.turn.events
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
    if (
        danger
        and scene.inbound.at < danger + CARE
        and scene.move.tag in _NEEDS_AN_EAR
        and scene.inbound.kind is Kind.TEXT
    ):
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
    if scene.move.tag in {"story", "danger", "abuse"} and len(text) > 5:
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


@settings(profile, max_examples=1600)
@given(talks())
def test_every_law_holds_in_every_turn_of_any_talk(talk: Talk) -> None:
    for scene in play(talk):
        for law in LAWS:
            law(scene)


def test_so_many_turns_were_played(record_testsuite_property: Callable[[str, object], None]) -> None:
    """A note for whoever reads the run; alone, without the test above, there is nothing to count."""
    if Count.turns == 0:
        pytest.skip("counts the turns of the test before it")
    record_testsuite_property("random turns, each stepped twice", Count.turns)
    assert Count.turns >= 50_000


def test_talks_begin_in_every_stage_and_at_every_step() -> None:
    reached = [in_state(state, language)[0] for state in STATES for language in SPOKEN]
    assert {one.stage for one in reached} == set(Stage)
    assert {one.step for one in reached if one.stage is Stage.STEPS} == {one.id for one in THRIVE.steps}
    assert {one.silence for one in reached} >= {"stop", "no", "deleted"}
    assert {one.language for one in reached} == {"", *SPOKEN}


# Stop first, then silence (law 2)


@pytest.mark.parametrize("language", SPOKEN)
def test_every_stop_word_of_every_language_stops_in_every_state(language: str) -> None:
    words = [phrase for code in LANGUAGES for phrase in phrases("stop", code)]
    for state in STATES:
        conversation, at = in_state(state, language)
        for stop in words:
            turn = say(conversation, stop, at + timedelta(seconds=20))
            assert (turn.conversation.stage, turn.conversation.silence) == (Stage.SILENT, "stop"), (state, stop)
            already = conversation.silence == "stop"
            assert [reply.key for reply in turn.replies] == ([] if already else ["stop"]), (state, stop)
            assert turn.conversation.drafts == 0


SILENT = ("stopped", "stopped before consent", "refused", "refused by the second person", "deleted")


@pytest.mark.parametrize("state", SILENT)
@pytest.mark.parametrize("language", SPOKEN)
def test_only_start_or_a_hub_opens_again(state: str, language: str) -> None:
    conversation, at = in_state(state, language)
    later = at + timedelta(hours=1)
    for code in LANGUAGES:
        for name in ("yes", "thanks", "no", "greeting", "done", "skip", "back", "help", "my_story", "language", "who"):
            for phrase in phrases(name, code):
                turn = say(conversation, phrase, later)
                assert (turn.conversation.stage, turn.replies) == (Stage.SILENT, ()), (name, phrase)
        for start in phrases("start", code):
            turn = say(conversation, start, later)
            assert [reply.key for reply in turn.replies] in (["first"], ["languages"]), start
            assert turn.conversation.stage in {Stage.CONSENT, Stage.LANGUAGE}
    hub = say(conversation, "", later, hub="LRMN", opening=True)
    assert hub.replies
    assert hub.conversation.stage is not Stage.SILENT


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


# Consent is a whole answer (law 3)


def _granted(turn: object) -> bool:
    events = turn.events  # type: ignore[attr-defined]
    return any(isinstance(one, Decided) and (one.purpose, one.decision) == ("take_part", "granted") for one in events)


def _yes_words(language: str) -> list[str]:
    """All that count as a yes in a conversation held in `language`: its own, and English where that does not clash."""
    tongue = THRIVE.vocabulary.tongue(language)
    return [" ".join(phrase) for phrase in sorted(tongue.yes)] + phrases("yes", language)


@pytest.mark.parametrize("state", ["asked for consent", "words held", "perhaps another person"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_yes_alone_is_always_consent(language: str, state: str) -> None:
    conversation, at = in_state(state, language)
    for yes in _yes_words(language):
        for written in (
            yes,
            yes.upper(),
            yes.capitalize() + ".",
            f" {yes}!! ",
            f"{yes} 👍",
            f"\u200b{yes}",
            f"{yes} {yes}",
        ):
            assert _granted(say(conversation, written, at + timedelta(hours=1))), written


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_but_and_yes_with_a_question_mark_are_not_consent(language: str) -> None:
    conversation, at = in_state("asked for consent", language)
    yes_words = phrases("yes", language)
    hedges = [*phrases("hedge", language), *phrases("hedge", "en")]
    texts = [f"{yes}{mark}" for yes in yes_words for mark in ("?", " ?", "??", "؟", "？", "?!")]
    texts += [f"{yes}{join}{hedge} {CANARY}" for yes in yes_words for hedge in hedges for join in (" ", ", ")]
    for text in texts:
        turn = say(conversation, text, at + timedelta(hours=1))
        assert not _granted(turn), text
        assert turn.replies, f"{text}: is asked once more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_and_thumbs_are_not_consent(language: str) -> None:
    for state in ("asked for consent", "words held"):
        conversation, at = in_state(state, language)
        numbers = [one for digits in DIGITS for one in digits] + ["10", "16", "34", "1.", "(1)", "①", "1 2", "1️⃣"]
        for text in (*numbers, *THUMBS):
            assert not _granted(say(conversation, text, at + timedelta(hours=1))), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_too_young_gives_no_consent(language: str) -> None:
    conversation, at = in_state("words held", language)
    yes = word("yes", language)
    ages = [pattern.replace("#", "14").removesuffix(".").strip() for pattern in phrases("age", language)]
    for text in ("14", f"{yes} 14", f"14 {yes}", *ages):
        turn = say(conversation, text, at + timedelta(hours=1))
        assert [reply.key for reply in turn.replies] == ["under_age"], text
        assert turn.conversation.drafts == 0
    for age in ages:
        turn = say(conversation, f"{age}, {yes}", at + timedelta(hours=1))
        assert not _granted(turn), age
        assert turn.replies, f"{age}: is asked once more, or told why not"


def test_a_tap_on_yes_is_consent_while_first_is_open_and_nowhere_else() -> None:
    for state in STATES:
        for language in SPOKEN:
            conversation, at = in_state(state, language)
            turn = say(conversation, "", at + timedelta(minutes=1), kind=Kind.BUTTON, button="consent:yes")
            assert _granted(turn) is (conversation.stage is Stage.CONSENT), state


@pytest.mark.parametrize("hours", [24, 25, 100])
@pytest.mark.parametrize("answer", ["YES", "yes. the lift is broken again", "tap"])
def test_words_held_for_more_than_a_day_do_not_become_the_story_though_the_machine_slept(
    hours: int, answer: str
) -> None:
    conversation, at = in_state("words held", "en")
    later = at + timedelta(hours=hours)
    if answer == "tap":
        turn = say(conversation, "", later, kind=Kind.BUTTON, button="consent:yes")
    else:
        turn = say(conversation, answer, later)
    assert not any(isinstance(event, Released) for event in turn.events)


# Nobody in crisis meets silence or a survey question (law 6)


@pytest.mark.parametrize("state", STATES)
def test_every_phrase_of_danger_gets_helplines_in_every_state(state: str) -> None:
    kinds = (Kind.TEXT, Kind.EDIT, Kind.MEDIA)
    for number, move in enumerate(ALARMS):
        if move.tag != "danger":
            continue
        conversation, at = in_state(state, move.language if move.language in SPOKEN else "en")
        kind = kinds[number % len(kinds)]
        turn = say(conversation, move.inbound.text, at + timedelta(seconds=30), kind=kind)
        assert next(reply.key for reply in turn.replies if reply.urgent) in CRISIS, (move, kind)
        assert any(isinstance(event, Flagged) for event in turn.events)


@pytest.mark.parametrize("state", [state for state in STATES if "stopped" not in state])
@pytest.mark.parametrize("language", SPOKEN)
def test_for_twelve_hours_no_question_is_put_and_nobody_is_left_without_an_answer(state: str, language: str) -> None:
    conversation, at = in_state(state, language)
    danger = next(move.inbound.text for move in ALARMS if move.tag == "danger" and move.language == language)
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


# One reply to a burst (law 1)


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", SPOKEN)
def test_a_burst_gets_one_reply_at_most(state: str, language: str, channel: Channel) -> None:
    conversation, at = in_state(state, language)
    for gap in (timedelta(seconds=1), timedelta(seconds=8)):
        now, replies, current = at + timedelta(hours=1), 0, conversation
        for number in range(7):
            turn = say(current, STORIES[language].format(f"part {number}"), now, channel=channel, guess=language)
            current, now = turn.conversation, now + gap
            replies += sum(not reply.urgent for reply in turn.replies)
        assert replies <= 1, state


def test_a_burst_that_outlasts_our_patience_gets_one_reply_at_most() -> None:
    current, replies = Conversation(campaign="thrive"), 0
    for number in range(9):
        now = MIDDAY + timedelta(seconds=25 * number)
        turn = say(current, STORIES["en"].format(number), now, channel=Channel.TELEGRAM, guess="en")
        current = turn.conversation
        replies += len(turn.replies)
    assert replies == 1


def test_a_burst_in_no_plain_language_gets_the_languages_and_then_first_at_most() -> None:
    current, replies = Conversation(campaign="thrive"), 0
    for number in range(4):
        turn = say(current, f"blip blop {number}", MIDDAY + timedelta(seconds=number))
        current = turn.conversation
        replies += len(turn.replies)
    assert replies == 2  # "still unsure after the next text: the default" outweighs the one breath here


# Every phone is shared (law 11)


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


@settings(profile, max_examples=200)
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


# Time (laws 3 and 9)


@pytest.mark.parametrize(
    "beginning",
    [MIDDAY, MIDDAY + timedelta(hours=10), MIDDAY.replace(2027, 10, 31, 18)],
    ids=["at midday", "late in the evening", "on the evening before the campaign closes"],
)
def test_time_alone_comes_to_rest(beginning: datetime) -> None:
    for state in STATES:
        for language in SPOKEN:
            conversation, _at = in_state(state, language, beginning)
            wakes = 0
            while conversation.wake_at is not None:
                turn = say(conversation, "", conversation.wake_at, kind=Kind.TIME)
                assert turn.conversation.wake_at is None or turn.conversation.wake_at > conversation.wake_at, state
                conversation, wakes = turn.conversation, wakes + 1
                assert wakes < 10
            assert conversation.drafts == 0, "what waited for a yes is gone in the end"


def test_the_second_of_two_equal_wakes_does_nothing() -> None:
    for state in STATES:
        conversation, at = in_state(state, "en")
        for minutes in (1, 4, 31, 5 * 60, 13 * 60, 24 * 60, 9 * 24 * 60):
            once = say(conversation, "", at + timedelta(minutes=minutes), kind=Kind.TIME)
            twice = say(once.conversation, "", at + timedelta(minutes=minutes), kind=Kind.TIME)
            assert (twice.replies, twice.events, twice.conversation) == ((), (), once.conversation)
