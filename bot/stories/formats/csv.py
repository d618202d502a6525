"""Stories as CSV that Excel, LibreOffice, R and SPSS open rightly and that runs nothing when opened.

UTF-8 with a byte order mark (Excel takes it for something else without), RFC 4180, every field quoted. A field that a
spreadsheet could take for a formula gets an apostrophe in front (OWASP ASVS 1.2.10), and direction overrides are left
out: so this view alters words, where JSON Lines does not. Pure; called by `bot/stories/export.py`.
"""

import re
from collections.abc import Iterable, Iterator

from bot.engine.campaign import Campaign
from bot.store.stories import ExportStory, Tombstone
from bot.stories.formats.chunks import gathered
from bot.stories.formats.rows import columns, row

MEDIA_TYPE = "text/csv; charset=utf-8"

# Blank or invisible, so that a program may skip it and find the sign behind: spaces, controls, joiners, fillers, BOM.
_BLANK = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f"
_BLANK += r"\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
_SIGN = "[-=+@＝＋－＠﹦﹢﹣﹫−]"
# Apostrophes are passed over, so that taking one away again is always right: `unguarded(guarded(text)) == text`.
_RISKY = re.compile(rf"'*(?:[\t\r\n\x00]|{_BLANK}*{_SIGN})")
# U+202A-E and U+2066-9 turn the order of what follows, so that a cell can show what it does not hold.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def write(stories: Iterable[ExportStory], campaign: Campaign, *, bom: bool = True) -> Iterator[bytes]:
    """A row a story, below a row of names."""
    yield from _table(columns(campaign), (row(story, campaign) for story in stories), bom=bom)


def write_tombstones(tombstones: Iterable[Tombstone], *, bom: bool = True) -> Iterator[bytes]:
    """A row an erased story."""
    yield from _table(("story_id", "erased_on"), ([one.story_id, one.erased_on] for one in tombstones), bom=bom)


def guarded(text: str) -> str:
    """`text` as no spreadsheet takes it for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def line(values: Iterable[str]) -> str:
    """One row."""
    return ",".join(map(_field, values)) + "\r\n"


def _field(value: str) -> str:
    safe = guarded(_OVERRIDES.sub("", value))
    return '"' + safe.replace('"', '""') + '"'


def _table(names: Iterable[str], rows: Iterable[list[str]], *, bom: bool) -> Iterator[bytes]:
    def lines() -> Iterator[str]:
        yield ("\ufeff" if bom else "") + line(names)
        yield from map(line, rows)

    yield from gathered(lines())
