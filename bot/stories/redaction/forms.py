"""Finds identifiers of one form in time that grows with the length of the text, whatever a stranger wrote.

A form is a pattern of RE2, which reads each octet once and never goes back, so one search takes time in proportion to
what it may read: a window of fixed length. After each search the next begins further on, so there are never more
searches than octets. Nothing in this package uses the patterns of `re`, which go back and try again; the library
`phonenumbers` does, and `phones.py` gives it little at a time. `tests/test_redaction_growth.py` counts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import re2

#: Octets that one search may read. What a form finds, without its tail, is shorter than half of it.
WINDOW = 2048

#: A class of letters each: of addresses (Latin, Greek, Cyrillic; other scripts are written right up to an address
#: without a space), of words in any script, white space.
A = "A-Za-z0-9_À-֏Ḁ-ỿ"
W = r"\pL\pN_"
S = r"\t-\r\x1c-\x1f "
#: What may not stand right before and right after most identifiers: a letter of addresses.
START, END = f"(?:^|[^{A}])", f"(?:[^{A}]|$)"


_SILENT = re2.Options()
_SILENT.log_errors = False  # strangers shall not write lines into the log by what they send


def pattern(text: str) -> Any:
    """`text` as a pattern that ignores case where it does not say otherwise."""
    return re2.compile(f"(?i:{text})", _SILENT)


@dataclass(frozen=True, slots=True)
class Form:
    """The kind of an identifier and how it is found.

    Group 1 of `head` is the identifier; what stands around the group must be there but may belong to a neighbour as
    well. `tail` reads on from its end, however far: all that it reads is masked. `lead` is a bracket that opens right
    before. `holds` says what no pattern can, and looks at no more than the identifier and a few octets beside it.
    """

    kind: str
    head: Any
    holds: Callable[[bytes, int, int], bool] | None = None
    tail: Any = None
    lead: Any = None


def spans(form: Form, text: bytes) -> Iterator[tuple[int, int]]:
    """From where to where identifiers of `form` stand. One that does not hold hides none that begins inside it."""
    at = 0
    while at < len(text):
        match = search(form.head, text, at)
        if match is None:
            at += WINDOW // 2
            continue
        if match.start() > at + WINDOW // 2:  # the window ends before it may: look again with all of one
            at = match.start()
            continue
        start, end = match.span(1)
        read = form.tail.match(text, end) if form.tail else match
        if read is None or (form.holds and not form.holds(text, start, end)):
            at = match.start() + 1
            continue
        if form.tail:
            end = read.end()
        # The last letter may stand before the next identifier, as what is not a letter of one.
        at = max(letter(text, end - 1), at + 1)
        if form.lead and start and form.lead.match(text, start - 1):
            start -= 1
        yield start, end


def search(head: Any, text: bytes, at: int) -> Any:
    """The first match of `head` in the window that begins at `at`, or None."""
    return head.search(text, at, min(at + WINDOW, len(text)))


def letter(text: bytes, at: int) -> int:
    """Where the letter begins that the octet at `at` belongs to."""
    while 0 < at < len(text) and text[at] & 0xC0 == 0x80:
        at -= 1
    return at
