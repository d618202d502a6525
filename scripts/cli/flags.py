"""`openear flags …`: the safeguarding lead's queue. Each step is entered in the audit under the lead's own address."""

import click

from bot import safeguarding
from bot.store.flags import Flag
from scripts.cli.common import opened, printable

_BY = click.option("--by", required=True, help="Your e-mail address; you must have the role safeguarding.")


@click.group()
def flags() -> None:
    """Messages in which a machine saw words of danger or violence, waiting for a person."""


@flags.command("list")
@click.option("--all", "closed", is_flag=True, help="The closed ones too.")
def list_(*, closed: bool) -> None:
    """What waits: the gravest and oldest first. Shows no words."""
    installation = opened()
    found = safeguarding.queue(installation, closed=closed)
    for flag in found:
        click.echo(_line(flag))
    waiting = sum(flag.status == "new" for flag in found)
    click.echo(f"{len(found)} flags, {waiting} of them new.", err=True)


@flags.command("read")
@click.argument("number", type=int)
@_BY
def read(number: int, by: str) -> None:
    """Show what was written."""
    installation = opened()
    flag, words = safeguarding.read(installation, safeguarding.lead(installation, by), number)
    click.echo(_line(flag))
    click.echo(
        f"    | {printable(words)}"
        if words
        else "The words are kept no longer: they were deleted, or their keeping period is over."
    )


@flags.command("acknowledge")
@click.argument("number", type=int)
@_BY
def acknowledge(number: int, by: str) -> None:
    """Take a flag on: it is yours, and reminders end."""
    installation = opened()
    click.echo(_line(safeguarding.acknowledge(installation, safeguarding.lead(installation, by), number)))


@flags.command("decide")
@click.argument("number", type=int)
@click.option("--decision", required=True, type=click.Choice(safeguarding.DECISIONS))
@_BY
def decide(number: int, decision: str, by: str) -> None:
    """Write down what is done about it."""
    installation = opened()
    click.echo(_line(safeguarding.decide(installation, safeguarding.lead(installation, by), number, decision)))


@flags.command("close")
@click.argument("number", type=int)
@_BY
def close(number: int, by: str) -> None:
    """Done with it; a decision has to stand first."""
    installation = opened()
    click.echo(_line(safeguarding.close(installation, safeguarding.lead(installation, by), number)))


@flags.command("contact")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why this person has to be reached. Stands in the audit.")
@_BY
def contact(number: int, reason: str, by: str) -> None:
    """Break glass: show where the writer can be reached."""
    installation = opened()
    channel, address = safeguarding.show_contact(installation, safeguarding.lead(installation, by), number, reason)
    click.echo(f"{channel}\t{address}")


def _line(flag: Flag) -> str:
    at = flag.at.strftime("%Y-%m-%d %H:%M UTC")
    return "\t".join((str(flag.id), flag.campaign, flag.tier, at, flag.status, flag.owner or "-", flag.decision or "-"))
