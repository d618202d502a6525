"""`openear consent`, `mydata`, `erase`, `recalls`, `purge`: what residents may ask for, and what the law asks of us."""

from pathlib import Path

import click

from bot.errors import OpenEarError
from bot.privacy import consent as consents
from bot.privacy import recalls as downloads
from bot.privacy import subject_access
from bot.privacy.erasure import erase_contact, erase_story
from bot.privacy.erasure import purge as purge_now
from bot.store.downloads import Download
from scripts.cli.common import ACTOR, opened, parsed_contact


@click.group()
def consent() -> None:
    """The record of consent."""


@consent.command("show")
@click.argument("story")
def show(story: str) -> None:
    """Print the evidence of consent for STORY: who, what they were told, when, how, and their own reply."""
    for line in consents.lines(opened(), story, ACTOR):
        click.echo("".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in line))


@click.command()
@click.argument("contact")
@click.option("--output", "-o", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A zip file.")
@click.option("--with-flags", is_flag=True, help="Flags of danger too; ask the safeguarding lead before.")
def mydata(contact: str, output: Path, *, with_flags: bool) -> None:
    """Write the pack for somebody who asks what is held about them (+44… or telegram:CHAT).

    Make sure first that it is they who ask, and not somebody who holds their phone. What was marked as danger is left
    out without --with-flags (Data Protection Act 2018, Schedule 3: serious harm).
    """
    found = subject_access.write(opened(), *parsed_contact(contact), output, ACTOR, flagged=with_flags)
    click.echo(f"Wrote {output}: {len(found.stories)} stories. Hand it to this person and nobody else, then delete it.")


@click.command()
@click.argument("what")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(what: str, *, yes: bool) -> None:
    """Erase a story (by its id) or all from a contact (+44… or telegram:CHAT). It cannot be undone."""
    installation = opened()
    if not yes:
        click.confirm("Erase it? It cannot be undone", abort=True)
    if what.startswith(("+", "telegram:")):
        gone = erase_contact(installation, *parsed_contact(what), ACTOR)
        if gone is None:
            raise OpenEarError("nothing ever came from this contact")
        click.echo(f"Erased everything from this contact ({len(gone)} stories).")
    elif erase_story(installation, what, ACTOR):
        gone = [what]
        click.echo("Erased the story.")
    else:
        raise OpenEarError("there is no story of this id; ids stand in the first column of an export")
    held = {one.id: one for story in gone for one in downloads.holding(installation, story)}
    for one in held.values():
        click.echo(f"A download held it: {_recall_line(one)}")
    if held:
        click.echo("Ask their owners to remove it, then: openear recalls done NUMBER")


@click.group()
def recalls() -> None:
    """Downloads that hold stories erased since they were made."""


@recalls.command("list")
def list_() -> None:
    """Every download that somebody has to clean, with the ids to remove."""
    for one in downloads.to_clean(opened()):
        click.echo(_recall_line(one))


@recalls.command("done")
@click.argument("number", type=click.IntRange(1, 2**62))
def done(number: int) -> None:
    """Its owner says: the copy is deleted, or the erased stories are out of it."""
    downloads.cleaned(opened(), number, ACTOR)
    click.echo("Noted.")


def _recall_line(one: Download) -> str:
    """A download that has to be cleaned, on one line."""
    return "\t".join((str(one.id), f"{one.at:%Y-%m-%d}", one.actor, one.role, one.format, " ".join(one.stories)))


@click.command()
def purge() -> None:
    """Remove what is past its keeping period. The worker does it every hour."""
    gone = purge_now(opened())
    click.echo(f"Removed {gone.stories} stories, {gone.drafts} texts without a yes, {gone.addresses} addresses.")
