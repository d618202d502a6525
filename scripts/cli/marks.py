"""`openear mark`: words of a story that downloads hide."""

import sys

import click

from bot.store.marks import KINDS
from bot.stories import marks
from scripts.cli.common import ACTOR, opened


@click.command()
@click.argument("story")
@click.option("--as", "kind", type=click.Choice(KINDS), default="name", show_default=True, help="What stands instead.")
@click.option("--clear", is_flag=True, help="Take all marks off this story.")
def mark(story: str, kind: str, *, clear: bool) -> None:
    """Mask words in a story, in every redacted download. One mark a line on standard input.

    Words never stand on the command line, where other users of the machine could read them.
    """
    installation = opened()
    if clear:
        click.echo(f"Took {marks.clear(installation, story, ACTOR)} marks off.")
        return
    if sys.stdin.isatty():
        click.echo("Write the words as they stand in the story, one mark a line; end with Ctrl-D.", err=True)
    lines = [line.strip() for line in sys.stdin.buffer.read().decode("utf-8", "replace").split("\n") if line.strip()]
    for line in lines:
        marks.add(installation, story, kind, line, ACTOR)
    click.echo(f"Marked {len(lines)}.")
