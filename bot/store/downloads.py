"""Which stories each download held, by public id: what recalls are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, delete, insert, literal, select, update

from bot.store.ids import new_id
from bot.store.tables import download_stories, downloads, tombstones
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Download:
    """One download: who has it, and which of the stories that were asked about it holds."""

    id: int
    at: datetime
    actor: str
    role: str
    campaign: str
    format: str
    stories: tuple[str, ...]
    cleaned_at: datetime | None


def record(tx: Transaction, actor: str, role: str, campaign: str, file_format: str, stories: Select[tuple[str]]) -> int:
    """Record a download that begins, with the public ids of its stories. Returns its number."""
    number = new_id()
    values = {"id": number, "at": tx.now, "actor": actor, "role": role, "campaign": campaign, "format": file_format}
    tx.connection.execute(insert(downloads).values(**values))
    rows = stories.add_columns(literal(number))
    tx.connection.execute(insert(download_stories).from_select(["story", "download"], rows))
    return number


def holding(tx: Transaction, story: str) -> Iterator[Download]:
    """The downloads that hold one story, the oldest first."""
    return _downloads(tx, _held().where(download_stories.c.story == story))


def to_clean(tx: Transaction) -> Iterator[Download]:
    """The downloads that still hold erased stories, the oldest first."""
    erased = (tombstones.c.story == download_stories.c.story) & (tombstones.c.campaign == downloads.c.campaign)
    return _downloads(tx, _held().join(tombstones, erased))


def clean(tx: Transaction, number: int) -> bool:
    """Record that the owner removed all stories erased until now. False for an unknown download."""
    campaign = tx.connection.scalar(select(downloads.c.campaign).where(downloads.c.id == number))
    if campaign is None:
        return False
    erased = select(tombstones.c.story).where(tombstones.c.campaign == campaign)
    removed = download_stories.c.download == number, download_stories.c.story.in_(erased)
    tx.connection.execute(delete(download_stories).where(*removed))
    tx.connection.execute(update(downloads).where(downloads.c.id == number).values(cleaned_at=tx.now))
    return True


def _held() -> Select[Any]:
    return select(downloads, download_stories.c.story).join(
        download_stories, download_stories.c.download == downloads.c.id
    )


def _downloads(tx: Transaction, query: Select[Any]) -> Iterator[Download]:
    rows = tx.connection.execute(query.order_by(downloads.c.id, download_stories.c.story))
    for _number, group in groupby(rows, key=lambda row: row.id):
        yield _download(list(group))


def _download(rows: list[Row[Any]]) -> Download:
    row = rows[0]
    stories = tuple(one.story for one in rows)
    return Download(row.id, row.at, row.actor, row.role, row.campaign, row.format, stories, row.cleaned_at)
