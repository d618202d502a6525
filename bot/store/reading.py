"""Stories that nobody has looked at for their language yet. Called by `bot/stories/other_languages.py` alone."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from bot.store.crypto import Keys
from bot.store.tables import answers, stories
from bot.store.turns import read_body


@dataclass(frozen=True, slots=True)
class Unread:
    """One story's own words, decrypted."""

    id: int
    campaign: str
    text: str = field(repr=False)


def unread(connection: Connection, keys: Keys, before: int, most: int) -> list[Unread]:
    """Stories told before a moment that nobody has looked at, the oldest first."""
    waiting = stories.c.read_at.is_(None), stories.c.told_at < before, stories.c.withdrawn_at.is_(None)
    query = select(stories.c.id, stories.c.campaign).where(*waiting).order_by(stories.c.id).limit(most)
    return [Unread(row.id, row.campaign, _words(connection, keys, row.id)) for row in connection.execute(query).all()]


def mark(connection: Connection, story: int, now: int, language: str) -> None:
    """Somebody has looked; with `language`, that is what the words are in."""
    values: dict[str, int | str] = {"read_at": now}
    if language:
        values["language"] = language
    connection.execute(update(stories).where(stories.c.id == story).values(**values))


def _words(connection: Connection, keys: Keys, story: int) -> str:
    rows = connection.execute(
        select(answers.c.id, answers.c.body).where(answers.c.story == story).order_by(answers.c.at)
    )
    said = (read_body(keys, row.id, row.body) for row in rows)
    return " ".join(text for text, codes in said if not codes)
