"""How many stories a campaign has, for people who may not read them. Small numbers are hidden.

Every count is shown by a rule of `bot/stories/disclosure.py`. The total is rounded by itself, so subtraction does not
reveal a hidden number. If the rounded numbers together still allow only one value for it (8, 8 and 1 make 17: shown as
10, 10, * and 15), the largest numbers are rounded up once more. Filters, and stories of today, could reveal by many
small questions what one table hides, so this has no filters and leaves today out. A leader sees the row of their own
hub only, by the strictest rule.
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
    """Rows of `COLUMNS`: in all, by hub, by language and by channel; for a leader, of their own hub only.

    Raises NotAllowedError.
    """
    if grant.role not in ROLES or grant.campaign != campaign.slug:
        raise NotAllowedError(f"the role {grant.role} in {grant.campaign} sees no numbers of {campaign.slug}")
    own_hub = grant.hub if grant.role == "leader" else ""
    if grant.role == "leader" and not own_hub:
        raise NotAllowedError("a leader without a hub sees no numbers")
    rule = Disclosure.STRICT10 if own_hub and campaign.disclosure is not Disclosure.EXACT else campaign.disclosure
    midnight = campaign.local(installation.clock()).replace(hour=0, minute=0, second=0, microsecond=0)
    with installation.read() as tx:
        (total,) = stories.counts(tx, campaign.slug, midnight, None, own_hub).values()
        if own_hub:
            return iter([("hub", own_hub, shown(total, rule))])
        named = {hub.code: 0 for hub in hubs.every(tx, campaign.slug)}
        counts = {
            "all": {"": total},
            "hub": named | stories.counts(tx, campaign.slug, midnight, "hub"),
            "language": stories.counts(tx, campaign.slug, midnight, "language"),
            "channel": stories.counts(tx, campaign.slug, midnight, "channel"),
        }
    cells = {by: [shown(count, rule) for count in found.values()] for by, found in counts.items()}
    _round_up(cells, rule)
    return ((by, value, said) for by, found in counts.items() for value, said in zip(found, cells[by], strict=True))


def _round_up(cells: dict[str, list[str]], rule: Disclosure) -> None:
    """Round the largest numbers up until no hidden number follows from the others.

    Every way of dividing the stories (by hub, by language …) has the same sum, so each restricts the others.
    """
    while _reveals(cells, rule):
        greatest = {by: _sums(parts, rule)[1] for by, parts in cells.items() if parts}
        for by, most in greatest.items():
            if most == min(greatest.values()):  # these restrict the sum
                parts = cells[by]
                largest = max(range(len(parts)), key=lambda at: _range(parts[at], rule)[1])
                parts[largest] = shown(_range(parts[largest], rule)[1] + 1, rule)


def _reveals(cells: dict[str, list[str]], rule: Disclosure) -> bool:
    """Whether only one value is possible for some hidden number."""
    sums = {by: _sums(parts, rule) for by, parts in cells.items() if parts}
    least, most = max(low for low, _high in sums.values()), min(high for _low, high in sums.values())
    low, high = _range(HIDDEN, rule)
    return any(
        max(low, least - (sums[by][1] - high)) >= min(high, most - (sums[by][0] - low))
        for by, parts in cells.items()
        if HIDDEN in parts
    )


def _sums(parts: list[str], rule: Disclosure) -> tuple[int, int]:
    """The least and the greatest sum of the counts behind these numbers."""
    ranges = [_range(said, rule) for said in parts]
    return sum(low for low, _high in ranges), sum(high for _low, high in ranges)


@lru_cache(maxsize=4096)
def _range(said: str, rule: Disclosure) -> tuple[int, int]:
    """The least and the greatest count that `rule` shows as `said`; (0, 0) if it never shows that."""
    around = range(20) if said == HIDDEN else range(max(0, int(said) - 5), int(said) + 6)
    alike = [count for count in around if shown(count, rule) == said]
    return (alike[0], alike[-1]) if alike else (0, 0)
