"""Echoes: what phones send for a tap on our text, such as `Liked “Thank you …”`. It quotes us, so it is no answer.

Every phone writes it in its own language; what they share is that they quote the beginning of our text. An echo is
never a story and never consent.
"""

import re
from collections.abc import Callable

from bot.engine.folding import words

_QUOTE = re.compile('[“„«「『"]')
_MOST_QUOTES = 3
_SEEN = 120  # characters behind a quotation mark: enough for the first words in every language
#: So many of our first words tell a quotation from a resident's own quotation marks.
OPENING = 4


def opening(text: str) -> tuple[str, ...]:
    """The first words of one of our texts, folded; empty for a text of fewer words."""
    found = words(text[:_SEEN])[:OPENING]
    return found if len(found) == OPENING else ()


def echoes(text: str, openings: Callable[[], frozenset[tuple[str, ...]]]) -> bool:
    """Whether `text` quotes the beginning of one of our texts, after one of its first quotation marks."""
    for count, mark in enumerate(_QUOTE.finditer(text)):
        if count == _MOST_QUOTES:
            return False
        if opening(text[mark.end() : mark.end() + _SEEN]) in openings():
            return True
    return False
