"""`openear backup`, `restore`: an encrypted copy of the database, and its restore."""

from pathlib import Path

import click

from bot.operations import backup as backups
from bot.settings import read_settings
from bot.store import audit
from scripts.cli.common import ACTOR, counted, opened


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write an encrypted copy of the database to FILE. Keep the keyring in another place. SQLite only."""
    backups.write(opened(), file)
    click.echo(f"Wrote {file}. Delete it after {backups.KEEP_DAYS} days: it holds stories that are erased later.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Replace the database with the backup FILE, and erase again what was erased since. Stop serving first."""
    settings = read_settings()
    existed = backups.present(settings)
    again = backups.restore(settings, file)
    installation = opened(settings)
    with installation.write() as tx:
        audit.record(tx, ACTOR, "restore", {"erased_again": again})
    click.echo(f"Restored; {counted(again, 'story was', 'stories were')} erased again.")
    if not existed:
        click.echo("There was no database, so erasures since the backup are unknown: repeat them with openear erase.")
