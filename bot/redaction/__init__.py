"""Masks what can be found by its form: telephone, NHS and NI numbers, e-mail addresses, links, postcodes, handles.

Pure. Called by `bot/exports/rows.py` for every role but `raw`. It works on a folded copy (plain digits and letters, no
marks, nothing invisible) and maps what it finds back: outside a mask everything stays as it was sent. It knows neither
names nor streets nor numbers in words, and a story can point to one person without any of these: redacted is less than
"nobody can tell whose it is", and nothing here may promise that. Measured by `scripts/bench redaction`.

Strangers write the texts, so the time grows with their length and with nothing else: see `forms.py`.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.redaction import addresses, numbers, phones, postcodes
from bot.redaction.folding import Copy, fold
from bot.redaction.forms import spans

#: What is masked, as files and pages say it to people.
MASKED = "telephone numbers, e-mail addresses, links, postcodes, NHS numbers, National Insurance numbers and @names"
#: Where two findings are equally long, the earlier form names the mask.
_FORMS = (*addresses.FORMS, *postcodes.FORMS, *numbers.FORMS, *phones.FORMS)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with placeholders, and how many of each kind."""

    text: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """From where to where an identifier stands, and its kind."""

    start: int
    end: int
    kind: str


def redact(text: str) -> Redacted:
    """`text` with every identifier that was found replaced by `[kind]`."""
    out: list[str] = []
    at = 0
    found = find(text)
    for one in found:
        out += (text[at : one.start], f"[{one.kind}]")
        at = one.end
    return Redacted("".join((*out, text[at:])), dict(Counter(one.kind for one in found)))


def find(text: str) -> list[Found]:
    """The identifiers in `text`, in order, none overlapping another."""
    copy = fold(text)
    out: list[Found] = []
    at = 0
    for span in _merged(_found(copy)):
        start, end = copy.places[span.start], copy.places[span.end - 1] + 1
        while unicodedata.category(text[end : end + 1] or " ")[0] == "M":  # accents and keycaps go with their letter
            end += 1
        if start >= at:  # one letter that unfolds into several belongs to the mask before it
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
    """Where findings overlap, one mask over all, named after the longest: nothing that was found stays visible."""
    out: list[Found] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
            continue
        last = out.pop()
        kind = max(last, span, key=lambda one: one.end - one.start).kind
        out.append(Found(last.start, max(last.end, span.end), kind))
    return out
