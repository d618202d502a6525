"""One installation: settings, database, keys, campaigns with their wordings, and a clock.

Commands and the web app open it once; use cases take it as their first argument. After that nothing reads the
environment or a file of settings.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from bot.campaigns import load_campaigns
from bot.engine.campaign import Campaign
from bot.language.catalogue import Catalogues
from bot.language.wording import Wording
from bot.settings import Settings
from bot.store import facts, keyring
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.transaction import Transaction


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Installation:
    """What every use case needs."""

    settings: Settings
    database: Database
    keys: Keys
    wordings: Mapping[str, Wording]  # each campaign with its texts, by slug
    catalogues: Catalogues
    clock: Callable[[], datetime] = now

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may write: committed at the end, rolled back on an error. Raises UnavailableError."""
        with self.database.write() as connection:
            yield Transaction(connection, self.keys, self.clock())

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, on its own snapshot. Raises UnavailableError."""
        with self.database.read() as connection:
            yield Transaction(connection, self.keys, self.clock())

    def scrub(self) -> None:
        """Empty the write-ahead log after a deletion; while a reader uses it, the worker tries again later."""
        if self.database.scrub():
            with self.write() as tx:
                facts.forget(tx, facts.SCRUB)

    @cached_property
    def campaigns(self) -> Mapping[str, Campaign]:
        """The campaigns, by slug."""
        return {slug: wording.campaign for slug, wording in self.wordings.items()}


def open_installation(settings: Settings, clock: Callable[[], datetime] = now) -> Installation:
    """Open the database and read keyring, campaigns and catalogues. Raises OpenEarError, which says how to fix it."""
    wordings, catalogues = load_campaigns(settings.campaigns, drafts=settings.draft_languages)
    database = Database(settings.database_url)
    keys = keyring.read(settings.keyring, database.folder())
    return Installation(settings, database, keys, wordings, catalogues, clock)
