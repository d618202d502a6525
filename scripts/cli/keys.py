"""`openear keys …`: the keyring."""

import click

from bot.store import audit, keyring
from scripts.cli.common import ACTOR, opened


@click.group()
def keys() -> None:
    """The keys that encrypt what residents wrote."""


@keys.command("rotate")
def rotate() -> None:
    """Add an encryption key for new text. Old text stays readable with the old keys."""
    installation = opened()
    path = installation.settings.keyring
    number = keyring.rotate(path)
    with installation.write() as tx:
        audit.record(tx, ACTOR, "keys.rotate", {"key": number})
    click.echo(f"Key {number} encrypts new text. Restart `serve`, `web` and `worker`, and copy {path} to a safe place.")
