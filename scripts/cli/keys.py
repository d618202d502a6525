"""`openear keys …`: the key file."""

import click

from bot.settings import read_settings
from bot.store import keyring


@click.group()
def keys() -> None:
    """The keys that encrypt what residents wrote."""


@keys.command("rotate")
def rotate() -> None:
    """Add a new encryption key. New text is encrypted with it; old text stays readable with the old ones."""
    settings = read_settings()
    number = keyring.rotate(settings.keyring)
    click.echo(
        f"Key {number} encrypts from now on. Start the processes anew, and copy {settings.keyring} to a safe place."
    )
