"""The grammar of each language: what people write to stop, to have words wiped, to agree by half, to give their age.

No story of any language is taken for one of these.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from kit.campaigns import load_campaigns

from bot.engine.ages import age_told
from bot.engine.consent import Verdict, judge
from bot.engine.folding import words
from bot.engine.reading import Reading, read
from bot.engine.vocabulary import Command, Vocabulary
from bot.language import catalogue

STORIES = Path(__file__).parents[1] / "languages"
LANGUAGES = sorted(catalogue.load().grammars)


@cache
def vocabulary() -> Vocabulary:
    return load_campaigns(drafts=True)[0]["thrive"].campaign.vocabulary


def reading(text: str, code: str) -> Reading:
    return read(text, words(text), code, vocabulary())


def stories(code: str) -> list[str]:
    raw: dict[str, Any] = tomllib.loads((STORIES / f"{code}.toml").read_text(encoding="utf-8"))
    return [
        *raw["first"]["story"],
        *raw["first"].get("stories_with_stop", ()),
        *raw.get("stories_with_stop", ()),
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_story_is_a_wish_to_stop_or_to_delete_or_half_a_yes(code: str) -> None:
    assert stories(code)
    for text in stories(code):
        found = reading(text, code)
        assert found.command not in {Command.STOP, Command.DELETE}, text
        assert not found.may_stop, text
        assert not found.agrees, text


@pytest.mark.parametrize("code", LANGUAGES)
def test_half_a_yes_is_never_consent_and_never_silence(code: str) -> None:
    grammar = vocabulary().lexicon(code).grammar
    assert grammar.agree
    for phrase in sorted(grammar.agree):
        text = " ".join(phrase)
        assert judge(reading(text, code), code, vocabulary(), 16).verdict in {Verdict.UNPLAIN, Verdict.YES}, text


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_age_in_words_is_the_age(code: str) -> None:
    ages = vocabulary().lexicon(code).grammar.ages
    assert set(ages.values()) == set(range(6, 16))
    young = next(" ".join(phrase) for phrase, age in ages.items() if age == 14)
    assert judge(reading(young, code), code, vocabulary(), 16).verdict is Verdict.UNDER_AGE


@pytest.mark.parametrize(
    ("code", "text", "command"),
    [
        ("en", "please stop sending me texts", Command.STOP),
        ("en", "take me off your list", Command.STOP),
        ("en", "can you delete what i said please", Command.DELETE),
        ("en", "I changed my mind, delete it", Command.DELETE),
        ("en", "actually can u delete what i said pls", Command.DELETE),
        ("en", "they never stop the noise", None),
        ("en", "i dont want to bother you", None),
        ("es", "no borren nada", None),
        ("en", "stop the council selling our flats", None),
        ("en", "my landlord wont delete my data", None),
    ],
)
def test_a_wish_is_made_of_its_own_words_alone(code: str, text: str, command: Command | None) -> None:
    assert reading(text, code).command is command


@pytest.mark.parametrize(
    ("code", "text", "young"),
    [
        ("en", "yes my school is bad and im 13", True),
        ("en", "yes im nearly 16", True),
        ("en", "i am twelve", True),
        ("en", "im in year 8", True),
        ("en", "yes im13", True),
        ("en", "im in yr9", True),
        ("en", "14yo .", True),
        ("en", "yes, the M25 and the A2 keep me awake", False),
        ("en", "Yes, I'm thirty four and in year 2 of my course", False),
        ("en", "i am 14 weeks pregnant", False),
        ("tr", "evet 14 yaşındayım", True),
        ("es", "me hacen bullying en la escuela y tengo 13 años", True),
        ("vi", "con tôi 8 tuổi", False),
        ("zh-Hans", "那时我才15", False),
        ("zh-Hans", "我15岁", True),
        ("vi", "tôi 15 tuổi", True),
    ],
)
def test_an_age_under_the_limit_is_heard_at_consent(code: str, text: str, young: bool) -> None:
    verdict = judge(reading(text, code), code, vocabulary(), 16).verdict
    assert (verdict is Verdict.UNDER_AGE) is young


@pytest.mark.parametrize(
    ("code", "text", "young"),
    [
        ("en", "im 14", True),
        ("es", "tengo 15 años y vivo con mi tia", True),
        ("en", "I'm 14 yrs in this flat", False),
        ("en", "my son is 14 years old and he is bullied", False),
        ("en", "when I was 14 years old we came here and nothing has changed", False),
        ("ar", "تركت سوريا وعمري 14 سنة", False),
        ("vi", "con gái tôi 8 tuổi", False),
        ("zh-Hans", "儿子今年10岁", False),
    ],
)
def test_in_a_story_only_an_age_that_the_message_begins_with_counts(code: str, text: str, young: bool) -> None:
    tongue = vocabulary().tongue(code)
    age = age_told(words(text), tongue, alone=True)
    assert (age is not None and age < 16) is young
