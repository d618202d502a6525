"""Which stories each download held, so that an erased story can be called back from the copies that people have.

Holds public ids only, divided by spaces. Must
not hold a word of a story.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, ScalarSelect, insert, select, update

from bot.store.ids import new_id
from bot.store.tables import downloads, tombstones


@dataclass(frozen=True, slots=True)
class Download:
    """One download: who has it, and which of its stories are erased by now."""

    id: int
    at: int
    actor: str
    role: str
    campaign: str
    format: str
    erased: tuple[str, ...]
    cleaned_at: int | None


def record(
    connection: Connection,
    *,
    actor: str,
    role: str,
    campaign: str,
    file_format: str,
    stories: ScalarSelect[str],
    now: int,
) -> int:
    """Remember a download that begins, and the ids of its stories. Its number."""
    number = new_id()
    values = {"id": number, "at": now, "actor": actor, "role": role, "campaign": campaign, "format": file_format}
    connection.execute(insert(downloads).values(**values, stories=stories))
    return number


def holding(connection: Connection, story: str) -> Iterator[Download]:
    """The downloads that held one story, the oldest first."""
    for row in connection.execute(select(downloads).order_by(downloads.c.id)):
        if story in _ids(row.stories):
            yield _download(row, (story,))


def to_clean(connection: Connection) -> Iterator[Download]:
    """The downloads that hold stories erased since they were made, or since they were last cleaned."""
    gone: dict[str, set[str]] = {}
    for row in connection.execute(select(tombstones.c.story, tombstones.c.campaign)):
        gone.setdefault(row.campaign, set()).add(row.story)
    for row in connection.execute(select(downloads).order_by(downloads.c.id)):
        if erased := _ids(row.stories) & gone.get(row.campaign, set()):
            yield _download(row, tuple(sorted(erased)))


def clean(connection: Connection, number: int, now: int) -> bool:
    """Somebody says that this copy is deleted or cleaned: what is erased by now leaves its list. False: no such."""
    row = connection.execute(select(downloads).where(downloads.c.id == number)).one_or_none()
    if row is None:
        return False
    gone = set(connection.execute(select(tombstones.c.story).where(tombstones.c.campaign == row.campaign)).scalars())
    left = " ".join(sorted(_ids(row.stories) - gone))
    connection.execute(update(downloads).where(downloads.c.id == number).values(stories=left, cleaned_at=now))
    return True


def _ids(held: str) -> set[str]:
    return set(held.split())


def _download(row: Any, erased: tuple[str, ...]) -> Download:
    return Download(row.id, row.at, row.actor, row.role, row.campaign, row.format, erased, row.cleaned_at)
