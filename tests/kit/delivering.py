"""Delivering in tests: all that is due now, or until nothing waits."""

from datetime import timedelta

from sqlalchemy import case, func, select

from bot.channels.port import Failure, Sender, SendError
from bot.messaging.retry import (
    Retry,
)
from bot.store import outbox, tables
from kit.sandbox import Sandbox

table = tables.outbox.c
TEMPORARY = SendError(Failure.TEMPORARY, "500")


def finish(sandbox: Sandbox, *senders: Sender) -> None:
    """Send, and let time pass to the next attempt, until nothing waits."""
    waits = select(func.min(case((table.not_before > table.lease_until, table.not_before), else_=table.lease_until)))
    while True:
        sandbox.deliver(*senders)
        with sandbox.installation.database.read() as connection:
            soonest = connection.execute(waits.where(table.status.in_(outbox.WAITING))).scalar()
        if soonest is None:
            return
        sandbox.now = max(sandbox.now + timedelta(minutes=1), soonest)


def seconds(number: float) -> Retry:
    return Retry(timedelta(seconds=number))
