"""Small facts that must survive a restart: where polling stands, the bot's name, that a clean-up is wanted."""

from sqlalchemy import Connection, delete, select, update

from bot.store.tables import facts
from bot.store.upsert import insert_new

SCRUB = "scrub wanted"


def get(connection: Connection, name: str) -> str:
    """The value, or an empty string."""
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar() or ""


def put(connection: Connection, name: str, value: str) -> bool:
    """Set the value; True when the fact is new."""
    if insert_new(connection, facts, {"name": name, "value": value}):
        return True
    connection.execute(update(facts).where(facts.c.name == name).values(value=value))
    return False


def forget(connection: Connection, name: str) -> None:
    """Remove the fact."""
    connection.execute(delete(facts).where(facts.c.name == name))
