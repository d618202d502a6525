"""Delivering in tests: all that is due now, or until nothing waits."""

from datetime import timedelta

from sqlalchemy import case, func, select

from bot.channels.port import Failure, Sender, SendError
from bot.messaging.retry import (
    Retry,
)
from bot.store import outbox, tables
from kit.sandbox import House

table = tables.outbox.c
TEMPORARY = SendError(Failure.TEMPORARY, "500")


def finish(house: House, *senders: Sender) -> None:
    """Send, and let time pass to the next attempt, until nothing waits."""
    waits = select(func.min(case((table.not_before > table.lease_until, table.not_before), else_=table.lease_until)))
    while True:
        house.deliver(*senders)
        with house.installation.database.read() as connection:
            soonest = connection.execute(waits.where(table.status.in_(outbox.WAITING))).scalar()
        if soonest is None:
            return
        house.now = max(house.now + timedelta(minutes=1), soonest)


def seconds(number: float) -> Retry:
    return Retry(timedelta(seconds=number))
