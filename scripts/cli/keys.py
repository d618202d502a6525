"""`openear keys …`: the key file."""

import click

from bot.store import audit, keyring
from scripts.cli.common import ACTOR, opened


@click.group()
def keys() -> None:
    """The keys that encrypt what residents wrote."""


@keys.command("rotate")
def rotate() -> None:
    """Add a new encryption key. New text is encrypted with it; old text stays readable with the old ones."""
    installation = opened()
    path = installation.settings.keyring
    number = keyring.rotate(path)
    with installation.write() as tx:
        audit.record(tx, ACTOR, "keys.rotate", {"key": number})
    click.echo(f"Key {number} encrypts from now on. Restart the processes, and copy {path} to a safe place.")
