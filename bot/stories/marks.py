"""Use case: an organiser's own marks on a story: names, places and details, masked in every redacted download.

A person reads each story before it is quoted; what no pattern can find is marked here. The
marked words stay in the story, for the role `raw`, and are never in the audit.
"""

from bot.errors import InvalidError, NotFoundError
from bot.installation import Installation
from bot.store import audit, marks
from bot.store.marks import KINDS, Mark

_MOST = 200


def add(installation: Installation, story: str, kind: str, words: str, actor: str) -> None:
    """Mask `words` in one story as `[kind]`. Raises InvalidError or NotFoundError."""
    clean = " ".join(words.split())
    if kind not in KINDS:
        raise InvalidError(f"{kind!r} is no kind of mark; there are {', '.join(KINDS)}")
    if not 2 <= len(clean) <= _MOST:
        raise InvalidError(f"mark 2 to {_MOST} letters, as they stand in the story")
    with installation.write() as tx:
        if not marks.add(tx, story, Mark(kind, clean)):
            raise NotFoundError("there is no story of this id; ids stand in the first column of an export")
        audit.record(tx, actor, "mark.add", {"story": story, "kind": kind})


def clear(installation: Installation, story: str, actor: str) -> int:
    """Take all marks off a story. How many there were."""
    with installation.write() as tx:
        gone = marks.clear(tx, story)
        if gone:
            audit.record(tx, actor, "mark.clear", {"story": story, "marks": gone})
    return gone
