"""The helplines that texts name, by nation, with the day each was last checked. Read once, at start."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.errors import CampaignError

_FILE = Path(__file__).with_name("helplines.toml")
STALE_AFTER = timedelta(days=90)
#: The placeholders of crisis texts. A nation must name them all.
NEEDED = ("emergency", "silent", "urgent", "option", "samaritans", "shout", "abuse_line", "childline")


@dataclass(frozen=True, slots=True)
class Helpline:
    """One number, where it was read and when."""

    name: str
    number: str
    source: str
    checked: date

    def stale(self, today: date) -> bool:
        """Whether nobody has compared it for 90 days."""
        return today - self.checked > STALE_AFTER


def helplines(nation: str) -> dict[str, Helpline]:
    """The helplines of `nation`. Raises CampaignError where there are none, or one is missing."""
    nations = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    if nation not in nations:
        raise CampaignError(
            "nation", [f"{nation!r} has no helplines in bot/campaigns/helplines.toml; known: {', '.join(nations)}"]
        )
    missing = [name for name in NEEDED if name not in nations[nation]]
    if missing:
        raise CampaignError("nation", [f"{nation!r} lacks {', '.join(missing)} in bot/campaigns/helplines.toml"])
    return {
        name: Helpline(name, str(entry["number"]), str(entry["source"]), entry["checked"])
        for name, entry in nations[nation].items()
    }
