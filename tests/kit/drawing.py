"""Draws any dialogue at random: a beginning that leads into some state, then whatever may come.

Words from every list of every language, stories, numbers, junk, taps, edits, pictures, hubs, and time that passes.
"""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.engine.model import Channel, Kind
from kit.dialogues import CAMPAIGNS, CANARY, LANGUAGES, MIDDAY, Dialogue, TimedInbound
from kit.states import BEGINNINGS, STATES
from kit.words import ALARMS, KEYWORDS, LABELS, NUMBERS, OPENINGS, OTHERS, TAPS, TIME, TOLD, text_of

#: From when dialogues begin: at midday, late in the evening, the day the campaign closes, after it has closed.
BEGINNINGS_AT = (
    MIDDAY,
    datetime(2026, 12, 1, 22, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 16, tzinfo=UTC),
    datetime(2028, 1, 5, 9, tzinfo=UTC),
)
#: How often each sort of thing happens, of a hundred.
_SORTS = (
    (22, KEYWORDS), (20, TOLD), (4, ALARMS), (12, TAPS), (4, OPENINGS), (7, NUMBERS), (4, LABELS), (9, OTHERS),
    (4, [TIME]),
)  # fmt: skip
_DRAWN = {"edit": 6, "media": 4, "junk": 4}
_SORTED: list[tuple[int, str | st.SearchStrategy[TimedInbound]]] = [
    *((weight, st.sampled_from(inbounds)) for weight, inbounds in _SORTS),
    *((weight, sort) for sort, weight in _DRAWN.items()),
]
_TABLE = list(itertools.chain.from_iterable([sort] * weight for weight, sort in _SORTED))
_SECONDS = (10, 10, 10, 15, 25, 40, 59, 75, 120, 181, 240, 600)
_LONG = (1801, 3700, 4 * 3600, 6 * 3600, 11 * 3600, 13 * 3600, 86_399, 86_401, 2 * 86_400, 6 * 86_400, 9 * 86_400)
_WHEN_AND_WHAT = st.sampled_from(
    [(timedelta(seconds=after), sort) for after in (*_SECONDS * 3, *_LONG) for sort in _TABLE]
)
_WORDS = st.sampled_from([*KEYWORDS, *TOLD, *ALARMS])
_WORDS_OR_NONE = st.sampled_from([*[TimedInbound(timedelta(), text_of(""))] * 3000, *KEYWORDS, *TOLD])
_BACK = st.integers(1, 6)
_GUESSES = st.sampled_from(("", *LANGUAGES))
_JUNK = st.text(st.characters(exclude_categories=()), max_size=40)


@st.composite
def _timed(draw: st.DrawFn) -> TimedInbound:
    after, sort = draw(_WHEN_AND_WHAT)
    if sort == "junk":
        guess = draw(_GUESSES)
        return TimedInbound(after, text_of(draw(_JUNK) + (CANARY if guess else ""), guess), "junk")
    if sort == "media":
        worded = draw(_WORDS_OR_NONE)
        return replace(worded, after=after, inbound=replace(worded.inbound, kind=Kind.MEDIA))
    if sort == "edit":
        worded = draw(_WORDS)
        edit = replace(worded.inbound, kind=Kind.EDIT)
        return replace(worded, after=after, inbound=edit, back=draw(_BACK))
    assert not isinstance(sort, str)
    return replace(draw(sort), after=after)


@st.composite
def dialogues(draw: st.DrawFn, most: int = 60, least: int = 30) -> Dialogue:
    """Any dialogue: a beginning in some language, then inbounds at random."""
    beginning = BEGINNINGS[draw(st.sampled_from(LANGUAGES))][draw(st.sampled_from(STATES))]
    inbounds = draw(st.lists(_timed(), min_size=least, max_size=most))
    return Dialogue(
        CAMPAIGNS[draw(st.sampled_from(sorted(CAMPAIGNS)))],
        draw(st.sampled_from(tuple(Channel))),
        draw(st.sampled_from((MIDDAY, MIDDAY, MIDDAY, *BEGINNINGS_AT))),
        (*beginning, *inbounds),
    )
