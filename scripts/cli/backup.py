"""`openear backup`, `restore`: an encrypted copy of the database, and its return."""

from pathlib import Path

import click

from bot.operations import backup as backups
from bot.settings import read_settings
from bot.store import audit
from scripts.cli.common import ACTOR, opened


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write an encrypted copy of the database to FILE. Keep the keyring apart from it. SQLite only."""
    backups.write(opened(), file)
    click.echo(f"Wrote {file}. Backups hold what is erased later: delete each after {backups.KEEP_DAYS} days.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in place of the database, and erase again what was erased since. Stop serving first."""
    settings = read_settings()
    there = backups.present(settings)
    again = backups.restore(settings, file)
    installation = opened(settings)
    with installation.write() as tx:
        audit.record(tx, ACTOR, "restore", {"erased_again": again})
    click.echo(f"Restored; {again} stories were erased again.")
    if not there:
        click.echo(
            "There was no database before, so erasures since the backup are unknown. Repeat them with: openear erase"
        )
