"""`openear complaint …`: complaints about us, which the law requires us to acknowledge within 30 days."""

import sys
from datetime import timedelta

import click

from bot.privacy import complaints
from bot.store.complaints import Complaint
from scripts.cli.common import ACTOR, chosen_campaign, heading, opened, printable


@click.group()
def complaint() -> None:
    """Complaints: record, list, acknowledge, close."""


@complaint.command("add")
@click.option("--campaign", help="The campaign's slug; may be left out if there is only one.")
@click.option(
    "--way", type=click.Choice(complaints.WAYS[1:]), default="telephone", show_default=True, help="How it came."
)
@click.option("--reach", default="", help="How to reach its sender, if they said.")
def add(campaign: str | None, way: str, reach: str) -> None:
    """Record a complaint that came by telephone, letter, e-mail or in person: its words on standard input."""
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    if sys.stdin.isatty():
        click.echo("Write the complaint; end with Ctrl-D.", err=True)
    words = sys.stdin.buffer.read().decode("utf-8", "replace")
    click.echo(
        f"Complaint {complaints.take(installation, installation.campaigns[slug], way, words, reach)} is recorded."
    )


@complaint.command("list")
@click.option("--all", "closed", is_flag=True, help="List the closed ones too.")
def list_(*, closed: bool) -> None:
    """List the open complaints, the oldest first, and by when to acknowledge them."""
    heading("number", "campaign", "came", "way", "state", "reach")
    for one in complaints.everything(opened(), closed=closed):
        click.echo(_lines(one))


@complaint.command("acknowledge")
@click.argument("number", type=click.IntRange(1, 2**62))
def acknowledge(number: int) -> None:
    """Record that its sender knows that we have it."""
    click.echo(_lines(complaints.acknowledge(opened(), number, ACTOR)))


@complaint.command("close")
@click.argument("number", type=click.IntRange(1, 2**62))
@click.option("--outcome", required=True, help="What was found and done, in the words that its sender got.")
def close(number: int, outcome: str) -> None:
    """Record the outcome, as its sender was told."""
    complaints.close(opened(), number, outcome, ACTOR)
    click.echo(f"Complaint {number} is closed.")


def _lines(one: Complaint) -> str:
    due = one.at + timedelta(days=complaints.ACKNOWLEDGE_DAYS)
    state = "closed" if one.closed_at else "acknowledged" if one.acknowledged_at else f"acknowledge by {due:%Y-%m-%d}"
    head = f"{one.number}\t{one.campaign}\t{one.at:%Y-%m-%d}\t{one.way}\t{state}\treach: {printable(one.reach) or '-'}"
    body = f"    | {printable(one.body)}"
    return f"{head}\n{body}" + (f"\n    -> {printable(one.outcome)}" if one.outcome else "")
