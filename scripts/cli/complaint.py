"""`openear complaint …`: complaints about us, which the law wants acknowledged within 30 days."""

import sys
from datetime import timedelta

import click

from bot.privacy import complaints
from bot.store.complaints import Complaint
from scripts.cli.common import ACTOR, chosen_campaign, opened, printable


@click.group()
def complaint() -> None:
    """Complaints: take down, list, acknowledge, close."""


@complaint.command("add")
@click.option("--campaign", help="The campaign's slug; may be left out where there is only one.")
@click.option("--way", type=click.Choice(complaints.WAYS[1:]), default="telephone", show_default=True)
@click.option("--reach", default="", help="How its sender can be reached, if they say.")
def add(campaign: str | None, way: str, reach: str) -> None:
    """Take down a complaint that came by telephone, letter, e-mail or in person: its words on standard input."""
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    if sys.stdin.isatty():
        click.echo("Write the complaint; end with Ctrl-D.", err=True)
    words = sys.stdin.buffer.read().decode("utf-8", "replace")
    click.echo(f"Complaint {complaints.take(installation, installation.campaigns[slug], way, words, reach)}.")


@complaint.command("list")
@click.option("--all", "closed", is_flag=True, help="The closed ones too.")
def list_(*, closed: bool) -> None:
    """What was complained about, the oldest first, and until when it has to be acknowledged."""
    for one in complaints.everything(opened(), closed=closed):
        click.echo(_lines(one))


@complaint.command("acknowledge")
@click.argument("number", type=click.IntRange(1, 2**62))
def acknowledge(number: int) -> None:
    """Enter that its sender was told that we have it."""
    click.echo(_lines(complaints.acknowledge(opened(), number, ACTOR)))


@complaint.command("close")
@click.argument("number", type=click.IntRange(1, 2**62))
@click.option("--outcome", required=True, help="What was found and done, as its sender was told.")
def close(number: int, outcome: str) -> None:
    """Enter the outcome, and that its sender was told."""
    complaints.close(opened(), number, outcome, ACTOR)
    click.echo(f"Complaint {number} is closed.")


def _lines(one: Complaint) -> str:
    came = one.at
    due = came + timedelta(days=complaints.ACKNOWLEDGE_DAYS)
    state = "closed" if one.closed_at else "acknowledged" if one.acknowledged_at else f"acknowledge by {due:%Y-%m-%d}"
    head = f"{one.number}\t{one.campaign}\t{came:%Y-%m-%d}\t{one.way}\t{state}\treach: {printable(one.reach) or '-'}"
    body = f"    | {printable(one.body)}"
    return f"{head}\n{body}" + (f"\n    -> {printable(one.outcome)}" if one.outcome else "")
