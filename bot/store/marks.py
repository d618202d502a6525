"""Marks: words of a story that an organiser chose to mask in redacted downloads, such as names and places.

They are encrypted like the story, and erased with it.
"""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from bot.store.ids import new_id
from bot.store.tables import marks, stories
from bot.store.transaction import Transaction

KINDS = ("name", "place", "detail")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words to mask; `[kind]` is shown instead."""

    kind: str
    words: str


def add(tx: Transaction, story: str, mark: Mark) -> bool:
    """Add a mark to the story with this public id; False if it does not exist."""
    found = tx.connection.execute(select(stories.c.id).where(stories.c.public == story)).scalar()
    if found is None:
        return False
    number = new_id()
    body = tx.keys.encrypt(mark.words, "marks.body", number)
    tx.connection.execute(insert(marks).values(id=number, story=found, kind=mark.kind, body=body, at=tx.now))
    return True


def of_stories(tx: Transaction, numbers: list[int]) -> dict[int, tuple[Mark, ...]]:
    """The marks of these stories, by the story's row id."""
    found: dict[int, tuple[Mark, ...]] = {}
    for row in tx.connection.execute(select(marks).where(marks.c.story.in_(numbers)).order_by(marks.c.id)):
        mark = Mark(row.kind, tx.keys.decrypt(row.body, "marks.body", row.id))
        found[row.story] = (*found.get(row.story, ()), mark)
    return found


def clear(tx: Transaction, story: str) -> int:
    """Remove all marks of a story, and count them."""
    number = select(stories.c.id).where(stories.c.public == story).scalar_subquery()
    return tx.connection.execute(delete(marks).where(marks.c.story == number)).rowcount
