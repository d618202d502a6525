"""How well the safety phrases find danger and abuse in invented sentences of every language, plain and mangled.

The sentences are in `tests/languages/<code>.toml`. As in a turn, the phrases of every language are tried on each. The
phrases were improved by these sentences, so the table shows when one is lost and promises nothing about real messages.
`tests/unseen.toml` was written separately, and no phrase may be taken from it: its figure is the honest one.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

from bot.engine.folding import words
from bot.engine.safety import ABUSE, DANGER, SafetyPhrases
from bot.language import catalogue

SENTENCES = Path(__file__).resolve().parents[2] / "tests" / "languages"
UNSEEN = SENTENCES.with_name("unseen.toml")
HEADING = "The phrase lists and these sentences are drafts, not yet reviewed by a clinician or by a speaker."


def _one_letter_doubled(text: str) -> str:
    """Double a letter in the middle of the longest word; Chinese has no such slip of the thumb."""
    word = max(text.split(), key=len)
    middle = range(len(word) // 2, len(word))
    at = next((one for one in middle if word[one].isalpha() and not "\u3400" <= word[one] <= "\u9fff"), None)
    return text if at is None else text.replace(word, word[: at + 1] + word[at:], 1)


def _between(text: str, sign: str) -> str:
    """Put `sign` between all words; in Chinese, which has no spaces, between all letters."""
    parts = list(text) if any("\u3400" <= letter <= "\u9fff" for letter in text) else text.split()
    return sign.join(parts)


def _joined(text: str) -> str:
    """Put an invisible joiner and a non-joiner into every word."""
    return " ".join(word[:1] + "\u200d" + word[1:2] + "\u200c" + word[2:] for word in text.split())


#: How phones and thumbs change a sentence, by name.
MUTATIONS: Mapping[str, Callable[[str], str]] = {
    "letter": _one_letter_doubled,
    "spaces": lambda text: _between(text, "  "),
    "emoji": lambda text: _between(text, " 😢 "),
    "joiners": _joined,
    "capitals": str.upper,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the safety phrases found in the sentences of one language: counts, and the sentences they got wrong."""

    danger: int
    danger_missed: tuple[str, ...]
    abuse: int
    abuse_missed: tuple[str, ...]
    mutated: int
    mutated_missed: tuple[str, ...]
    hardship: int
    false_alarms: tuple[str, ...]

    @property
    def danger_found(self) -> float:
        """The share of the sentences of danger that get helplines."""
        return 1 - len(self.danger_missed) / self.danger

    @property
    def abuse_found(self) -> float:
        """The share of the sentences of abuse that get a line at all."""
        return 1 - len(self.abuse_missed) / self.abuse

    @property
    def mutated_found(self) -> float:
        """The share of the mangled sentences of danger that get helplines."""
        return 1 - len(self.mutated_missed) / self.mutated


@cache
def safety_phrases() -> SafetyPhrases:
    """The phrase lists of every language."""
    return SafetyPhrases(catalogue.load().safety)


def sentences(code: str) -> Mapping[str, Any]:
    """The invented sentences of one language."""
    return tomllib.loads((SENTENCES / f"{code}.toml").read_text(encoding="utf-8"))


@cache
def figures(code: str) -> Figures:
    """Try the sentences of one language."""
    crisis = sentences(code)["crisis"]
    mutated = [mutate(text) for text in crisis["danger"] for mutate in MUTATIONS.values()]
    return Figures(
        danger=len(crisis["danger"]),
        danger_missed=tuple(text for text in crisis["danger"] if _tier(text) != DANGER),
        abuse=len(crisis["abuse"]),
        abuse_missed=tuple(text for text in crisis["abuse"] if _tier(text) not in {DANGER, ABUSE}),
        mutated=len(mutated),
        mutated_missed=tuple(text for text in mutated if _tier(text) != DANGER),
        hardship=len(crisis["hardship"]),
        false_alarms=tuple(text for text in crisis["hardship"] if _tier(text)),
    )


@cache
def unseen() -> tuple[int, int, int, int]:
    """Of `tests/unseen.toml`: danger found and in all, hardship that got helplines and in all."""
    tables = tomllib.loads(UNSEEN.read_text(encoding="utf-8")).values()
    danger = [_tier(text) == DANGER for table in tables for text in table["danger"]]
    hardship = [bool(_tier(text)) for table in tables for text in table["hardship"]]
    return sum(danger), len(danger), sum(hardship), len(hardship)


def report() -> None:
    """Print the table, one line a language."""
    click.echo(f"{HEADING}\n")
    click.echo(f"mangled: {', '.join(MUTATIONS)}; false alarms: hardship that got helplines.\n")
    click.echo("language  danger found  mangled found  abuse found  false alarms")
    for code in catalogue.load().languages:
        if not (SENTENCES / f"{code}.toml").exists():
            click.echo(f"{code:8}  has no sentences")
            continue
        one = figures(code)
        click.echo(
            f"{code:8}  {_share(one.danger_found, one.danger)}    {_share(one.mutated_found, one.mutated)}"
            f"    {_share(one.abuse_found, one.abuse)}  {len(one.false_alarms):2} of {one.hardship}"
        )

    found, danger, false, hardship = unseen()
    click.echo(
        f"\nOf the sentences kept apart from the lists: danger found {_share(found / danger, danger)}, "
        f"false alarms {false} of {hardship}. Do not rely on the lists alone."
    )


def _share(found: float, count: int) -> str:
    return f"{100 * found:3.0f} % of {count:3}"


def _tier(text: str) -> str:
    found = safety_phrases().find(words(text), text)
    return found.tier if found else ""
