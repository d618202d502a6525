"""Stories as CSV that Excel, LibreOffice, R and SPSS read correctly and that runs nothing when opened. Pure.

UTF-8 with a byte order mark, which Excel needs to recognise UTF-8; RFC 4180; every field quoted. A field that a
spreadsheet could take for a formula gets an apostrophe in front (OWASP ASVS 1.2.10), and direction overrides are left
out: this format alters words, JSON Lines does not.
"""

import re
from collections.abc import Iterable, Iterator

from bot.engine.campaign import Campaign
from bot.store.stories import ExportStory, Tombstone
from bot.stories.formats.chunks import gathered
from bot.stories.formats.rows import columns, row

MEDIA_TYPE = "text/csv; charset=utf-8"

# Blank or invisible, so a program may skip it to a sign behind it: spaces, controls, joiners, fillers, BOM.
_BLANK = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f"
_BLANK += r"\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
_SIGN = "[-=+@＝＋－＠﹦﹢﹣﹫−]"
# Apostrophes are skipped: removing one in front of a risky text always gives back what was guarded.
_RISKY = re.compile(rf"'*(?:[\t\r\n\x00]|{_BLANK}*{_SIGN})")
# U+202A-E and U+2066-9 reverse the order of what follows: a cell could show what it does not hold.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def write(stories: Iterable[ExportStory], campaign: Campaign, *, bom: bool = True) -> Iterator[bytes]:
    """The names of the columns, then one row for each story."""
    yield from _table(columns(campaign), (row(story, campaign) for story in stories), bom=bom)


def write_tombstones(tombstones: Iterable[Tombstone], *, bom: bool = True) -> Iterator[bytes]:
    """One row for each erased story."""
    yield from _table(("story_id", "erased_on"), ([one.story_id, one.erased_on] for one in tombstones), bom=bom)


def guarded(text: str) -> str:
    """`text` in a form that no spreadsheet takes for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


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
