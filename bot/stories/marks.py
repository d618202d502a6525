"""Marks: names, places and details in a story that an organiser chose to hide in every redacted download.

The marked words stay in the story, for the role `raw`. The audit never holds them.
"""

from bot.errors import InvalidError, NotFoundError
from bot.installation import Installation
from bot.store import audit, marks
from bot.store.marks import KINDS, Mark

_MOST = 200  # letters


def add(installation: Installation, story: str, kind: str, words: str, actor: str) -> None:
    """Mask `words` in one story as `[kind]`. Raises InvalidError or NotFoundError."""
    clean = " ".join(words.split())
    if kind not in KINDS:
        raise InvalidError(f"{kind!r} is not a kind of mark. The kinds are {', '.join(KINDS)}")
    if not 2 <= len(clean) <= _MOST:
        raise InvalidError(f"a mark is 2 to {_MOST} letters, copied from the story")
    with installation.write() as tx:
        if not marks.add(tx, story, Mark(kind, clean)):
            raise NotFoundError("there is no story with this id; the ids are in the first column of an export")
        audit.record(tx, actor, "mark.add", {"story": story, "kind": kind})


def clear(installation: Installation, story: str, actor: str) -> int:
    """Remove all marks of a story. Returns how many it had."""
    with installation.write() as tx:
        gone = marks.clear(tx, story)
        if gone:
            audit.record(tx, actor, "mark.clear", {"story": story, "marks": gone})
    return gone
