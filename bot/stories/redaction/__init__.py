"""Masks what has a form: telephone, NHS and NI numbers, e-mail addresses, links, postcodes, handles. Pure.

It searches a folded copy of the text (plain digits and letters, no marks, nothing invisible) and maps the places back:
outside a mask the text stays as it was sent. It does not know names, streets or numbers in words, and a story can point
to one person without any of these: "redacted" never means that a reader cannot tell whose story it is. Measured by
`scripts/bench redaction`.

Strangers write the texts, so the time must grow with their length only: see `forms.py`.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.stories.redaction import addresses, numbers, phones, postcodes
from bot.stories.redaction.folding import Copy, fold
from bot.stories.redaction.forms import spans

#: What is masked, in the words of files and pages.
MASKED = "telephone numbers, e-mail addresses, links, postcodes, NHS numbers, National Insurance numbers and @names"
#: Of two findings of equal length, the earlier form names the mask.
_FORMS = (*addresses.FORMS, *postcodes.FORMS, *numbers.FORMS, *phones.FORMS)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with placeholders, and the number of each kind."""

    text: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The place of an identifier in a text, and its kind."""

    start: int
    end: int
    kind: str


def redact(text: str) -> Redacted:
    """`text` with every identifier replaced by `[kind]`."""
    out: list[str] = []
    at = 0
    found = find(text)
    for one in found:
        out += (text[at : one.start], f"[{one.kind}]")
        at = one.end
    return Redacted("".join((*out, text[at:])), dict(Counter(one.kind for one in found)))


def find(text: str) -> list[Found]:
    """The identifiers in `text`, in order, without overlaps."""
    copy = fold(text)
    out: list[Found] = []
    at = 0
    for span in _merged(_found(copy)):
        start, end = copy.places[span.start], copy.places[span.end - 1] + 1
        while unicodedata.category(text[end : end + 1] or " ")[0] == "M":  # accents and keycaps belong to their letter
            end += 1
        if start >= at:  # a letter that folds into several belongs to the mask before it
            out.append(Found(start, end, span.kind))
            at = end
    return out


def _found(copy: Copy) -> Iterator[Found]:
    for form in _FORMS:
        for start, end in spans(form, copy.octets):
            yield Found(start, end, form.kind)
    for start, end in phones.valid(copy.octets):
        yield Found(start, end, "phone")


def _merged(found: Iterable[Found]) -> list[Found]:
    """Overlapping findings as one, with the kind of the longest: nothing that was found stays visible."""
    out: list[Found] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
            continue
        last = out.pop()
        kind = max(last, span, key=lambda one: one.end - one.start).kind
        out.append(Found(last.start, max(last.end, span.end), kind))
    return out
