"""Finds explicit danger and abuse in a message: the phrase lists of every language on every message.

Pure. A hit never edits, blocks or drops the
words; it only adds helplines and a flag. Negation never suppresses a hit: a needless text costs a penny, a missed one
a life. Lists: `locales/<code>/safety.toml`. They see no irony, no hints and no spelling that nobody listed; the
README says so.
"""

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.engine.folding import words

DANGER = "danger"
ABUSE = "abuse"
Key = TypeVar("Key", bound=Hashable)
_STEM = 3  # letters by which `word*` rules are looked up


@dataclass(frozen=True, slots=True)
class Alarm:
    """One hit: its tier, and the rule (`language:number`) that raised it. Never the words."""

    tier: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: tuple[str, ...]
    alarm: Alarm
    last: bool = False  # nothing may follow: "I don't want to live", but not "… to live in this damp"

    def matches(self, tokens: tuple[str, ...], at: int) -> bool:
        stop = at + len(self.pattern)
        if stop > len(tokens) or (self.last and stop != len(tokens)):
            return False
        return all(
            token.startswith(wanted[:-1]) if wanted.endswith("*") else token == wanted
            for wanted, token in zip(self.pattern, tokens[at:stop], strict=True)
        )


@dataclass(frozen=True, slots=True)
class Alarms:
    """All phrase lists, ordered for looking up by their first words, so that a turn tries few rules."""

    alone: Mapping[str, tuple[_Rule, ...]] = field(default_factory=dict)  # by the only word, or one before `word*`
    pairs: Mapping[tuple[str, str], tuple[_Rule, ...]] = field(default_factory=dict)  # by the first two words
    begins: Mapping[str, tuple[_Rule, ...]] = field(default_factory=dict)  # by the first letters of `word*`

    @classmethod
    def build(cls, lists: Mapping[str, Mapping[str, Iterable[str]]]) -> "Alarms":
        """From language -> tier -> phrases.

        `word*` stands for every word that begins so; " ." ends a phrase that nothing may follow.
        """
        alone: dict[str, list[_Rule]] = {}
        pairs: dict[tuple[str, str], list[_Rule]] = {}
        begins: dict[str, list[_Rule]] = {}
        for rule in _rules(lists):
            first, *rest = rule.pattern
            if first.endswith("*"):
                begins.setdefault(_stem(first), []).append(rule)
            elif rest and not rest[0].endswith("*"):
                pairs.setdefault((first, rest[0]), []).append(rule)
            else:
                alone.setdefault(first, []).append(rule)
        return cls(_frozen(alone), _frozen(pairs), _frozen(begins))

    def find(self, tokens: tuple[str, ...]) -> Alarm | None:
        """The gravest alarm in a message, given as its folded words: danger before abuse; None without any."""
        if self._surely_none(tokens):
            return None
        found: Alarm | None = None
        for alarm in self._hits(tokens):
            if alarm.tier == DANGER:
                return alarm
            found = found or alarm
        return found

    def _surely_none(self, tokens: tuple[str, ...]) -> bool:
        """Whether no rule can begin anywhere: what nearly every message is, seen in three set operations."""
        return (
            self.pairs.keys().isdisjoint(itertools.pairwise(tokens))
            and self.alone.keys().isdisjoint(tokens)
            and self.begins.keys().isdisjoint([token[:_STEM] for token in tokens])
        )

    def _hits(self, tokens: tuple[str, ...]) -> Iterator[Alarm]:
        following = (*tokens[1:], "")
        for at, (token, after) in enumerate(zip(tokens, following, strict=False)):
            indexes = (self.alone.get(token), self.pairs.get((token, after)), self.begins.get(token[:_STEM]))
            for rule in itertools.chain.from_iterable(filter(None, indexes)):
                if rule.matches(tokens, at):
                    yield rule.alarm


def _rules(lists: Mapping[str, Mapping[str, Iterable[str]]]) -> Iterator[_Rule]:
    for language, tiers in lists.items():
        for tier, phrases in tiers.items():
            for number, phrase in enumerate(phrases, 1):
                if pattern := _pattern(phrase):
                    last = phrase.rstrip().endswith(" .")
                    yield _Rule(pattern, Alarm(tier, f"{language}:{tier}:{number}"), last)


def _stem(word: str) -> str:
    """The letters by which `word*` is looked up. Shorter stems would match nearly everything."""
    if len(word) <= _STEM:
        raise ValueError(f"{word!r}: at least {_STEM} letters must stand before the *")
    return word[:_STEM]


def _frozen(index: dict[Key, list[_Rule]]) -> dict[Key, tuple[_Rule, ...]]:
    return {key: tuple(rules) for key, rules in index.items()}


def _pattern(phrase: str) -> tuple[str, ...]:
    out: list[str] = []
    for word in phrase.split():
        tokens = words(word)
        if tokens and word.endswith("*"):
            tokens = (*tokens[:-1], tokens[-1] + "*")
        out.extend(tokens)
    return tuple(out)
