"""Finds identifiers of one form, in time proportional to the length of the text, whatever a stranger wrote.

A form is a pattern of RE2, which reads each octet once and never backtracks, so a search takes time in proportion to
what it may read: a window of fixed length. Each search begins after the one before, so there are at most as many
searches as octets. This package uses no patterns of `re`, which backtrack; the library `phonenumbers` does, so
`phones.py` gives it little at a time. `tests/stories/test_redaction_growth.py` counts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import re2

#: Octets that one search may read: more than twice the longest finding without its tail.
WINDOW = 2048

#: Classes of letters: of addresses (Latin, Greek, Cyrillic; other scripts may touch an address without a space), of
#: words in any script, white space.
A = "A-Za-z0-9_À-֏Ḁ-ỿ"
W = r"\pL\pN_"
S = r"\t-\r\x1c-\x1f "
#: Before and after most identifiers: anything but a letter of addresses.
START, END = f"(?:^|[^{A}])", f"(?:[^{A}]|$)"
_SILENT = re2.Options()
_SILENT.log_errors = False  # RE2 logs what it cannot read: strangers could write into our log


def pattern(text: str) -> Any:
    """`text` compiled for RE2; ignores case, except where it says otherwise."""
    return re2.compile(f"(?i:{text})", _SILENT)


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of identifier, and how it is found.

    Group 1 of `head` is the identifier; what surrounds the group must be there but may also belong to a neighbour.
    `tail` continues from its end, without a limit, and is masked too. `lead` is a bracket that opens right before.
    `holds` tests what no pattern can; it may read the identifier and a few octets beside it.
    """

    kind: str
    head: Any
    holds: Callable[[bytes, int, int], bool] | None = None
    tail: Any = None
    lead: Any = None


def spans(form: Form, text: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each identifier of `form`. One that does not hold hides no other that begins inside it."""
    at = 0
    while at < len(text):
        match = search(form.head, text, at)
        if match is None:
            at += WINDOW // 2
            continue
        if match.start() > at + WINDOW // 2:  # too near the end of the window: search again from here
            at = match.start()
            continue
        start, end = match.span(1)
        read = form.tail.match(text, end) if form.tail else match
        if read is None or (form.holds and not form.holds(text, start, end)):
            at = match.start() + 1
            continue
        if form.tail:
            end = read.end()
        # The last letter may also be what must stand before the next identifier.
        at = max(letter(text, end - 1), at + 1)
        if form.lead and start and form.lead.match(text, start - 1):
            start -= 1
        yield start, end


def search(head: Any, text: bytes, at: int) -> Any:
    """The first match of `head` in the window that begins at `at`, or None."""
    return head.search(text, at, min(at + WINDOW, len(text)))


def letter(text: bytes, at: int) -> int:
    """The start of the letter that the octet at `at` belongs to."""
    while 0 < at < len(text) and text[at] & 0xC0 == 0x80:
        at -= 1
    return at
