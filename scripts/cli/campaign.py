"""`openear campaign …`: campaign files."""

import sys
from pathlib import Path

import click

from bot.campaigns import problems_in


@click.group()
def campaign() -> None:
    """Campaign files."""


@campaign.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """List every mistake in a campaign FILE at once."""
    found = problems_in(file)
    for problem in found:
        click.echo(f"{file.name}: {problem}")
    click.echo(f"{len(found)} mistakes." if found else f"{file.name} is a good campaign.")
    sys.exit(1 if found else 0)
