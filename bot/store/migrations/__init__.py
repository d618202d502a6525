"""The history of the tables. `upgrade` brings a database to the newest revision; `at_head` says whether it is there.

Revisions are numbered; two branches with the same number conflict on
purpose.
"""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.store.database import Database

_FOLDER = Path(__file__).parent
_REVISION = re.compile(r"(\d{4})_\w+\.py")


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables to `revision`; harmless when they are there."""
    _run("upgrade", database, revision)


def downgrade(database: Database, revision: str) -> None:
    """Go back to `revision` (`base`: no tables)."""
    _run("downgrade", database, revision)


def at_head(database: Database) -> bool:
    """Whether the tables are those of this version. Every start asks: Alembic itself is not loaded for it."""
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        current = [str(one) for one in found]
    names = (_REVISION.fullmatch(path.name) for path in (_FOLDER / "versions").iterdir())
    return current == [max(found[1] for found in names if found)]


def _run(what: str, database: Database, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 (8 MB that no worker needs)

    with database.write() as connection:
        getattr(command, what)(_config(connection), revision)


def _config(connection: Connection) -> Any:
    from alembic.config import Config  # noqa: PLC0415 (as above)

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
