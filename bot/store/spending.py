"""SMS parts handed to the provider, by campaign and day; and how many messages one contact was sent of late."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.store.tables import outbox, sendings, spending
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new


def add(tx: Transaction, campaign: str, day: str, parts: int) -> None:
    """Count `parts` as spent on this day of the campaign's own calendar (`2026-11-21`)."""
    if insert_new(tx.connection, spending, {"campaign": campaign, "day": day, "parts": parts}):
        return
    mine = spending.c.campaign == campaign, spending.c.day == day
    tx.connection.execute(update(spending).where(*mine).values(parts=spending.c.parts + parts))


def spent(tx: Transaction, campaign: str, day: str | None = None) -> int:
    """Parts spent on a day, or ever."""
    query = select(func.coalesce(func.sum(spending.c.parts), 0)).where(spending.c.campaign == campaign)
    return int(tx.connection.execute(query if day is None else query.where(spending.c.day == day)).scalar_one())


def count_sent(tx: Transaction, contact: int, day: str) -> None:
    """One more message to this contact."""
    if insert_new(tx.connection, sendings, {"contact": contact, "day": day, "messages": 1}):
        return
    mine = sendings.c.contact == contact, sendings.c.day == day
    tx.connection.execute(update(sendings).where(*mine).values(messages=sendings.c.messages + 1))


def sent_on(tx: Transaction, contact: int, day: str) -> int:
    """How many messages this contact was sent on a day, erased ones too."""
    mine = sendings.c.contact == contact, sendings.c.day == day
    return int(tx.connection.execute(select(sendings.c.messages).where(*mine)).scalar() or 0)


def forget_days(tx: Transaction, before: str) -> None:
    """Remove the counts of days before one."""
    tx.connection.execute(delete(sendings).where(sendings.c.day < before))


def sent_since(tx: Transaction, contact: int, moment: datetime) -> int:
    """How many messages this contact was sent since a moment."""
    mine = outbox.c.contact == contact, outbox.c.sent_at >= moment
    return int(tx.connection.execute(select(func.count()).select_from(outbox).where(*mine)).scalar_one())
