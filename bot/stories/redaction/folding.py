"""A copy of a text for searching: plain digits and letters, no marks, nothing invisible, as UTF-8."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_BLANK = frozenset("\u115f\u1160\u2065\u3164\uffa0")  # letters without ink
#: Dashes and dots between the groups of a number, spaces that RE2 does not know, the Turkish i.
_SIGNS = {
    ord(sign): plain
    for signs, plain in (("‐‑‒–—−", "-"), ("·•∙", "."), ("\x85\u1680\u2028\u2029", "\n"), ("İ", "I"), ("ı", "i"))
    for sign in signs
}


@dataclass(frozen=True, slots=True)
class Copy:
    """The octets to search, and for each the place of its letter in the original text."""

    octets: bytes
    places: Sequence[int]


def fold(text: str) -> Copy:
    """The copy of `text`. RE2 reads octets, so their places are counted here, once."""
    if text.isascii():
        return Copy(text.encode(), range(len(text)))
    octets = {letter: plain(letter).encode() for letter in set(text)}
    places = [place for place, letter in enumerate(text) for _ in octets[letter]]
    return Copy(b"".join(octets[letter] for letter in text), places)


@lru_cache(maxsize=8192)
def plain(letter: str) -> str:
    """One letter as the forms expect it; empty for what is invisible."""
    category = unicodedata.category(letter)
    if category[0] == "M" or category == "Cf" or letter in _BLANK:
        return ""
    if category == "Cs":  # half a surrogate pair: has no octets in UTF-8
        return "\ufffd"
    digit = unicodedata.decimal(letter, None)
    return unicodedata.normalize("NFKC", letter).translate(_SIGNS) if digit is None else str(digit)
