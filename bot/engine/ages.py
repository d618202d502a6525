"""The age that residents give as their own: in digits, in words, as a school year, or as nearly reached."""

import re

from bot.engine.vocabulary import Phrase, Tongue
from bot.engine.wishes import with_digits

_GLUED = re.compile(r"[^\W\d_]{1,8}[0-9]{1,2}|[0-9]{1,2}[^\W\d_]{1,8}")
_PART = re.compile(r"[0-9]+|[^0-9]+")
_MOST_WORDS = 40  # in a longer message a number is rarely the writer's age
_MOST_ALONE = 8  # words of a message that gives an age and little else
_BEGINNING = 8  # words in which an age stands, as a rule
_LAST_SCHOOL_YEAR = 10  # in England pupils of year 10 are 14 or 15
_YEARS_BEFORE_SCHOOL = 5


def age_told(tokens: Phrase, tongue: Tongue, *, alone: bool = False) -> int | None:
    """The age that the writer gives ("I am 14", "yes im fourteen", "im in year 8"), or None.

    With `alone`, a short message must begin with it: in a story an age is as often a child's, or of long ago.
    """
    if len(tokens) > (_MOST_ALONE if alone else _MOST_WORDS):
        return None
    for written in dict.fromkeys((tokens, _apart(tokens))):  # as written first: in Arabizi a digit is a letter
        spelt = with_digits(written, tongue.grammar)
        for start in _starts(spelt, tongue):
            found = _years(spelt[start:], tongue, alone=alone)
            if found is not None:
                return found
    return None


def _apart(tokens: Phrase) -> Phrase:
    """Numbers apart from the letters they are written against: ("im13",) -> ("im", "13"), ("13yo",) -> ("13", "yo")."""
    if not any(_GLUED.fullmatch(token) for token in tokens):
        return tokens
    return tuple(part for token in tokens for part in ((_GLUED.fullmatch(token) and _PART.findall(token)) or (token,)))


def _starts(tokens: Phrase, tongue: Tongue) -> list[int]:
    """Where the sentence about the age may begin: at the first word, or after a yes or no."""
    answers = [size for size in range(1, min(4, len(tokens)) + 1) if tokens[:size] in tongue.yes | tongue.no]
    return [0, *answers]


def _years(tokens: Phrase, tongue: Tongue, *, alone: bool) -> int | None:
    for at, token in enumerate(tokens):
        if not (token.isdecimal() and len(token) < 3):
            continue
        if _any(tongue.grammar.school, tokens, at, first=alone, last=alone) and int(token) <= _LAST_SCHOOL_YEAR:
            return int(token) + _YEARS_BEFORE_SCHOOL
        if int(token) <= _YEARS_BEFORE_SCHOOL:
            continue
        if _any(tongue.grammar.almost, tokens, at, first=alone, last=alone):
            return int(token) - 1
        if not alone and _any(tongue.grammar.age_end, tokens, at, last=True):
            return int(token)
        if at < _BEGINNING and any(
            _fits(pattern, tokens, at, tongue.grammar.others, alone=alone) for pattern in tongue.age
        ):
            return int(token)
    return None


def _any(patterns: frozenset[Phrase], tokens: Phrase, at: int, *, first: bool = False, last: bool = False) -> bool:
    """Whether one of the patterns stands around the number at `at`; `first` and `last`: at the ends of the message."""
    for pattern in patterns:
        middle = pattern.index("#") if "#" in pattern else len(pattern)
        start, stop = at - middle, at + len(pattern) - middle
        if (last and stop != len(tokens)) or (first and start != 0):
            continue
        if start >= 0 and tokens[start:at] == pattern[:middle] and tokens[at + 1 : stop] == pattern[middle + 1 :]:
            return True
    return False


def _fits(pattern: Phrase, tokens: Phrase, at: int, others: frozenset[Phrase], *, alone: bool) -> bool:
    """Whether the pattern of the catalogue stands around the number at `at`, near the beginning."""
    before = pattern[: pattern.index("#")] if "#" in pattern else pattern
    after = pattern[pattern.index("#") + 1 :] if "#" in pattern else ()
    ends = after[-1:] == (".",)
    after = after[:-1] if ends else after
    start, stop = at - len(before), at + 1 + len(after)
    if start < 0 or stop > len(tokens) or tokens[start:at] != before or tokens[at + 1 : stop] != after:
        return False
    if alone and (start or (stop != len(tokens) and (not after or tokens[stop : stop + 1] in others))):
        return False
    if start > (2 if before else 0):  # in the middle of a sentence it is rarely the writer's own age
        return False
    if start and tokens[start - 1 : start] in others:
        return False
    return not ends or stop == len(tokens)
