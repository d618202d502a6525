"""Recalls: requests to remove erased stories from downloads made earlier (UK GDPR, Article 19).

A download is clean when its owner says so: OpenEar cannot look into their laptop.
"""

from bot.errors import NotFoundError
from bot.installation import Installation
from bot.store import audit, downloads
from bot.store.downloads import Download


def to_clean(installation: Installation) -> list[Download]:
    """Every download that its owner has to clean, with the ids to remove; the oldest first."""
    with installation.read() as tx:
        return list(downloads.to_clean(tx))


def holding(installation: Installation, story: str) -> list[Download]:
    """The downloads that hold one story, the oldest first."""
    with installation.read() as tx:
        return list(downloads.holding(tx, story))


def cleaned(installation: Installation, number: int, actor: str) -> None:
    """Record that the owner deleted the download, or removed the erased stories from it. Raises NotFoundError."""
    with installation.write() as tx:
        if not downloads.clean(tx, number):
            raise NotFoundError(f"there is no download {number}; see: openear recalls list")
        audit.record(tx, actor, "recall.cleaned", {"download": number})
