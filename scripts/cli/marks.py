"""`openear mark`: words of a story to hide in downloads."""

import sys

import click

from bot.store.marks import KINDS
from bot.stories import marks
from scripts.cli.common import ACTOR, counted, opened


@click.command()
@click.argument("story")
@click.option(
    "--as", "kind", type=click.Choice(KINDS), default="name", show_default=True, help="What replaces the words."
)
@click.option("--clear", is_flag=True, help="Remove all marks of this story.")
def mark(story: str, kind: str, *, clear: bool) -> None:
    """Hide words of a story in every redacted download. Standard input has one mark a line.

    The words are not arguments, because other users of the machine can read the arguments of commands.
    """
    installation = opened()
    if clear:
        click.echo(f"Removed {counted(marks.clear(installation, story, ACTOR), 'mark')}.")
        return
    if sys.stdin.isatty():
        click.echo("Copy the words from the story, one mark a line; end with Ctrl-D.", err=True)
    lines = [line.strip() for line in sys.stdin.buffer.read().decode("utf-8", "replace").split("\n") if line.strip()]
    for line in lines:
        marks.add(installation, story, kind, line, ACTOR)
    click.echo(f"Added {counted(len(lines), 'mark')}.")
