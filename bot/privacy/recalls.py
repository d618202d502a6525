"""Use case: calling back erased stories from the downloads that people have (UK GDPR, Article 19).

A download is
clean when its owner says so: nobody can look into their laptop.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import OpenEarError
from bot.installation import Installation
from bot.store import audit, downloads
from bot.store.downloads import Download
from bot.store.moments import from_micros, to_micros


class RecallError(OpenEarError):
    """There is no such download."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A download that holds stories erased since."""

    download: Download
    made_at: datetime


def to_clean(installation: Installation) -> list[Recall]:
    """Every download that somebody has to clean, the oldest first."""
    with installation.database.read() as connection:
        return [_recall(one) for one in downloads.to_clean(connection)]


def holding(installation: Installation, story: str) -> list[Recall]:
    """The downloads that held one story."""
    with installation.database.read() as connection:
        return [_recall(one) for one in downloads.holding(connection, story)]


def cleaned(installation: Installation, number: int, actor: str) -> None:
    """Its owner says that the copy is deleted, or that the erased stories are out of it. Raises RecallError."""
    now = installation.clock()
    with installation.database.write() as connection:
        if not downloads.clean(connection, number, to_micros(now)):
            raise RecallError(f"there is no download {number}; see: openear recalls list")
        audit.record(connection, installation.keys, now, actor, "recall.cleaned", {"download": number})


def _recall(download: Download) -> Recall:
    return Recall(download, from_micros(download.at))
