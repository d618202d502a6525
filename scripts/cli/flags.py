"""`openear flags …`: the safeguarding lead's queue. The audit records each step under the lead's e-mail address."""

import click

from bot import safeguarding
from bot.store.flags import Flag
from scripts.cli.common import counted, heading, opened, printable

_BY = click.option("--by", required=True, help="Your e-mail address, which must have the role safeguarding.")


@click.group()
def flags() -> None:
    """Flags: messages with words of danger or abuse that wait for a safeguarding lead."""


@flags.command("list")
@click.option("--all", "closed", is_flag=True, help="List the closed ones too.")
def list_(*, closed: bool) -> None:
    """List the open flags, the gravest, then the oldest first. Shows no words."""
    found = safeguarding.queue(opened(), closed=closed)
    heading("number", "campaign", "tier", "raised", "status", "owner", "decision")
    for flag in found:
        click.echo(_line(flag))
    waiting = sum(flag.status == "new" for flag in found)
    click.echo(f"{counted(len(found), 'flag')}, {waiting} of them new.", err=True)


@flags.command("read")
@click.argument("number", type=int)
@_BY
def read(number: int, by: str) -> None:
    """Show the words that raised a flag."""
    installation = opened()
    flag, words = safeguarding.read(installation, safeguarding.lead(installation, by), number)
    click.echo(_line(flag))
    click.echo(
        f"    | {printable(words)}"
        if words
        else "The words are no longer kept: they were deleted, or their keeping period is over."
    )


@flags.command("acknowledge")
@click.argument("number", type=int)
@_BY
def acknowledge(number: int, by: str) -> None:
    """Take a flag on: you own it, and reminders end."""
    installation = opened()
    click.echo(_line(safeguarding.acknowledge(installation, safeguarding.lead(installation, by), number)))


@flags.command("decide")
@click.argument("number", type=int)
@click.option("--decision", required=True, type=click.Choice(safeguarding.DECISIONS), help="What is done.")
@_BY
def decide(number: int, decision: str, by: str) -> None:
    """Record what is done about a flag."""
    installation = opened()
    click.echo(_line(safeguarding.decide(installation, safeguarding.lead(installation, by), number, decision)))


@flags.command("close")
@click.argument("number", type=int)
@_BY
def close(number: int, by: str) -> None:
    """Close a flag. It needs a decision first."""
    installation = opened()
    click.echo(_line(safeguarding.close(installation, safeguarding.lead(installation, by), number)))


@flags.command("contact")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why you need to reach this person. The audit keeps it.")
@_BY
def contact(number: int, reason: str, by: str) -> None:
    """Break glass: show the telephone number or chat of the writer."""
    installation = opened()
    channel, address = safeguarding.show_contact(installation, safeguarding.lead(installation, by), number, reason)
    click.echo(f"{channel}\t{address}")


def _line(flag: Flag) -> str:
    at = flag.at.strftime("%Y-%m-%d %H:%M UTC")
    return "\t".join((str(flag.id), flag.campaign, flag.tier, at, flag.status, flag.owner or "-", flag.decision or "-"))
