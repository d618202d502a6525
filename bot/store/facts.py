"""Small facts that must survive a restart: how far polling got, the bot's name, whether a scrub is due."""

from sqlalchemy import delete, select, update

from bot.store.tables import facts
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new

SCRUB = "scrub wanted"
TELEGRAM_USERNAME = "telegram username"


def get(tx: Transaction, name: str) -> str:
    """The value, or an empty string."""
    return tx.connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar() or ""


def put(tx: Transaction, name: str, value: str) -> bool:
    """Set the value; True if the fact is new."""
    if insert_new(tx.connection, facts, {"name": name, "value": value}):
        return True
    tx.connection.execute(update(facts).where(facts.c.name == name).values(value=value))
    return False


def forget(tx: Transaction, name: str) -> None:
    """Remove the fact."""
    tx.connection.execute(delete(facts).where(facts.c.name == name))
