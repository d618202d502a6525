"""Campaigns read once a process, which is most of the work of opening an installation; and changed for one test."""

from dataclasses import replace
from pathlib import Path

from bot.campaigns import SHIPPED, load
from bot.engine.campaign import Campaign
from bot.installation import Installation
from bot.language import catalogue
from bot.language.catalogue import Catalogues
from bot.language.wording import Wording

#: The second campaign of the tests: buses, with its own catalogues.
OURS = Path(__file__).parents[1] / "campaigns"
Loaded = tuple[dict[str, Wording], Catalogues]
_known: dict[tuple[object, ...], Loaded] = {}


def load_campaigns(folder: Path | None = None, *, drafts: bool = False) -> Loaded:
    """As `bot.campaigns.load_campaigns`, once for the same files, wherever they lie."""
    place = folder or SHIPPED
    files = ((path.relative_to(place), path.read_bytes()) for path in sorted(place.rglob("*.[tp]o*")))
    key = (catalogue.LOCALES, drafts, *files)
    if key not in _known:
        _known[key] = load.load_campaigns(folder, drafts=drafts)
    return _known[key]


def with_campaigns(installation: Installation, *campaigns: Campaign) -> Installation:
    """`installation` with these campaigns alone; one of a new slug has the words of the shipped campaign."""
    wordings = installation.wordings
    changed = {one.slug: wordings.get(one.slug, wordings["thrive"]).for_campaign(one) for one in campaigns}
    return replace(installation, loaded=(changed, installation.catalogues))
