"""Backups of the tests, restored."""

from pathlib import Path

from bot.operations import backup
from bot.store import audit, organisers
from kit.sandbox import House

COLD, RENT = "my flat is cold all winter long", "my rent went up twice this year"


def restore(house: House, file: Path) -> int:
    """As an operator does: with nothing else running."""
    house.installation.database.close()
    again = backup.restore(house.installation.settings, file)
    house.installation.database.close()
    return again


def add(house: House, email: str) -> str:
    with house.installation.write() as tx:
        organisers.add(tx, email, "organiser", "thrive", "")
        audit.record(tx, "command line", "organiser.add", {})
        return organisers.new_token(tx, email)
