"""Masks what can be found by its form: telephone, NHS and NI numbers, e-mail addresses, links, postcodes, handles.

Pure. Called by `bot/exports/rows.py` for every role but `raw`. It works on a folded copy (digits of any script,
full-width letters, nothing invisible) and maps what it finds back, so that everything outside a mask stays exactly as
it was sent. It does not know names or streets, and a story can point to one person without any of these: redacted is
less than "nobody can tell whose it is", and nothing here may promise that.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import Leniency, PhoneNumberMatcher

#: What is masked, as files and pages say it to people.
MASKED = "telephone numbers, e-mail addresses, links, postcodes, NHS numbers, National Insurance numbers and @names"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with placeholders, and how many of each kind."""

    text: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: str


def redact(text: str) -> Redacted:
    """`text` with every identifier that was found replaced by `[kind]`."""
    copy, places = _folded(text)
    out: list[str] = []
    counts: Counter[str] = Counter()
    at = 0
    for span in _merged(_found(copy)):
        start, end = places[span.start], places[span.end - 1] + 1
        while text[end : end + 1] in _KEYCAP:
            end += 1
        if start < at:  # one letter that unfolds into several belongs to the mask before it
            continue
        out += (text[at:start], f"[{span.kind}]")
        counts[span.kind] += 1
        at = end
    return Redacted("".join((*out, text[at:])), dict(counts))


def _folded(text: str) -> tuple[str, range | list[int]]:
    """The copy to look at, and for each of its letters the place of the original one."""
    if text.isascii():
        return text, range(len(text))
    out: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plain in _plain(letter):
            out.append(plain)
            places.append(place)
    return "".join(out), places


@lru_cache(maxsize=8192)
def _plain(letter: str) -> str:
    """One letter as the patterns know it; nothing for what splits a number without being seen."""
    if unicodedata.category(letter) == "Cf" or letter in _KEYCAP:
        return ""
    digit = unicodedata.decimal(letter, None)
    return unicodedata.normalize("NFKC", letter).translate(_DASHES) if digit is None else str(digit)


def _found(text: str) -> Iterator[_Span]:
    for gate, patterns in _PATTERNS:
        if not gate.search(text):
            continue
        for kind, pattern in patterns:
            for match in pattern.finditer(text):
                if kind != "nhs-number" or _nhs(match[0]):
                    yield _Span(match.start(), match.end(), kind)
    if _ENOUGH_DIGITS.search(text):
        for number in PhoneNumberMatcher(text, "GB", leniency=Leniency.VALID):
            yield _Span(number.start, number.end, "phone")


def _merged(spans: Iterator[_Span]) -> list[_Span]:
    """Where findings overlap, one mask over all, named after the longest: nothing that was found stays visible."""
    out: list[_Span] = []
    longest = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        length = span.end - span.start
        if not out or span.start >= out[-1].end:
            out.append(span)
            longest = length
            continue
        last = out[-1]
        out[-1] = _Span(last.start, max(last.end, span.end), span.kind if length > longest else last.kind)
        longest = max(longest, length)
    return out


def _nhs(text: str) -> bool:
    """Whether ten digits end in the check digit of an NHS number (modulus 11)."""
    digits = [int(letter) for letter in text if letter.isdecimal()]
    check = -sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check == digits[9]


#: What dresses a digit as an emoji.
_KEYCAP = frozenset("\ufe0e\ufe0f\u20e3")
#: Dashes that stand between the groups of a number, and the wide space that normalising leaves.
_DASHES = {ord(dash): "-" for dash in "‐‑‒–—−"}

_AREAS = (
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|"
    "M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
_ENDINGS = r"(?:com|org|net|info|edu|gov|uk|app|link)"
_SHORTENERS = r"(?:t|wa|fb|m)\.me|youtu\.be|bit\.ly|goo\.gl|x\.com"

#: The library looks for numbers slowly; the shortest valid ones have seven digits, close together.
_ENOUGH_DIGITS = re.compile(r"(?:\d\D{0,4}){7}")

_EMAIL = ("email", r"[\w.%+'-]{0,63}[\w+]@(?:[\w-]{1,63}\.){1,8}\w{2,24}")
_HANDLE = ("handle", r"(?<![\w@.])@[^\W\d][\w.]*\w\b")
_LINK = ("link", r"(?:\b[a-z][a-z0-9+.-]{1,9}://|\bwww\.)[^\s<>\"]*[^\s<>\".,;:!?'()\[\]]")
_BARE_LINK = (
    "link",
    rf"(?<![\w@.-])(?:(?:[\w-]{{1,63}}\.){{1,8}}{_ENDINGS}|{_SHORTENERS})\b(?:/[^\s<>\"]*[^\s<>\".,;:!?'()\[\]])?",
)
_NHS = ("nhs-number", r"(?<![\d+])(?<!\+\d )(?<!\+\d\d )(?<!\+\d\d\d )\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_NI = (  # QQ is the prefix of examples
    "ni-number",
    r"\b(?:QQ|(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])(?:[ -]?\d\d){3}[ -]?[A-D]\b",
)
_POSTCODE = (
    "postcode",
    rf"\b(?:GIR[ -]?0AA|(?:{_AREAS})(?:\d\d?|\d[A-HJKPSTUW-Y])[ -]{{0,2}}\d[ABD-HJLNP-UW-Z]{{2}})\b",
)
# British forms whether given out or not, since people invent numbers, and whatever begins with a country's code.
_BRITISH = ("phone", r"(?<![\d,.-])\(?0(?=[1-35789]\d)(?:[ .()-]{0,2}\d){10}(?!\d)")
_FOREIGN = ("phone", r"(?<![\w+])\+\d(?:[ .()-]{0,3}\d){7,14}(?!\d)")

#: What a text must hold to be worth the search, and what to search for.
_PATTERNS = tuple(
    (re.compile(gate), tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in patterns))
    for gate, patterns in (
        (r"@", (_EMAIL, _HANDLE)),
        (r"\w\.\w|://", (_LINK, _BARE_LINK)),
        (r"\d[A-Za-z]{2}\b", (_POSTCODE,)),
        (r"(?:\d\D{0,3}){6}", (_NHS, _NI, _BRITISH, _FOREIGN)),
    )
)
