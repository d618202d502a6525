"""Counts of told stories, true ones. Called by `bot/stories/numbers.py`, which alone decides how they may be shown."""

from sqlalchemy import Connection, func, select

from bot.store.tables import stories

_BY = {"hub": stories.c.hub, "language": stories.c.language, "channel": stories.c.channel}


def told(connection: Connection, campaign: str, before: int, by: str | None = None, hub: str = "") -> dict[str, int]:
    """How many stories were told before a moment, by `hub`, `language` or `channel`; under "all" where `by` is None."""
    mine = [stories.c.campaign == campaign, stories.c.told_at < before, stories.c.withdrawn_at.is_(None)]
    if hub:
        mine.append(stories.c.hub == hub)
    if by is None:
        return {"all": int(connection.execute(select(func.count()).select_from(stories).where(*mine)).scalar_one())}
    column = _BY[by]
    rows = connection.execute(select(column, func.count()).where(*mine).group_by(column).order_by(column))
    return {value: int(count) for value, count in rows}
