"""`openear export`, `numbers`, `mydata`, `erase`, `purge`, `backup`, `restore`: what goes out, away and is kept."""

import os
from pathlib import Path
from typing import BinaryIO

import click

from bot.errors import OpenEarError
from bot.operations import backup as backups
from bot.privacy import recalls, subject_access
from bot.privacy.erasure import erase_contact, erase_story
from bot.privacy.erasure import purge as purge_now
from bot.settings import read_settings
from bot.store import audit
from bot.store.organisers import Grant
from bot.stories import numbers as counts
from bot.stories.export import FILTERS, FORMATS, open_export, read_filters
from scripts.cli.common import chosen_campaign, opened, parsed_contact
from scripts.cli.stories import recall_line

_ACTOR = "command line"


@click.command()
@click.option("--campaign", help="The campaign's slug; may be left out where there is only one.")
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--since", help="From this day on, like 2026-06-01.")
@click.option("--until", help="To this day.")
@click.option("--language", help="Only this language, by its code.")
@click.option("--hub", help="Only this hub, by its code.")
@click.option("--theme", help="Only this theme, by its id.")
@click.option("--raw", is_flag=True, help="Nothing masked. Goes into the audit as raw, with the reason.")
@click.option("--reason", default="", help="Why the words as sent are needed; with --raw.")
@click.option("--no-bom", is_flag=True, help="CSV without the mark that Excel wants.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A file; standard output without."
)
def export(
    campaign: str | None,
    file_format: str,
    *,
    raw: bool,
    reason: str,
    no_bom: bool,
    output: Path | None,
    **filters: str | None,
) -> None:
    """Write the consented stories of a campaign."""
    if raw and not reason.strip():
        raise OpenEarError("say why the words as sent are needed: --reason TEXT; it stands in the audit")
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    chosen = installation.campaigns[slug]
    wanted = {name: value for name, value in filters.items() if name in FILTERS and value is not None}
    grant = Grant(_ACTOR, "raw" if raw else "organiser", slug)
    filters_read = read_filters(installation, chosen, wanted)
    found = open_export(installation, grant, chosen, file_format, filters_read, bom=not no_bom, reason=reason.strip())
    with _private(output) as out:
        out.writelines(found.body)
    click.echo(f"{found.count} stories. {found.note}", err=True)


def _private(path: Path | None) -> BinaryIO:
    """A file that only its owner can read, or standard output."""
    if path is None:
        return click.open_file("-", "wb")  # type: ignore[return-value]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(handle, 0o600)  # of an older file too
        return os.fdopen(handle, "wb")
    except OSError as problem:
        raise OpenEarError(f"{path} cannot be written: {problem.strerror}") from None


@click.command()
@click.argument("what")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(what: str, *, yes: bool) -> None:
    """Erase a story (by its id) or all from a contact (+44… or telegram:CHAT). It cannot be undone."""
    installation = opened()
    if not yes:
        click.confirm("Erase it? It cannot be undone", abort=True)
    if what.startswith(("+", "telegram:")):
        gone = erase_contact(installation, *parsed_contact(what), _ACTOR)
        if gone is None:
            raise OpenEarError("nothing ever came from this contact")
        click.echo(f"Erased everything from this contact ({len(gone)} stories).")
    elif erase_story(installation, what, _ACTOR):
        gone = [what]
        click.echo("Erased the story.")
    else:
        raise OpenEarError("there is no story of this id; ids stand in the first column of an export")
    held = {one.download.id: one for story in gone for one in recalls.holding(installation, story)}
    for one in held.values():
        click.echo(f"A download held it: {recall_line(one)}")
    if held:
        click.echo("Ask their owners to remove it, then: openear recalls done NUMBER")


@click.command()
def purge() -> None:
    """Remove what is past its keeping period. The worker does it every hour."""
    gone = purge_now(opened())
    click.echo(f"Removed {gone.stories} stories, {gone.drafts} texts without a yes, {gone.addresses} addresses.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write an encrypted copy of the database to FILE. Keep the keyring apart from it. SQLite only."""
    backups.write(opened(), file)
    click.echo(f"Wrote {file}. Backups hold what is erased later: delete each after {backups.KEEP_DAYS} days.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in place of the database, and erase again what was erased since. Stop serving first."""
    settings = read_settings()
    there = backups.present(settings)
    again = backups.restore(settings, file)
    installation = opened(settings)
    with installation.database.write() as connection:
        detail = {"erased_again": again}
        audit.record(connection, installation.keys, installation.clock(), _ACTOR, "restore", detail)
    click.echo(f"Restored; {again} stories were erased again.")
    if not there:
        click.echo(
            "There was no present database, so nobody knows what was erased since. Erase it again: openear erase"
        )


@click.command()
@click.argument("contact")
@click.option("--output", "-o", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A zip file.")
@click.option("--with-flags", is_flag=True, help="Flags of danger too; ask the safeguarding lead before.")
def mydata(contact: str, output: Path, *, with_flags: bool) -> None:
    """Write the pack for somebody who asks what we hold about them (+44… or telegram:CHAT).

    Make sure first that it is they who ask, and not somebody who holds their phone. What was marked as danger is left
    out without --with-flags (Data Protection Act 2018, Schedule 3: serious harm).
    """
    found = subject_access.write(opened(), *parsed_contact(contact), output, _ACTOR, flagged=with_flags)
    click.echo(f"Wrote {output}: {len(found.stories)} stories. Hand it to this person and nobody else, then delete it.")


@click.command()
@click.option("--campaign", help="The campaign's slug; may be left out where there is only one.")
def numbers(campaign: str | None) -> None:
    """How many stories there are, by hub, language and channel. Small numbers are hidden."""
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    click.echo("\t".join(counts.COLUMNS))
    for row in counts.rows(installation, Grant(_ACTOR, "admin", slug), installation.campaigns[slug]):
        click.echo("\t".join(row))
