"""`openear campaign …`: campaign files."""

import sys
from pathlib import Path

import click

from bot.campaigns import problems_in
from scripts.cli.common import counted


@click.group()
def campaign() -> None:
    """Campaign files."""


@campaign.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """List every mistake in a campaign FILE."""
    found = problems_in(file)
    for problem in found:
        click.echo(f"{file.name}: {problem}")
    click.echo(f"{counted(len(found), 'mistake')}." if found else f"{file.name} has no mistakes.")
    sys.exit(1 if found else 0)
