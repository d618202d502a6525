"""`openear consent`, `mydata`, `erase`, `recalls`, `purge`: what residents and the law ask of us."""

from pathlib import Path

import click

from bot.errors import OpenEarError
from bot.privacy import consent as consents
from bot.privacy import recalls as downloads
from bot.privacy import subject_access
from bot.privacy.erasure import erase_contact, erase_story
from bot.privacy.erasure import purge as purge_now
from bot.store.downloads import Download
from scripts.cli.common import ACTOR, counted, heading, opened, parsed_contact


@click.group()
def consent() -> None:
    """The record of consent."""


@consent.command("show")
@click.argument("story")
def show(story: str) -> None:
    """Print the record of consent for STORY: who, when, how, their reply, and the text that asked."""
    for line in consents.lines(opened(), story, ACTOR):
        click.echo("".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in line))


@click.command()
@click.argument("contact")
@click.option(
    "--output", "-o", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip file to write."
)
@click.option("--with-flags", is_flag=True, help="Include texts that raised a flag; ask the safeguarding lead first.")
def mydata(contact: str, output: Path, *, with_flags: bool) -> None:
    """Write the pack for a resident who asks what is held about them (+44… or telegram:CHAT).

    Make sure first that the resident asks, not another person who holds their phone. Texts that raised a flag are left
    out without --with-flags (Data Protection Act 2018, Schedule 3: serious harm).
    """
    found = subject_access.write(opened(), *parsed_contact(contact), output, ACTOR, flagged=with_flags)
    stories = counted(len(found.stories), "story", "stories")
    click.echo(f"Wrote {output}: {stories}. Hand it to this person only, then delete it.")


@click.command()
@click.argument("what")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def erase(what: str, *, yes: bool) -> None:
    """Erase a story (by its id), or everything from a contact (+44… or telegram:CHAT). It cannot be undone."""
    installation = opened()
    if not yes:
        click.confirm("Erase it? This cannot be undone", abort=True)
    if what.startswith(("+", "telegram:")):
        gone = erase_contact(installation, *parsed_contact(what), ACTOR)
        if gone is None:
            raise OpenEarError("no message ever came from this contact")
        click.echo(f"Erased everything from this contact ({counted(len(gone), 'story', 'stories')}).")
    elif erase_story(installation, what, ACTOR):
        gone = [what]
        click.echo("Erased the story.")
    else:
        raise OpenEarError("there is no story with this id; the ids are in the first column of an export")
    held = {one.id: one for story in gone for one in downloads.holding(installation, story)}
    for one in held.values():
        click.echo(f"A download holds it: {_recall_line(one)}")
    if held:
        click.echo("Ask the owners to remove it. When one has: openear recalls done NUMBER")


@click.group()
def recalls() -> None:
    """Recalls: downloads that hold stories erased since."""


@recalls.command("list")
def list_() -> None:
    """List the downloads that their owners have to clean, with the ids to remove."""
    heading("number", "made", "who", "role", "format", "stories")
    for one in downloads.to_clean(opened()):
        click.echo(_recall_line(one))


@recalls.command("done")
@click.argument("number", type=click.IntRange(1, 2**62))
def done(number: int) -> None:
    """Record that the owner deleted the download, or removed the erased stories from it."""
    downloads.cleaned(opened(), number, ACTOR)
    click.echo(f"Download {number} is clean.")


def _recall_line(one: Download) -> str:
    """A download to clean, on one line."""
    return "\t".join((str(one.id), f"{one.at:%Y-%m-%d}", one.actor, one.role, one.format, " ".join(one.stories)))


@click.command()
def purge() -> None:
    """Delete what is past its keeping period. The worker does this every hour."""
    gone = purge_now(opened())
    stories, drafts = counted(gone.stories, "story", "stories"), counted(gone.drafts, "text")
    click.echo(f"Deleted {stories}, {drafts} without a yes, {counted(gone.addresses, 'address', 'addresses')}.")
