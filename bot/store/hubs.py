"""Hubs: the organisations that bring residents, found by the code in their link and keyword."""

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.engine.folding import folded
from bot.store.tables import hubs
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub. `code` is written as its leaders print it."""

    code: str
    campaign: str
    name: str
    language: str = ""


def add(tx: Transaction, hub: Hub) -> bool:
    """Add a hub; False if its code is taken."""
    values = {
        "code": folded(hub.code),
        "shown": hub.code,
        "campaign": hub.campaign,
        "name": hub.name,
        "language": hub.language,
        "target": None,
        "added_at": tx.now,
    }
    return insert_new(tx.connection, hubs, values)


def change(tx: Transaction, hub: Hub) -> None:
    """Change the name, the language or the spelling of the code of a known hub."""
    values = {"shown": hub.code, "name": hub.name, "language": hub.language}
    tx.connection.execute(update(hubs).where(hubs.c.code == folded(hub.code)).values(**values))


def find(tx: Transaction, code: str) -> Hub | None:
    """The hub with this code, in whatever case or accents it was typed; None if unknown."""
    key = folded(code)
    if not key or " " in key or len(key) > 64:
        return None
    row = tx.connection.execute(select(hubs).where(hubs.c.code == key)).one_or_none()
    return Hub(row.shown, row.campaign, row.name, row.language) if row else None


def every(tx: Transaction, campaign: str = "") -> list[Hub]:
    """All hubs, or those of one campaign."""
    query = select(hubs).order_by(hubs.c.campaign, hubs.c.code)
    rows = tx.connection.execute(query.where(hubs.c.campaign == campaign) if campaign else query)
    return [Hub(row.shown, row.campaign, row.name, row.language) for row in rows]
