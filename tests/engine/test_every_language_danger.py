"""In every language, danger and abuse are heard and hardship is left alone."""

from datetime import timedelta

import pytest
from kit.languages import LANGUAGES, at_first, at_story, data, keys
from kit.states import in_state, say

from scripts.benches import crisis


@pytest.mark.parametrize("code", LANGUAGES)
def test_there_are_enough_sentences_of_danger_abuse_and_hardship(code: str) -> None:
    data(code)
    found = crisis.figures(code)
    assert found.danger >= 30
    assert found.abuse >= 15
    assert found.hardship >= 30


@pytest.mark.parametrize("code", LANGUAGES)
def test_danger_is_heard(code: str) -> None:
    data(code)
    found = crisis.figures(code)
    assert found.danger_found >= 0.95, found.danger_missed


@pytest.mark.parametrize("code", LANGUAGES)
def test_danger_is_heard_however_a_phone_mangles_it(code: str) -> None:
    data(code)
    found = crisis.figures(code)
    assert found.mutated == found.danger * len(crisis.MUTATIONS)
    assert found.mutated_found >= 0.9, found.mutated_missed


@pytest.mark.parametrize("code", LANGUAGES)
def test_abuse_is_heard(code: str) -> None:
    data(code)
    found = crisis.figures(code)
    assert found.abuse_found >= 0.9, found.abuse_missed


@pytest.mark.parametrize("code", LANGUAGES)
def test_hardship_is_left_alone(code: str) -> None:
    data(code)
    found = crisis.figures(code)
    assert len(found.false_alarms) <= 1, found.false_alarms


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sentence_of_danger_gets_helplines_and_no_question_wherever_it_is_sent(code: str) -> None:
    data(code)
    heard = [text for text in data(code)["crisis"]["danger"] if text not in crisis.figures(code).danger_missed]
    for conversation, at in (at_first(code), at_story(code), in_state("stopped", code)):
        for text in heard:
            turn = say(conversation, text, at + timedelta(seconds=40))
            assert keys(turn) == ["crisis"], text
            assert turn.replies[0].urgent, text


def test_the_table_says_that_nobody_has_reviewed_it(capsys: pytest.CaptureFixture[str]) -> None:
    crisis.report()
    printed = capsys.readouterr().out
    assert printed.startswith(crisis.HEADING)
    assert "not yet reviewed by a clinician" in crisis.HEADING
    *table, _space, honest = printed.splitlines()
    assert [line.split()[0] for line in table[-len(LANGUAGES) :]] == list(LANGUAGES)
    assert honest.startswith("Of the sentences kept apart from the lists")


def test_unseen_sentences_are_measured_and_their_false_alarms_are_few() -> None:
    """The recall is printed and not held: a goal would tempt somebody to mend the lists by these very sentences."""
    _found, danger, false, hardship = crisis.unseen()
    assert danger >= 300
    assert false <= hardship / 20
