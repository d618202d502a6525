"""Campaigns, read once a process: reading them is most of the work of opening an installation."""

from pathlib import Path

from bot import campaigns
from bot.campaigns.load import SHIPPED
from bot.engine.campaign import Campaign
from bot.language import catalogue
from bot.language.catalogue import Catalogues
from bot.language.wording import Wording

#: The second campaign of the tests: buses, with its own catalogues.
OURS = Path(__file__).parents[1] / "campaigns"
Loaded = tuple[Catalogues, dict[str, Campaign], dict[str, Wording]]


_known: dict[tuple[object, ...], Loaded] = {}


def load_campaigns(folder: Path | None = None, *, drafts: bool = False) -> Loaded:
    """As `bot.campaigns.load_campaigns`, once for the same files, wherever they lie."""
    place = folder or SHIPPED
    files = ((path.relative_to(place), path.read_bytes()) for path in sorted(place.rglob("*.[tp]o*")))
    key = (catalogue.LOCALES, drafts, *files)
    if key not in _known:
        _known[key] = campaigns.load_campaigns(folder, drafts=drafts)
    return _known[key]
