"""`openear locales …`: the catalogues: templates, new messages, and what each language still lacks."""

import sys

import click
from babel.messages.catalog import Catalog

from bot.campaigns import SHIPPED
from bot.language import catalogue, extraction
from bot.campaigns.review import problems_of


@click.group()
def locales() -> None:
    """The catalogues of the languages."""


@locales.command("extract")
@click.option("--check", is_flag=True, help="Only say whether the templates are up to date.")
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
    """Bring the catalogues of CODES (all without) up to date: new texts are empty, changed ones marked as unsure.

    For a language that has none yet, its catalogues are made.
    """
    known = catalogue.load().languages
    for code in codes or [code for code in known if (catalogue.LOCALES / code).is_dir() and code != "en"]:
        folder = catalogue.LOCALES / code / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        for template in _templates():
            path = folder / f"{template.domain}.po"
            current = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(extraction.render(extraction.updated(template, current, code)), encoding="utf-8")
    click.echo("The catalogues hold every message.")


@locales.command("check")
@click.argument("codes", nargs=-1)
def check(codes: tuple[str, ...]) -> None:
    """Name every gap and mistake in the catalogues, and the SMS parts that their texts take."""
    found = 0
    loaded = catalogue.load()
    for code in codes or [code for code in loaded.languages if code in loaded.system]:
        problems = problems_of(code, loaded)
        found += len(problems)
        for problem in problems:
            click.echo(f"{code}: {problem}")
        if not problems:
            click.echo(f"{code}: complete")
    sys.exit(1 if found else 0)


def _templates() -> list[Catalog]:
    campaigns = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.toml"))]
    return [extraction.system_template(), *(extraction.campaign_template(source) for source in campaigns)]
