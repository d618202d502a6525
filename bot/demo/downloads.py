"""What the organiser would download, for the list beside the demo's phones: the rows of every export, newest first.

Reads what exports read, redacted as for the role `organiser`; must not show anything else.
"""

from collections import Counter
from dataclasses import dataclass

from bot.engine.campaign import Campaign
from bot.installation import Installation
from bot.store.stories import Filters, read_stories, read_tombstones
from bot.stories.formats.rows import columns, redacted, row


@dataclass(frozen=True, slots=True)
class Shelf:
    """The newest rows and how many there are."""

    count: int
    tombstones: int
    languages: tuple[tuple[str, int], ...]  # (code, stories), the commonest first
    rows: tuple[dict[str, str], ...]


def shelf(installation: Installation, campaign: Campaign, newest: int) -> Shelf:
    """Look at the shelf now."""
    stories = list(read_stories(installation.read, campaign, Filters()))
    names = columns(campaign)
    shown = [dict(zip(names, row(redacted(story), campaign), strict=True)) for story in stories[-newest:][::-1]]
    return Shelf(
        count=len(stories),
        tombstones=sum(1 for _ in read_tombstones(installation.read, campaign.slug)),
        languages=tuple(Counter(story.language for story in stories).most_common()),
        rows=tuple(shown),
    )
