"""`openear audit …`: the record of who did what, and whether it was changed."""

import json
import sys

import click

from bot.errors import OpenEarError
from bot.store import audit as chain
from bot.store.audit import Anchor
from scripts.cli.common import heading, opened, printable


@click.group()
def audit() -> None:
    """The audit: the record of downloads, erasures, flags, roles and keys."""


@audit.command("verify")
@click.option("--anchor", help="The line that an earlier run printed: shows whether rows were cut off since.")
def verify(anchor: str | None) -> None:
    """Check each row against the one before, and name the first wrong one. Print an anchor to keep elsewhere."""
    try:
        earlier = Anchor.parse(anchor) if anchor else None
    except ValueError:
        raise OpenEarError("copy the anchor as an earlier run printed it, like 123:0a1b…") from None
    installation = opened()
    with installation.read() as tx:
        wrong = chain.verify(tx, earlier)
        now = chain.head(tx)
    if wrong is not None:
        click.echo(
            f"Row {wrong} was changed, follows a missing row, or is missing: do not trust the audit from there on."
        )
        sys.exit(1)
    click.echo(f"The audit is whole. Keep this anchor outside this machine:\n{now}" if now else "The audit is empty.")


@audit.command("list")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1), help="How many rows.")
def list_(last: int) -> None:
    """List the newest rows: when, who, what, details."""
    installation = opened()
    heading("when (UTC)", "who", "what", "details")
    with installation.read() as tx:
        for row in chain.newest(tx, last):
            detail = " ".join(f"{name}={printable(str(value))}" for name, value in json.loads(row.detail).items())
            click.echo(f"{row.at:%Y-%m-%d %H:%M:%S}\t{row.actor}\t{row.action}\t{detail}")
