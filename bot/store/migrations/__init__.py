"""The history of the tables. `upgrade` brings a database to the newest revision; `at_head` says whether it is there.

Called by `openear init` and at every start. Revisions are numbered; two branches with the same number conflict on
purpose.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.database import Database

_FOLDER = Path(__file__).parent


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables to `revision`; harmless when they are there."""
    with database.write() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Go back to `revision` (`base`: no tables)."""
    with database.write() as connection:
        command.downgrade(_config(connection), revision)


def at_head(database: Database) -> bool:
    """Whether the tables are those of this version."""
    with database.read() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
