"""Use case: how many stories there are, for people who may not read them. Small numbers are hidden.

Every count goes through `bot/stories/disclosure.py`, and the total is
rounded for itself, so that a hidden number cannot be found by subtracting; where all roundings together would still
leave one answer only (8, 8 and 1 are 17: shown as 10, 10, * and 15), the largest numbers are rounded up once more.
There are no filters, and nothing of today is counted: many small questions, or the same one again and again, would tell
what one table hides. A leader sees their own hub's row, by the strictest rule.
"""

from collections.abc import Iterator
from functools import lru_cache

from bot.engine.campaign import Campaign, Disclosure
from bot.errors import NotAllowedError
from bot.installation import Installation
from bot.store import hubs, stories
from bot.store.organisers import Grant
from bot.stories.disclosure import HIDDEN, shown

ROLES = ("admin", "organiser", "leader")
COLUMNS = ("by", "value", "stories")


def rows(installation: Installation, grant: Grant, campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    """Rows of `COLUMNS`: in all, by hub, by language and by channel; for a leader, their hub's alone."""
    if grant.role not in ROLES or grant.campaign != campaign.slug:
        raise NotAllowedError(f"the role {grant.role} in {grant.campaign} sees no numbers of {campaign.slug}")
    mine = grant.hub if grant.role == "leader" else ""
    if grant.role == "leader" and not mine:
        raise NotAllowedError("a leader without a hub sees no numbers")
    rule = Disclosure.STRICT10 if mine and campaign.disclosure is not Disclosure.EXACT else campaign.disclosure
    midnight = campaign.local(installation.clock()).replace(hour=0, minute=0, second=0, microsecond=0)
    told_by = midnight
    with installation.read() as tx:
        (total,) = stories.counts(tx, campaign.slug, told_by, None, mine).values()
        if mine:
            return iter([("hub", mine, shown(total, rule))])
        named = {hub.code: 0 for hub in hubs.every(tx, campaign.slug)}
        counts = {
            "all": {"": total},
            "hub": named | stories.counts(tx, campaign.slug, told_by, "hub"),
            "language": stories.counts(tx, campaign.slug, told_by, "language"),
            "channel": stories.counts(tx, campaign.slug, told_by, "channel"),
        }
    cells = {by: [shown(count, rule) for count in found.values()] for by, found in counts.items()}
    _unpinned(cells, rule)
    return ((by, value, said) for by, found in counts.items() for value, said in zip(found, cells[by], strict=True))


def _unpinned(cells: dict[str, list[str]], rule: Disclosure) -> None:
    """Round up further, until no hidden number follows from what is shown: every way of dividing has one sum."""
    while _pins(cells, rule):
        greatest = {by: _sums(parts, rule)[1] for by, parts in cells.items() if parts}
        for by, most in greatest.items():
            if most == min(greatest.values()):  # what holds the sum down
                parts = cells[by]
                largest = max(range(len(parts)), key=lambda at: _range(parts[at], rule)[1])
                parts[largest] = shown(_range(parts[largest], rule)[1] + 1, rule)


def _pins(cells: dict[str, list[str]], rule: Disclosure) -> bool:
    """Whether some hidden number can have one value only."""
    sums = {by: _sums(parts, rule) for by, parts in cells.items() if parts}
    least, most = max(low for low, _high in sums.values()), min(high for _low, high in sums.values())
    low, high = _range(HIDDEN, rule)
    return any(
        max(low, least - (sums[by][1] - high)) >= min(high, most - (sums[by][0] - low))
        for by, parts in cells.items()
        if HIDDEN in parts
    )


def _sums(parts: list[str], rule: Disclosure) -> tuple[int, int]:
    """The least and the greatest sum of what is shown so."""
    ranges = [_range(said, rule) for said in parts]
    return sum(low for low, _high in ranges), sum(high for _low, high in ranges)


@lru_cache(maxsize=4096)
def _range(said: str, rule: Disclosure) -> tuple[int, int]:
    """The least and the greatest count that is shown so; (0, 0) for what this rule never shows."""
    around = range(20) if said == HIDDEN else range(max(0, int(said) - 5), int(said) + 6)
    alike = [count for count in around if shown(count, rule) == said]
    return (alike[0], alike[-1]) if alike else (0, 0)
