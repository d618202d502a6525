"""Backups of the tests, restored."""

from pathlib import Path

from bot.operations import backup
from bot.store import audit, organisers
from kit.sandbox import Sandbox

COLD, RENT = "my flat is cold all winter long", "my rent went up twice this year"


def restore(sandbox: Sandbox, file: Path) -> int:
    """As an operator does: with nothing else running."""
    sandbox.installation.database.close()
    again = backup.restore(sandbox.installation.settings, file)
    sandbox.installation.database.close()
    return again


def add(sandbox: Sandbox, email: str) -> str:
    with sandbox.installation.write() as tx:
        organisers.add(tx, email, "organiser", "thrive", "")
        audit.record(tx, "command line", "organiser.add", {})
        return organisers.new_token(tx, email)
