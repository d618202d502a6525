"""Masks what an organiser marked in a story, together with what `bot/redaction` finds by its form.

Pure; called by `rows.py` for every role but `raw`. Both look at the same text, so that neither hides a part of a number
from the other. Marks are whole words in any case, over any white space, however accents were typed; never patterns.
Where a script is written without spaces, a mark counts anywhere in the sentence.
"""

import re
import unicodedata
from collections.abc import Iterator

from bot.redaction import find, redact
from bot.store.marks import Mark

#: Letters that are not divided into words by spaces: Han, kana, Thai, Lao, Khmer, Burmese.
_RUNNING = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_BEFORE, _AFTER = rf"(?<![^\W{_RUNNING}])", rf"(?![^\W{_RUNNING}])"


def masked(text: str, marks: tuple[Mark, ...]) -> str:
    """`text` with `[kind]` in place of all that has to go; where two overlap, the longer names what stands for both."""
    if not marks:
        return redact(text).text
    whole = unicodedata.normalize("NFC", text)
    out: list[str] = []
    at = 0
    for start, end, kind in _merged(sorted((*_found(whole, marks), *_formed(whole)))):
        out += (whole[at:start], f"[{kind}]")
        at = end
    return "".join((*out, whole[at:]))


def _found(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[int, int, str]]:
    for mark in marks:
        words = unicodedata.normalize("NFC", mark.words).split()
        pattern = r"\s+".join(re.escape(word) for word in words)
        if pattern:
            pattern = _edge(words[0][0], _BEFORE) + pattern + _edge(words[-1][-1], _AFTER)
            for match in re.finditer(pattern, text, re.IGNORECASE):
                yield match.start(), match.end(), mark.kind


def _formed(text: str) -> Iterator[tuple[int, int, str]]:
    return ((one.start, one.end, one.kind) for one in find(text))


def _edge(letter: str, boundary: str) -> str:
    """No boundary beside a letter of a script without spaces."""
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
