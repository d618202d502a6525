"""Stories, the audit and permissions, looked up for the tests of erasure."""

from sqlalchemy import update

from bot.store import tables
from kit.sandbox import House

COLD = "and my flat is cold all winter long"


def story_of(house: House, at: int = 0) -> str:
    return str(house.rows(tables.stories)[at]["public"])


def audited(house: House) -> list[tuple[str, str]]:
    return [(row["actor"], row["action"]) for row in house.rows(tables.audit)]


def deliver_all(house: House) -> None:
    with house.installation.database.write() as connection:
        moment = house.now
        connection.execute(update(tables.outbox).values(status="sent", sent_at=moment, address=b"", body=b""))
