"""The stories that an organiser would download, newest first, for the list beside the demo's phones.

They are redacted as for the role `organiser`.
"""

from collections import Counter
from dataclasses import dataclass

from bot.engine.campaign import Campaign
from bot.installation import Installation
from bot.store.stories import Filters, read_stories, read_tombstones
from bot.stories.formats.rows import columns, redacted, row


@dataclass(frozen=True, slots=True)
class StoryList:
    """The newest stories, and counts of all."""

    count: int
    tombstones: int
    languages: tuple[tuple[str, int], ...]  # (code, number of stories), the most frequent first
    rows: tuple[dict[str, str], ...]


def story_list(installation: Installation, campaign: Campaign, newest: int) -> StoryList:
    """The stories now, at most `newest` of them."""
    stories = list(read_stories(installation.read, campaign, Filters()))
    names = columns(campaign)
    shown = [dict(zip(names, row(redacted(story), campaign), strict=True)) for story in stories[-newest:][::-1]]
    return StoryList(
        count=len(stories),
        tombstones=sum(1 for _ in read_tombstones(installation.read, campaign.slug)),
        languages=tuple(Counter(story.language for story in stories).most_common()),
        rows=tuple(shown),
    )
