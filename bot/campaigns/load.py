"""Loads the campaigns of a folder, each with its words. Lists every mistake at once; serves all of them or none."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.campaigns.campaign_file import campaign_of
from bot.campaigns.helplines import FILE_NAME, helplines
from bot.campaigns.translation import approval
from bot.campaigns.validation import read_file
from bot.engine.campaign import Campaign
from bot.errors import CampaignError
from bot.language import catalogue
from bot.language.catalogue import Catalogue, Catalogues
from bot.language.wording import Wording

SHIPPED = Path(__file__).parent
SHIPPED_SLUG = "thrive"
_NO_CAMPAIGN = "holds no campaign (*.toml); set OPENEAR_CAMPAIGNS to a folder that holds one"


def load_campaigns(folder: Path | None = None, *, drafts: bool = False) -> tuple[dict[str, Wording], Catalogues]:
    """Every campaign of `folder` (None: the shipped ones) with its words, by slug; and the catalogues of the system.

    With `drafts`, languages that no speaker has approved yet are offered too. Raises CampaignError or CatalogueError.
    """
    folder = folder or SHIPPED
    catalogues = catalogue.load()
    files = campaign_files(folder)
    if not files:
        raise CampaignError("campaigns", [f"{folder} {_NO_CAMPAIGN}"])
    wordings: dict[str, Wording] = {}
    problems: list[str] = []
    for path in files:
        raw, found = read_file(path, catalogues)
        problems += [f"{path.name}: {problem}" for problem in found]
        if not found and raw["slug"] in wordings:
            problems.append(f"{path.name}: the slug {raw['slug']!r} is another file's too; give each file its own")
        elif not found:
            wordings[raw["slug"]] = _wording(campaign_of(raw), path.parent, catalogues, drafts=drafts)
    if problems:
        raise CampaignError(str(folder), problems)
    return wordings, catalogues


def campaign_files(folder: Path) -> list[Path]:
    """The campaign files of `folder`, by name."""
    return sorted(path for path in folder.glob("*.toml") if path.name != FILE_NAME)


def shipped_sources() -> Iterator[tuple[Campaign, str]]:
    """Each shipped campaign, as its file says, and the contents of that file."""
    for path in campaign_files(SHIPPED):
        source = path.read_text(encoding="utf-8")
        yield campaign_of(tomllib.loads(source)), source


def problems_in(path: Path) -> list[str]:
    """Every mistake in the campaign file at `path`, each with how to correct it."""
    return read_file(path, catalogue.load())[1]


def is_approved(code: str, wording: Wording) -> bool:
    """Whether a speaker has read the texts of `code` as they are now."""
    found = approval.read(catalogue.LOCALES, code)
    return found is not None and not approval.stale(found, code, [wording])


def _wording(campaign: Campaign, folder: Path, catalogues: Catalogues, *, drafts: bool) -> Wording:
    """The campaign in the languages that can be offered, with what residents' words mean in them."""
    numbers = {name: line.number for name, line in helplines(campaign.nation, folder).items()}
    wording = Wording(campaign, numbers, catalogues, _own_catalogues(campaign, folder, catalogues))
    offered = [code for code in campaign.wanted_languages if _is_offered(code, wording, catalogues, drafts=drafts)]
    return wording.for_campaign(replace(campaign, languages=tuple(offered), vocabulary=wording.vocabulary(offered)))


def _is_offered(code: str, wording: Wording, catalogues: Catalogues, *, drafts: bool) -> bool:
    if code == wording.campaign.default_language:
        return True
    if code not in catalogues.languages or catalogues.missing(code) or wording.untranslated(code):
        return False
    return drafts or is_approved(code, wording)


def _own_catalogues(campaign: Campaign, folder: Path, catalogues: Catalogues) -> dict[str, Catalogue]:
    """By language: the campaign's catalogue in `locales/` beside its file, over the shipped ones for the same texts."""
    own = {}
    for code in catalogues.languages:
        places = [
            (catalogue.LOCALES, SHIPPED_SLUG),
            (catalogue.LOCALES, campaign.slug),
            (folder / "locales", campaign.slug),
        ]
        if found := [one for place, slug in places if (one := catalogue.catalogue(place, code, slug))]:
            own[code] = catalogue.merged(found)
    return own
