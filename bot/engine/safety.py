"""Finds explicit danger and abuse in a message, by the phrase lists of every language.

A phrase found adds helplines and a flag; it never edits, blocks or drops the words. Negation does not suppress it: a
needless text costs a penny, a missed one a life. The lists are `locales/<code>/safety.toml`. They see no irony, no
hints and no spelling that is not listed; the README says so.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.engine.folding import sentence_ends, words

DANGER = "danger"
ABUSE = "abuse"
_STEM = 3  # letters by which `word*` is looked up
Lists = Mapping[str, Mapping[str, Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Concern:
    """Danger or abuse, found in a message: its tier and the phrase's `language:tier:number`. Never the words."""

    tier: str
    rule: str

    @property
    def language(self) -> str:
        """The language of the phrase."""
        return self.rule.partition(":")[0]


class _Phrase(NamedTuple):
    """One phrase, folded. With `last` it ends its sentence: "I don't want to live", not "… to live in this damp"."""

    pattern: tuple[str, ...]
    last: bool
    language: str
    tier: str
    number: int

    def stands(self, tokens: tuple[str, ...], at: int) -> bool:
        """Whether the message has these words at the word `at`."""
        stop = at + len(self.pattern)
        return stop <= len(tokens) and all(
            token.startswith(wanted[:-1]) if wanted.endswith("*") else token == wanted
            for wanted, token in zip(self.pattern, tokens[at:stop], strict=True)
        )


class SafetyPhrases:
    """The phrases of every language, indexed by their first words, so that a message is held against few of them.

    Expensive to build (34,555 phrases): build it once for the same lists, and share it between campaigns.
    """

    def __init__(self, lists: Lists) -> None:
        """From language -> tier -> phrases. Raises ValueError for a stem of too few letters.

        `word*` stands for every word that begins with these letters; " ." ends a phrase that ends its sentence.
        """
        self._alone: dict[str, list[_Phrase]] = {}  # by the only word, or by one before `word*`
        self._pairs: dict[tuple[str, str], list[_Phrase]] = {}  # by the first two words
        self._begins: dict[str, list[_Phrase]] = {}  # by the first letters of `word*`
        for phrase in _phrases(lists):
            first, *rest = phrase.pattern
            if first.endswith("*"):
                self._begins.setdefault(_stem(first), []).append(phrase)
            elif rest and not rest[0].endswith("*"):
                self._pairs.setdefault((first, rest[0]), []).append(phrase)
            else:
                self._alone.setdefault(first, []).append(phrase)

    def find(self, tokens: tuple[str, ...], text: str) -> Concern | None:
        """The gravest concern in a message: danger before abuse; None without any.

        `tokens` are the folded words of `text`, which shows where its sentences end.
        """
        if self._surely_none(tokens):
            return None
        found: Concern | None = None
        for concern in self._concerns(tokens, text):
            if concern.tier == DANGER:
                return concern
            found = found or concern
        return found

    def _surely_none(self, tokens: tuple[str, ...]) -> bool:
        """Whether no phrase can begin anywhere, as in nearly every message: three set operations show it."""
        return (
            self._pairs.keys().isdisjoint(itertools.pairwise(tokens))
            and self._alone.keys().isdisjoint(tokens)
            and self._begins.keys().isdisjoint([token[:_STEM] for token in tokens])
        )

    def _concerns(self, tokens: tuple[str, ...], text: str) -> Iterator[Concern]:
        following = (*tokens[1:], "")
        ends: frozenset[int] | None = None
        for at, (token, after) in enumerate(zip(tokens, following, strict=False)):
            indexes = (self._alone.get(token), self._pairs.get((token, after)), self._begins.get(token[:_STEM]))
            for phrase in itertools.chain.from_iterable(filter(None, indexes)):
                if not phrase.stands(tokens, at):
                    continue
                if phrase.last and ends is None:
                    ends = sentence_ends(text) | {len(tokens)}
                if not phrase.last or (ends and at + len(phrase.pattern) in ends):
                    yield Concern(phrase.tier, f"{phrase.language}:{phrase.tier}:{phrase.number}")


def _phrases(lists: Lists) -> Iterator[_Phrase]:
    known: dict[str, tuple[str, ...]] = {}  # the lists repeat their words five times, and folding one is slow
    for language, tiers in lists.items():
        for tier, phrases in tiers.items():
            for number, phrase in enumerate(phrases, 1):
                if pattern := _pattern(phrase, known):
                    yield _Phrase(pattern, phrase.rstrip().endswith(" ."), language, tier, number)


def _pattern(phrase: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    out: list[str] = []
    for word in phrase.split():
        tokens = known.get(word)
        if tokens is None:
            tokens = words(word)
            if tokens and word.endswith("*"):
                tokens = (*tokens[:-1], tokens[-1] + "*")
            known[word] = tokens
        out += tokens
    return tuple(out)


def _stem(word: str) -> str:
    """The letters by which `word*` is looked up. A shorter stem would match nearly everything."""
    if len(word) <= _STEM:
        raise ValueError(f"{word!r}: at least {_STEM} letters must stand before the *")
    return word[:_STEM]
