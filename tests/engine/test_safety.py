"""Phrases of danger and abuse: what is found where, and which of several concerns counts."""

import pytest

from bot.engine.folding import words
from bot.engine.safety import ABUSE, DANGER, Concern, SafetyPhrases

PHRASES = SafetyPhrases(
    {
        "en": {
            DANGER: ["end it all", "don't want to live .", "overdos*", "kill* myself"],
            ABUSE: ["hits me", "afraid"],
        },
        "es": {DANGER: ["quitarme la vida"], ABUSE: ["me pega"]},
    }
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Some days I want to END it all, really", "en:danger:1"),
        ("I dont want to live", "en:danger:2"),
        ("I don't want to live in this damp", None),
        ("overdosed last night", "en:danger:3"),
        ("the overdose", "en:danger:3"),
        ("killing myself", "en:danger:4"),
        ("killing time", None),
        ("I am afraid", "en:abuse:2"),
        ("quiero quitarme la vida", "es:danger:1"),
        ("he hits me", "en:abuse:1"),
        ("me pega y quiero quitarme la vida", "es:danger:1"),
        ("hits", None),
        ("I don't want to live. sorry", "en:danger:2"),
        ("sorry\nI don't want to live\nJo", "en:danger:2"),
        ("the damp is bad! I dont want to live… bye", "en:danger:2"),
        ("I don't want to live like this. sorry", None),
        ("", None),
    ],
)
def test_a_phrase_is_found_anywhere_in_a_message_and_danger_counts_before_abuse(text: str, rule: str | None) -> None:
    found = PHRASES.find(words(text), text)
    assert found == (Concern(rule.split(":")[1], rule) if rule else None)
    assert found is None or found.language == rule.split(":")[0]  # type: ignore[union-attr]


def test_a_stem_of_too_few_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3 letters"):
        SafetyPhrases({"en": {DANGER: ["ki* myself"]}})
