"""A migrated database, made once a process and copied for each installation."""

import tempfile
from functools import cache
from pathlib import Path

from bot.store import migrations
from bot.store.database import Database


def write_migrated(file: Path) -> None:
    """Put a database with all tables, as `openear init` makes them, at `file`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="openear-") as folder:
        file = Path(folder) / "openear.db"
        database = Database(f"sqlite:///{file}")
        migrations.upgrade(database)
        database.close()
        return file.read_bytes()
