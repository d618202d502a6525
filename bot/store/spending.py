"""SMS parts sent, by campaign and day, and recent messages per contact."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.store.tables import outbox, sendings, spending
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new


def add(tx: Transaction, campaign: str, day: str, parts: int) -> None:
    """Count `parts` as sent on this day of the campaign's time zone (`2026-11-21`)."""
    if insert_new(tx.connection, spending, {"campaign": campaign, "day": day, "parts": parts}):
        return
    same_day = spending.c.campaign == campaign, spending.c.day == day
    tx.connection.execute(update(spending).where(*same_day).values(parts=spending.c.parts + parts))


def spent(tx: Transaction, campaign: str, day: str | None = None) -> int:
    """Parts sent on one day, or in all if `day` is None."""
    query = select(func.coalesce(func.sum(spending.c.parts), 0)).where(spending.c.campaign == campaign)
    return int(tx.connection.execute(query if day is None else query.where(spending.c.day == day)).scalar_one())


def count_sent(tx: Transaction, contact: int, day: str) -> None:
    """Count one more message to this contact on this day."""
    if insert_new(tx.connection, sendings, {"contact": contact, "day": day, "messages": 1}):
        return
    same_day = sendings.c.contact == contact, sendings.c.day == day
    tx.connection.execute(update(sendings).where(*same_day).values(messages=sendings.c.messages + 1))


def sent_on(tx: Transaction, contact: int, day: str) -> int:
    """How many messages this contact was sent on a day. An erasure does not lower it."""
    same_day = sendings.c.contact == contact, sendings.c.day == day
    return int(tx.connection.execute(select(sendings.c.messages).where(*same_day)).scalar() or 0)


def forget_days(tx: Transaction, before: str) -> None:
    """Remove the counts of messages per contact before a day."""
    tx.connection.execute(delete(sendings).where(sendings.c.day < before))


def sent_since(tx: Transaction, contact: int, moment: datetime) -> int:
    """How many messages this contact was sent since a moment."""
    recent = outbox.c.contact == contact, outbox.c.sent_at >= moment
    return int(tx.connection.execute(select(func.count()).select_from(outbox).where(*recent)).scalar_one())
