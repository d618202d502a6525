"""Hubs: the partner organisations that bring residents, found by the code that their link and keyword carry."""

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.engine.folding import folded
from bot.store.tables import hubs
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub. `code` is as leaders print it."""

    code: str
    campaign: str
    name: str
    language: str = ""


def add(tx: Transaction, hub: Hub) -> bool:
    """Add a hub; False when its code is taken."""
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
    """Give a known hub another name or language."""
    values = {"shown": hub.code, "name": hub.name, "language": hub.language}
    tx.connection.execute(update(hubs).where(hubs.c.code == folded(hub.code)).values(**values))


def find(tx: Transaction, code: str) -> Hub | None:
    """The hub whose code this is, however it was typed."""
    wanted = folded(code)
    if not wanted or " " in wanted or len(wanted) > 64:
        return None
    row = tx.connection.execute(select(hubs).where(hubs.c.code == wanted)).one_or_none()
    return Hub(row.shown, row.campaign, row.name, row.language) if row else None


def every(tx: Transaction, campaign: str = "") -> list[Hub]:
    """All hubs, or those of one campaign."""
    query = select(hubs).order_by(hubs.c.campaign, hubs.c.code)
    rows = tx.connection.execute(query.where(hubs.c.campaign == campaign) if campaign else query)
    return [Hub(row.shown, row.campaign, row.name, row.language) for row in rows]
