"""The forms of telephone numbers, and the other valid numbers that the library `phonenumbers` finds.

British forms count whether issued or not, because people invent numbers; so does whatever begins with a country code.
"""

from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from bot.stories.redaction.forms import A, Form, S, W, letter, pattern
from bot.stories.redaction.numbers import GAP

#: A digit of a British number and what separates it from the next; the letter o for a nought only among digits.
_DIGIT_OR_O = rf"(?:\d{GAP}|o[{S}-]?)"


def _british(before: str, nought: str) -> str:
    return rf"(?:^|{before})({nought}[{S})]{{0,2}}[1-35789]{GAP}{_DIGIT_OR_O}{{8}}\d)(?:\D|$)"


_SPREAD = r"(?:^|\D)(0[.-][1-35789](?:[.-]\d){9})(?:[.-]?$|[^\d.-]|[.-]\D)"
_ABROAD = rf"(?:^|[^\d+])(\+[{S}]?\(?\d(?:{GAP}\d){{7,14}})(?:\D|$)"
_ABROAD_00 = rf"(?:^|\D)(00{GAP}[1-9](?:{GAP}\d){{8,13}})(?:\D|$)"
_BARE_44 = rf"(?:^|[^\d+])(44[{S}-]?(?:\(?0\)?[{S}]?)?[1237](?:[{S}-]?\d){{9}})(?:\D|$)"
_AMERICAN = (
    rf"(?:^|[^\d.,/-])((?:1[{S}.-])?(?:\(\d{{3}}\)[{S}]?|\d{{3}}[.-])\d{{3}}[.-]\d{{4}})(?:[.-]?$|[^\d.-]|[.-]\D)"
)
_PLUS_BEHIND = r"(?:^|\D)([1-9]\d{9,14}\+)(?:\D|$)"  # as it looks in right-to-left writing
_BRACKET, _PLUS_BRACKET = pattern(r"\(0\d{0,5}\)"), pattern(rf"\(\+[{S}]?\d{{1,3}}\)")
_DATE = pattern(rf"\d\d?[{S}./-]\d\d?[{S}./-](?:19|20)\d\d(?:\D|$)")


def _alone(text: bytes, start: int, _end: int) -> bool:
    """Not the end of a longer number; after a whole number and a slash it is another one."""
    before = text[max(start - 7, 0) : start]
    if not before[-2:-1].isdigit():
        return True
    return (
        (len(before) == 7 and before[:-1].isdigit())
        if before.endswith(b"/")
        else not before.endswith((b",", b".", b"-"))
    )


def _undated(text: bytes, start: int, end: int) -> bool:
    """Not the end of a longer number, nor a date."""
    return _alone(text, start, end) and not _DATE.match(text, start)


FORMS = (
    Form("phone", pattern(_british(r"\D", "0")), _undated, lead=_BRACKET),
    Form("phone", pattern(_british(rf"[^{W}]", "o")), _undated),
    Form("phone", pattern(_SPREAD), _alone),
    Form("phone", pattern(_ABROAD), lead=_PLUS_BRACKET),
    Form("phone", pattern(_ABROAD_00), _alone),
    Form("phone", pattern(_BARE_44), _alone),
    Form("phone", pattern(_AMERICAN)),
    Form("phone", pattern(_PLUS_BEHIND)),
)

#: A text without this is not worth the library's time: the shortest valid numbers have eight digits.
_ENOUGH_DIGITS = pattern(rf"(?:\+|(?:^|\D)0)(?:[^{A}£€$%]{{0,4}}\d){{7}}")
#: At least seven digits, separated by nothing that ends a number for the library.
_CLUSTER = pattern(r"\d(?:[-x .()\[\]/~―ー⁓∼]{0,4}\d){6,}")
#: Octets that the library gets at a time, the step to the next part, and what it sees before and after.
_PART, _STEP, _BEFORE, _AFTER = 96, 48, 12, 40


def valid(text: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each valid number that the library finds.

    It tries many ways to divide a text, so it gets a few dozen digits at a time.
    """
    if not _ENOUGH_DIGITS.search(text):
        return
    for cluster in _CLUSTER.finditer(text):
        at, end = cluster.span()
        while at + _PART < end:
            yield from _matched(text, at - _BEFORE, at + _PART)
            at += _STEP
        yield from _matched(text, at - _BEFORE, end + _AFTER)


def _matched(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    start, end = letter(text, max(start, 0)), letter(text, min(end, len(text)))
    letters = text[start:end].decode()
    for number in PhoneNumberMatcher(letters, "GB", leniency=Leniency.VALID):
        yield start + _length(letters[: number.start]), start + _length(letters[: number.end])


def _length(letters: str) -> int:
    """The length in octets."""
    return len(letters.encode())
