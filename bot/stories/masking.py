"""Masks what an organiser marked in a story, and what redaction finds by its form. Pure.

Marks and redaction read the same text, so neither hides part of a number from the other. A mark is whole words, not a
pattern: upper and lower case, white space and the way accents were typed do not matter. In scripts without spaces it
is found anywhere in the sentence.
"""

import re
import unicodedata
from collections.abc import Iterator

from bot.store.marks import Mark
from bot.stories.redaction import find, redact

#: Letters of scripts without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
_RUNNING = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_BEFORE, _AFTER = rf"(?<![^\W{_RUNNING}])", rf"(?![^\W{_RUNNING}])"


def masked(text: str, marks: tuple[Mark, ...]) -> str:
    """`text` with `[kind]` in place of marks and identifiers. Where two overlap, the longer one gives the kind."""
    if not marks:
        return redact(text).text
    whole = unicodedata.normalize("NFC", text)
    out: list[str] = []
    at = 0
    for start, end, kind in _merged(sorted((*_marked(whole, marks), *_identifiers(whole)))):
        out += (whole[at:start], f"[{kind}]")
        at = end
    return "".join((*out, whole[at:]))


def _marked(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[int, int, str]]:
    for mark in marks:
        words = unicodedata.normalize("NFC", mark.words).split()
        pattern = r"\s+".join(re.escape(word) for word in words)
        if pattern:
            pattern = _edge(words[0][0], _BEFORE) + pattern + _edge(words[-1][-1], _AFTER)
            for match in re.finditer(pattern, text, re.IGNORECASE):
                yield match.start(), match.end(), mark.kind


def _identifiers(text: str) -> Iterator[tuple[int, int, str]]:
    return ((one.start, one.end, one.kind) for one in find(text))


def _edge(letter: str, boundary: str) -> str:
    """`boundary`, unless `letter` is of a script without spaces."""
    return "" if re.match(f"[{_RUNNING}]", letter) else boundary


def _merged(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    out: list[tuple[int, int, str]] = []
    longest = 0
    for start, end, kind in spans:
        if not out or start >= out[-1][1]:
            out.append((start, end, kind))
            longest = end - start
            continue
        first, last, named = out[-1]
        out[-1] = (first, max(end, last), kind if end - start > longest else named)
        longest = max(longest, end - start)
    return out
