"""In every language, numbers in the digits of every script."""

from datetime import timedelta

import pytest
from kit.dialogues import THRIVE
from kit.languages import LANGUAGES, answer, granted, keys
from kit.states import in_state, say

from bot.engine.model import (
    Coded,
    Stage,
)

#: The digits of the scripts, from nought to nine; Ethiopic has no nought.
DIGITS = {
    "ar": ["٠١٢٣٤٥٦٧٨٩"], "fa": ["۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"], "ur": ["۰۱۲۳۴۵۶۷۸۹"], "bn": ["০১২৩৪৫৬৭৮৯"],
    "pa": ["੦੧੨੩੪੫੬੭੮੯"], "gu": ["૦૧૨૩૪૫૬૭૮૯"], "ta": ["௦௧௨௩௪௫௬௭௮௯"], "ne": ["०१२३४५६७८९"], "ti": ["0፩፪፫፬፭፮፯፰፱"],
}  # fmt: skip
EVERYBODY = ["0123456789", "０１２３４５６７８９", [f"{digit}\ufe0f\u20e3" for digit in "0123456789"]]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_choice_is_made_by_its_number_in_the_digits_of_the_script(code: str) -> None:
    area, area_at = in_state("asked for the area", code)
    groups, groups_at = in_state("asked for the groups", code)
    boroughs = [choice for choice, _label in THRIVE.step("area").choices]  # type: ignore[union-attr]
    people = [choice for choice, _label in THRIVE.step("about_you").choices]  # type: ignore[union-attr]
    for digits in (*EVERYBODY, *DIGITS.get(code, ())):
        for number, borough in enumerate(boroughs, 1):
            turn = say(area, digits[number], area_at + timedelta(seconds=30))
            assert [one.codes for one in turn.events if isinstance(one, Coded)] == [(borough,)], digits[number]
        several = f"{digits[2]} {digits[7]}"
        turn = say(groups, several, groups_at + timedelta(seconds=30))
        assert [one.codes for one in turn.events if isinstance(one, Coded)] == [(people[1], people[6])], several


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_number_is_no_consent_in_any_digits(code: str) -> None:
    for digits in (*EVERYBODY, *DIGITS.get(code, ())):
        for digit in digits:
            turn = answer(code, digit)
            assert not granted(turn), digit
            assert turn.conversation.stage is Stage.CONSENT, digit


@pytest.mark.parametrize("code", LANGUAGES)
def test_one_in_the_digits_of_the_script_finishes_the_story(code: str) -> None:
    for digits in (*EVERYBODY, *DIGITS.get(code, ())):
        before, at = in_state("telling", code)
        turn = say(before, digits[1], at + timedelta(seconds=30))
        assert keys(turn) == ["step change"], digits[1]
