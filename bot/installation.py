"""One installation, opened: settings, database, keys, campaigns with their texts, and a clock.

Commands and the web app make one with `open_installation`; use cases take it as their first argument.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.store import facts, keyring
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.transaction import Transaction

if TYPE_CHECKING:  # loaded with the campaigns, which many commands do not need
    from bot.engine.campaign import Campaign
    from bot.language.catalogue import Catalogues
    from bot.language.wording import Wording


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Installation:
    """What every use case needs.

    The campaigns are read when first used, so a mistake in a campaign file stops only the commands that need one.
    """

    settings: Settings
    database: Database
    keys: Keys
    clock: Callable[[], datetime] = now
    loaded: "tuple[Mapping[str, Wording], Catalogues] | None" = None  # what `load_campaigns` returned, if already read

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
    def campaigns(self) -> "Mapping[str, Campaign]":
        """The campaigns, by slug. Raises CampaignError or CatalogueError."""
        return {slug: wording.campaign for slug, wording in self.wordings.items()}

    @property
    def wordings(self) -> "Mapping[str, Wording]":
        """Each campaign with its texts, by slug. Raises CampaignError or CatalogueError."""
        return self._loaded[0]

    @property
    def catalogues(self) -> "Catalogues":
        """The catalogues of the system. Raises CampaignError or CatalogueError."""
        return self._loaded[1]

    @cached_property
    def _loaded(self) -> "tuple[Mapping[str, Wording], Catalogues]":
        from bot.campaigns import load_campaigns  # noqa: PLC0415 (half of a short command's time)

        return self.loaded or load_campaigns(self.settings.campaigns, drafts=self.settings.draft_languages)


def open_installation(settings: Settings, clock: Callable[[], datetime] = now) -> Installation:
    """Open the database and read the keyring. Raises OpenEarError, which says what to do."""
    database = Database(settings.database_url)
    return Installation(settings, database, keyring.read(settings.keyring, database.folder()), clock)
