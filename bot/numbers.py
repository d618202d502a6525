"""Use case: how many stories there are, for people who may not read them. Small numbers are hidden.

Called by `openear numbers` and `webhooks/numbers.py`. Every count goes through `bot/disclosure.py`, and the total is
rounded for itself, so that a hidden number cannot be found by subtracting. There are no filters: many small questions
would tell what one table hides. A leader sees their own hub's row.
"""

from collections.abc import Iterator

from bot.disclosure import shown
from bot.engine.campaign import Campaign
from bot.errors import OpenEarError
from bot.installation import Installation
from bot.store import hubs, tally
from bot.store.organisers import Grant

ROLES = ("admin", "organiser", "leader")
COLUMNS = ("by", "value", "stories")


class NotYoursError(OpenEarError):
    """The role or the campaign of the grant does not allow this."""


def rows(installation: Installation, grant: Grant, campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    """Rows of `COLUMNS`: in all, by hub, by language and by channel; for a leader, their hub's alone."""
    if grant.role not in ROLES or grant.campaign != campaign.slug:
        raise NotYoursError(f"the role {grant.role} in {grant.campaign} sees no numbers of {campaign.slug}")
    mine = grant.hub if grant.role == "leader" else ""
    rule = campaign.disclosure
    with installation.database.read() as connection:
        (total,) = tally.told(connection, campaign.slug, None, mine).values()
        found = [("hub" if mine else "all", mine, total)]
        if not mine:
            named = {hub.code: 0 for hub in hubs.every(connection, campaign.slug)}
            for by, counts in (
                ("hub", named | tally.told(connection, campaign.slug, "hub")),
                ("language", tally.told(connection, campaign.slug, "language")),
                ("channel", tally.told(connection, campaign.slug, "channel")),
            ):
                found += [(by, value, count) for value, count in counts.items()]
    return ((by, value, shown(count, rule)) for by, value, count in found)
