"""Commands about single stories: `mark` masks names and places, `consent show` proves consent, `recalls` calls back."""

import sys

import click

from bot.privacy import consent as consents
from bot.privacy import recalls as downloads
from bot.privacy.recalls import Recall
from bot.store.marks import KINDS
from bot.stories import marks
from scripts.cli.common import opened

_ACTOR = "command line"


@click.command()
@click.argument("story")
@click.option("--as", "kind", type=click.Choice(KINDS), default="name", show_default=True, help="What stands instead.")
@click.option("--clear", is_flag=True, help="Take all marks off this story.")
def mark(story: str, kind: str, *, clear: bool) -> None:
    """Mask words in a story, in every redacted download: one mark a line on standard input.

    Words never stand on the command line, where other users of the machine could read them.
    """
    installation = opened()
    if clear:
        click.echo(f"Took {marks.clear(installation, story, _ACTOR)} marks off.")
        return
    if sys.stdin.isatty():
        click.echo("Write the words as they stand in the story, one mark a line; end with Ctrl-D.", err=True)
    lines = [line.strip() for line in sys.stdin.buffer.read().decode("utf-8", "replace").split("\n") if line.strip()]
    for line in lines:
        marks.add(installation, story, kind, line, _ACTOR)
    click.echo(f"Marked {len(lines)}.")


@click.group()
def consent() -> None:
    """The ledger of consent."""


@consent.command("show")
@click.argument("story")
def show(story: str) -> None:
    """Print the evidence of consent for STORY: who, what they were told, when, how, and their own reply."""
    for line in consents.lines(opened(), story, _ACTOR):
        click.echo("".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in line))


@click.group()
def recalls() -> None:
    """Downloads that hold stories erased since they were made."""


@recalls.command("list")
def list_() -> None:
    """Every download that somebody has to clean, with the ids to remove."""
    for one in downloads.to_clean(opened()):
        click.echo(recall_line(one))


@recalls.command("done")
@click.argument("number", type=click.IntRange(1, 2**62))
def done(number: int) -> None:
    """Its owner says: the copy is deleted, or the erased stories are out of it."""
    downloads.cleaned(opened(), number, _ACTOR)
    click.echo("Noted.")


def recall_line(one: Recall) -> str:
    """A download that has to be cleaned, on one line."""
    made = f"{one.made_at:%Y-%m-%d}"
    found = one.download
    return "\t".join((str(found.id), made, found.actor, found.role, found.format, " ".join(found.erased)))
