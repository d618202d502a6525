"""Stories, the audit and permissions, looked up for the tests of erasure."""

from sqlalchemy import update

from bot.store import tables
from kit.sandbox import Sandbox

COLD = "and my flat is cold all winter long"


def story_of(sandbox: Sandbox, at: int = 0) -> str:
    return str(sandbox.rows(tables.stories)[at]["public"])


def audited(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(row["actor"], row["action"]) for row in sandbox.rows(tables.audit)]


def deliver_all(sandbox: Sandbox) -> None:
    with sandbox.installation.database.write() as connection:
        moment = sandbox.now
        connection.execute(update(tables.outbox).values(status="sent", sent_at=moment, address=b"", body=b""))
