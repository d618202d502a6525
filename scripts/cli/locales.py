"""`openear locales …`: the catalogues of the languages, and their approval by speakers."""

import sys
from collections.abc import Iterator
from typing import TextIO

import click
from babel.messages.catalog import Catalog

from bot.campaigns import load_campaigns
from bot.campaigns.load import shipped_sources
from bot.campaigns.translation import approval
from bot.campaigns.translation.review import problems_of
from bot.campaigns.translation.sms_cost import sms_cost
from bot.errors import OpenEarError
from bot.installation import now
from bot.language import catalogue, extraction
from bot.language.catalogue import Language
from bot.language.wording import Wording
from bot.settings import read_settings
from scripts.cli.common import counted


@click.group()
def locales() -> None:
    """The catalogues of the languages."""


@locales.command("extract")
@click.option("--check", is_flag=True, help="Write nothing; say whether the templates are up to date.")
def extract(*, check: bool) -> None:
    """Write the templates (.pot) from the texts of the system and of the shipped campaigns."""
    stale = []
    for template in _templates():
        path = catalogue.LOCALES / f"{template.domain}.pot"
        fresh = extraction.render(template)
        if not path.exists() or path.read_text(encoding="utf-8") != fresh:
            stale.append(path.name)
            if not check:
                path.write_text(fresh, encoding="utf-8")
    click.echo(f"{'Stale' if check else 'Written'}: {', '.join(stale)}" if stale else "The templates are up to date.")
    sys.exit(1 if check and stale else 0)


@locales.command("update")
@click.argument("codes", nargs=-1)
def update(codes: tuple[str, ...]) -> None:
    """Update the catalogues of CODES (default: all): new texts are empty, changed texts are marked as fuzzy.

    A language without catalogues gets them.
    """
    known = catalogue.load().languages
    if unknown := set(codes) - set(known):
        raise OpenEarError(f"{', '.join(sorted(unknown))} is not in locales/languages.toml; add its name there first")
    for code in codes or [code for code in known if (catalogue.LOCALES / code).is_dir() and code != "en"]:
        folder = catalogue.LOCALES / code / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        for template in _templates():
            path = folder / f"{template.domain}.po"
            current = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(extraction.render(extraction.updated(template, current, code)), encoding="utf-8")
    click.echo("The catalogues have every text of the templates.")


@locales.command("check")
@click.argument("codes", nargs=-1)
@click.option("--price", type=float, help="Pounds for one SMS part: print what a story costs.")
def check(codes: tuple[str, ...], price: float | None) -> None:
    """List every gap and mistake of the catalogues of CODES (default: all), and the SMS parts of their texts."""
    found = 0
    loaded = catalogue.load()
    chosen = codes or [code for code in loaded.languages if code in loaded.system]
    for code in chosen:
        problems = problems_of(code, loaded)
        found += len(problems)
        for problem in problems:
            click.echo(f"{code}: {problem}")
    usable = [code for code in chosen if code in loaded.usable]
    for line in _costs(usable, price):
        click.echo(line)
    click.echo(f"{counted(len(chosen), 'language')}, {counted(found, 'mistake')}.")
    sys.exit(1 if found else 0)


@locales.command("script")
@click.argument("code")
@click.option(
    "--output",
    "-o",
    type=click.File("w", encoding="utf-8"),
    default="-",
    help="The file to write. Default: standard output.",
)
def script(code: str, output: TextIO) -> None:
    """Print the whole conversation in CODE beside English, as an HTML page for a native speaker to mark."""
    from bot.campaigns.translation.script import page  # noqa: PLC0415 (Jinja2 is loaded for this page only)

    language, wordings = _known(code)
    output.writelines(page(language, wording) for wording in wordings)


@locales.command("approve")
@click.argument("code")
@click.option("--by", required=True, help="The name of the speaker who has read every text.")
def approve(code: str, by: str) -> None:
    """Record that a speaker approved every present text in CODE."""
    language, wordings = _known(code)
    path = approval.approve(catalogue.LOCALES, code, by, now().date(), wordings)
    click.echo(
        f"{language.english} is approved by {by}, says {path.name}. A text that changes later needs a new approval."
    )


def _known(code: str) -> tuple[Language, list[Wording]]:
    wordings, catalogues = load_campaigns(read_settings().campaigns, drafts=True)
    if code not in catalogues.usable:
        raise OpenEarError(f"{code!r} has no complete catalogue. Complete are {', '.join(catalogues.usable)}")
    return catalogues.languages[code], list(wordings.values())


def _costs(codes: list[str], price: float | None) -> Iterator[str]:
    """By language, the SMS parts of each text and of a conversation, also with typographic punctuation."""
    wordings, _catalogues = load_campaigns(drafts=True)
    for slug, wording in wordings.items():
        costs = [sms_cost(code, wording) for code in codes]
        if not costs:
            continue
        yield f"\nSMS parts of each text, campaign {slug}:"
        keys = list(costs[0].texts)
        for key in keys:
            yield f"  {key:18}" + "".join(f" {one.code} {one.texts[key]}" for one in costs)
        yield "\nSMS parts of a conversation (in brackets: with curly quotes and dashes):"
        for one in costs:
            cost = f"  £{one.short * price:.2f} to £{one.full * price:.2f} a story" if price else ""
            short, full = f"{one.short} ({one.short_typographic})", f"{one.full} ({one.full_typographic})"
            yield f"  {one.code:8} {one.encoding:6} short {short:8} full {full:8}{cost}"


def _templates() -> list[Catalog]:
    fixed = [extraction.system_template(), extraction.notice_template()]
    return [*fixed, *(extraction.campaign_template(campaign, source) for campaign, source in shipped_sources())]
