"""Recalling erased stories from the downloads that people have (UK GDPR, Article 19).

A download is clean when its owner says so: the product cannot look into their laptop.
"""

from bot.errors import NotFoundError
from bot.installation import Installation
from bot.store import audit, downloads
from bot.store.downloads import Download


def to_clean(installation: Installation) -> list[Download]:
    """Every download that somebody has to clean, with the ids to remove; the oldest first."""
    with installation.read() as tx:
        return list(downloads.to_clean(tx))


def holding(installation: Installation, story: str) -> list[Download]:
    """The downloads that held one story, the oldest first."""
    with installation.read() as tx:
        return list(downloads.holding(tx, story))


def cleaned(installation: Installation, number: int, actor: str) -> None:
    """Record that the owner deleted the copy, or took the erased stories out of it. Raises NotFoundError."""
    with installation.write() as tx:
        if not downloads.clean(tx, number):
            raise NotFoundError(f"there is no download {number}; see: openear recalls list")
        audit.record(tx, actor, "recall.cleaned", {"download": number})
