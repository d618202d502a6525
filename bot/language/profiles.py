"""The n-gram tables in one compact form: langdetect's own, and ours for languages that it lacks.

For languages that we offer ours are made from our catalogues; for some that Londoners speak and we do not offer, from
their commonest words, so that they are not taken for one that we do. Two sorted arrays hold what langdetect keeps in
90,000 lists: 3 MB instead of 55, without the loss of a figure.
"""

import json
import math
import re
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import langdetect
from langdetect.utils.ngram import NGram

from bot.language import catalogue
from bot.language.hints import COMMON, without_marks

_LANGDETECT = Path(langdetect.__file__).parent / "profiles"
_OURS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
#: Offered languages without a table of langdetect's.
_LACKING = ("yo", "ti")
_SIZES = (1, 2, 3)
_SMOOTHING = 0.5 / 10_000  # langdetect's own, at its default alpha
_WEIGHT = {1: 0.5, 2: 0.5, 3: 1.0}  # the n-grams of one word overlap, and are not three witnesses
#: The code of a language without a table. It uses an n-gram a little less often than the average language that has it.
UNKNOWN = ""
_UNKNOWN_SHARE = 0.75
_LANGUAGE = 16  # bits of a key for the place of the language; the higher ones are the letters of the n-gram
_ADDRESS = re.compile(r"https?://\S{1,2000}|\S{1,64}@\S{1,255}")


@dataclass(frozen=True, slots=True)
class Profile:
    """How often each n-gram occurs in a language, and how many there are of each size."""

    code: str
    counts: dict[str, int]
    totals: list[int]


class Tables:
    """For each n-gram, the languages that use it, and how much it speaks for each."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        codes: list[str] = []
        keys, shares = array("Q"), array("d")
        for at, profile in enumerate(profiles):
            codes.append(profile.code)
            keys.frombytes("".join([f"{chr(at)}{gram:\0<3}" for gram in profile.counts]).encode("utf-16-le"))
            shares.extend([count / profile.totals[len(gram) - 1] for gram, count in profile.counts.items()])
        if sys.byteorder == "big":
            keys.byteswap()
        in_order = sorted(range(len(keys)), key=keys.__getitem__)
        self.codes = (*codes, UNKNOWN)
        self._keys = array("Q", map(keys.__getitem__, in_order))
        self._shares = array("d", map(shares.__getitem__, in_order))

    def weights(self, gram: str) -> Iterator[tuple[int, float]]:
        """The place in `codes` of each language that has `gram`, and the logarithm of the odds that `gram` adds."""
        number = int.from_bytes(f"{gram:\0<3}".encode("utf-16-le", "surrogatepass"), "little")
        at = first = bisect_left(self._keys, number << _LANGUAGE)
        total, times = 0.0, _WEIGHT[len(gram)]
        while at < len(self._keys) and self._keys[at] >> _LANGUAGE == number:
            share = self._shares[at]
            yield self._keys[at] & 0xFFFF, times * math.log1p(share / _SMOOTHING)
            at, total = at + 1, total + share
        if at > first:
            yield len(self.codes) - 1, times * math.log1p(_UNKNOWN_SHARE * total / (at - first) / _SMOOTHING)


def grams(text: str) -> Iterator[str]:
    """The n-grams of `text` as langdetect makes them; in lower case, because langdetect drops words in capitals."""
    gram = NGram()
    for letter in f" {NGram.normalize_vi(_ADDRESS.sub(' ', text.lower()))} ":
        gram.add_char(letter)
        yield from (found for size in _SIZES if (found := gram.get(size)))


def profiles(folder: Path = catalogue.LOCALES) -> Iterator[Profile]:
    """All profiles, langdetect's first. One at a time: together they would take 40 MB."""
    for path in sorted(_LANGDETECT.iterdir()):
        if path.is_file():
            read = json.loads(path.read_text(encoding="utf-8"))
            yield Profile(_OURS.get(read["name"], read["name"]), read["freq"], read["n_words"])
    for code in _LACKING:
        found = catalogue.catalogue(folder, code, catalogue.DOMAIN)
        texts = [text for key, text in found.texts.items() if not key.startswith("command ")] if found else []
        if texts:
            yield _profile(code, ((re.sub(r"{\w+}|[A-Z0-9|]{2,}", " ", text), 1) for text in texts))
    for code, common in COMMON.items():
        yield _profile(code, ((word, 1 + 60 // (rank + 4)) for rank, word in enumerate(common.split())))


def _profile(code: str, texts: Iterable[tuple[str, int]]) -> Profile:
    """The profile of `texts`, each counted as often as its number says, with its marks and without."""
    counts: Counter[str] = Counter()
    for text, times in texts:
        for variant in {unicodedata.normalize("NFC", text), without_marks(text)}:
            for gram in grams(variant):
                if max(gram) <= "\uffff":  # as in langdetect's own tables
                    counts[gram] += times
    return Profile(code, counts, [sum(n for gram, n in counts.items() if len(gram) == size) for size in _SIZES])
