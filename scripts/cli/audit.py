"""`openear audit …`: has anybody changed the record of who did what?"""

import json
import sys

import click

from bot.errors import OpenEarError
from bot.store import audit as chain
from bot.store.audit import Anchor
from scripts.cli.common import opened, printable


@click.group()
def audit() -> None:
    """The record of downloads, erasures, flags, roles and keys."""


@audit.command("verify")
@click.option("--anchor", help="The line that an earlier run printed: shows that the newest rows were not cut off.")
def verify(anchor: str | None) -> None:
    """Check every row against the one before; name the first that is wrong. Prints an anchor to keep elsewhere."""
    installation = opened()
    try:
        earlier = Anchor.parse(anchor) if anchor else None
    except ValueError:
        raise OpenEarError("an anchor looks like 123:0a1b…, as an earlier run printed it") from None
    with installation.read() as tx:
        wrong = chain.verify(tx, earlier)
        now = chain.head(tx)
    if wrong is not None:
        click.echo(
            f"row {wrong} was changed, follows a missing row, or is gone: the audit cannot be trusted from there"
        )
        sys.exit(1)
    click.echo(f"The audit is whole. Anchor, to keep outside this machine:\n{now}" if now else "The audit is empty.")


@audit.command("list")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1), help="How many rows.")
def list_(last: int) -> None:
    """The newest rows: when, who, what."""
    installation = opened()
    with installation.read() as tx:
        for row in chain.newest(tx, last):
            detail = " ".join(f"{name}={printable(str(value))}" for name, value in json.loads(row.detail).items())
            click.echo(f"{row.at:%Y-%m-%d %H:%M:%S}\t{row.actor}\t{row.action}\t{detail}")
