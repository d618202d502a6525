"""Consent is a whole answer (law 3): what is a yes, and all that is not."""

from datetime import timedelta

import pytest
from kit.dialogues import CANARY, LANGUAGES, SPOKEN, THRIVE
from kit.rotation import Rotation
from kit.states import STATES, in_state, say
from kit.words import DIGITS, THUMBS, phrases, word

from bot.engine.model import (
    Decided,
    Kind,
    Released,
    Stage,
    Turn,
)


def granted(turn: Turn) -> bool:
    decided = [(one.purpose, one.decision) for one in turn.events if isinstance(one, Decided)]
    return ("take_part", "granted") in decided


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
            assert granted(say(conversation, written, at + timedelta(hours=1))), written


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_but_and_yes_with_a_question_mark_are_not_consent(language: str, rotation: Rotation) -> None:
    conversation, at = in_state("asked for consent", language)
    yes_words = phrases("yes", language)
    hedges = [*phrases("hedge", language), *phrases("hedge", "en")]
    texts = [f"{yes}{mark}" for yes in yes_words for mark in ("?", " ?", "??", "؟", "？", "?!")]
    texts += [f"{yes}{join}{hedge} {CANARY}" for yes in yes_words for hedge in hedges for join in (" ", ", ")]
    for text in rotation.share(texts, LANGUAGES.index(language), 9):
        turn = say(conversation, text, at + timedelta(hours=1))
        assert not granted(turn), text
        assert turn.replies, f"{text}: is asked once more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_and_thumbs_are_not_consent(language: str) -> None:
    for state in ("asked for consent", "words held"):
        conversation, at = in_state(state, language)
        numbers = [one for digits in DIGITS for one in digits] + ["10", "16", "34", "1.", "(1)", "①", "1 2", "1️⃣"]
        for text in (*numbers, *THUMBS):
            assert not granted(say(conversation, text, at + timedelta(hours=1))), text


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
        assert not granted(turn), age
        assert turn.replies, f"{age}: is asked once more, or told why not"


def test_a_tap_on_yes_is_consent_while_first_is_open_and_nowhere_else() -> None:
    for state in STATES:
        for language in SPOKEN:
            conversation, at = in_state(state, language)
            turn = say(conversation, "", at + timedelta(minutes=1), kind=Kind.BUTTON, button="consent:yes")
            assert granted(turn) is (conversation.stage is Stage.CONSENT), state


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
