"""The history of the tables. Revisions are numbered, so that two branches that both add one conflict."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.store.database import Database

_FOLDER = Path(__file__).parent
_REVISION = re.compile(r"(\d{4})_\w+\.py")


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables to `revision`; does nothing if they are there."""
    _run("upgrade", database, revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring the tables back to `revision` (`base`: no tables)."""
    _run("downgrade", database, revision)


def at_head(database: Database) -> bool:
    """Whether the tables are at the newest revision. Every start asks, so this does without Alembic."""
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        current = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    files = (_REVISION.fullmatch(path.name) for path in (_FOLDER / "versions").iterdir())
    return list(current) == [max(file[1] for file in files if file)]


def _run(what: str, database: Database, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 (8 MB that a worker does not need)

    with database.write() as connection:
        getattr(command, what)(_config(connection), revision)


def _config(connection: Connection) -> Any:
    from alembic.config import Config  # noqa: PLC0415 (as above)

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
