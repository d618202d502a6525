"""Reads campaign files from a folder: every mistake of a file is listed at once, and nothing half-read is served.

Called at start and by `openear campaign check`. Each campaign gets its words (`bot/language/wording.py`) here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.campaigns import approval
from bot.campaigns.helplines import helplines
from bot.campaigns.validation import read_file
from bot.engine.campaign import Campaign, Disclosure, Limits, Step, StepKind
from bot.errors import CampaignError
from bot.language import catalogue
from bot.language.catalogue import Catalogues
from bot.language.wording import Wording

SHIPPED = Path(__file__).parent
SHIPPED_SLUG = "thrive"


def load_campaigns(
    folder: Path | None = None, *, drafts: bool = False
) -> tuple[Catalogues, dict[str, Campaign], dict[str, Wording]]:
    """Every campaign of `folder` (the shipped ones without), by slug. Raises CampaignError or CatalogueError.

    With `drafts`, languages that no speaker has approved yet are offered too.
    """
    folder = folder or SHIPPED
    catalogues = catalogue.load()
    files = sorted(path for path in folder.glob("*.toml") if path.name != "helplines.toml")
    if not files:
        raise CampaignError(str(folder), ["holds no campaign (*.toml); set OPENEAR_CAMPAIGNS to the folder that does"])
    campaigns: dict[str, Campaign] = {}
    wordings: dict[str, Wording] = {}
    problems: list[str] = []
    for path in files:
        raw, found = read_file(path, catalogues)
        problems += [f"{path.name}: {problem}" for problem in found]
        if not found and raw["slug"] in campaigns:
            problems.append(f"{path.name}: the slug {raw['slug']!r} is that of another file")
        elif not found:
            wording = _wording(raw, path.parent, catalogues)
            campaigns[raw["slug"]] = _campaign(raw, wording, catalogues, drafts=drafts)
            wordings[raw["slug"]] = wording
    if problems:
        raise CampaignError(str(folder), problems)
    return catalogues, campaigns, wordings


def problems_in(path: Path) -> list[str]:
    """Every mistake in the campaign file at `path`, each with its mend."""
    return read_file(path, catalogue.load())[1]


def is_approved(code: str, wording: Wording) -> bool:
    """Whether a speaker has read the texts of `code` as they are now."""
    found = approval.read(catalogue.LOCALES, code)
    return found is not None and not approval.stale(found, code, [wording])


def _wording(raw: Mapping[str, Any], folder: Path, catalogues: Catalogues) -> Wording:
    """With its own catalogues, in `locales/` beside its file, and the shipped ones for texts that are the same."""
    own = {}
    for code in catalogues.languages:
        places = [
            (catalogue.LOCALES, SHIPPED_SLUG),
            (catalogue.LOCALES, raw["slug"]),
            (folder / "locales", raw["slug"]),
        ]
        if found := [one for place, slug in places if (one := catalogue.catalogue(place, code, slug))]:
            own[code] = catalogue.merged(found)
    numbers = {name: line.number for name, line in helplines(raw["nation"]).items()}
    return Wording(raw, numbers, catalogues, own)


def _campaign(raw: Mapping[str, Any], wording: Wording, catalogues: Catalogues, *, drafts: bool) -> Campaign:
    default = raw["default_language"]
    usable = set(catalogues.usable)
    offered = [
        code
        for code in raw["languages"]
        if code == default
        or (code in usable and not wording.untranslated(code) and (drafts or is_approved(code, wording)))
    ]
    steps = tuple(
        Step(
            step["id"],
            StepKind(step["kind"]),
            step["text"],
            tuple((choice["id"], choice["text"]) for choice in step.get("choices", ())),
            bool(step.get("rather_not")),
        )
        for step in raw["step"]
    )
    return Campaign(
        slug=raw["slug"],
        opens=raw["opens"],
        closes=raw.get("closes"),
        assembly=raw["assembly"],
        report_back=raw["report_back"],
        zone=ZoneInfo(raw["timezone"]),
        nation=raw["nation"],
        minimum_age=raw["minimum_age"],
        default_language=default,
        languages=tuple(offered),
        example=raw["organisers"]["example"],
        name=raw["organisers"]["name"],
        short_name=raw["organisers"]["short_name"],
        controllers=tuple(raw["organisers"]["controllers"]),
        telephone=raw["organisers"]["telephone"],
        story_months=raw["keeping"]["story_months"],
        contact_days=raw["keeping"]["contact_days"],
        flag_days=raw["keeping"].get("flag_days", 90),
        limits=_limits(raw.get("limits", {})),
        disclosure=Disclosure(raw.get("disclosure", "nhs")),
        steps=steps,
        themes=tuple((theme["id"], theme["text"]) for theme in raw.get("theme", ())),
        vocabulary=wording.vocabulary(offered),
    )


def _limits(raw: Mapping[str, Any]) -> Limits:
    values: dict[str, Any] = {**raw, "countries": tuple(raw.get("countries", ()))}
    return Limits(**values)
