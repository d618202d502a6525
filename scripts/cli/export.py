"""`openear export`: the stories of a campaign as a file."""

import os
from pathlib import Path
from typing import BinaryIO

import click

from bot.errors import OpenEarError
from bot.store.organisers import Grant
from bot.stories.export import FILTERS, FORMATS, ExportRequest, open_export, read_filters
from scripts.cli.common import ACTOR, chosen_campaign, counted, opened


@click.command()
@click.option("--campaign", help="The campaign's slug; may be left out if there is only one.")
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True, help="The file's format."
)
@click.option("--since", help="From this day on, like 2026-06-01.")
@click.option("--until", help="To this day, included.")
@click.option("--language", help="Only this language, by its code.")
@click.option("--hub", help="Only this hub, by its code.")
@click.option("--theme", help="Only this theme, by its id.")
@click.option("--raw", is_flag=True, help="Mask nothing. Needs --reason; the audit keeps both.")
@click.option("--reason", default="", help="With --raw: why the words are needed as they were sent.")
@click.option("--no-bom", is_flag=True, help="CSV without the byte order mark that Excel needs.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write. Default: standard output.",
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
        raise OpenEarError("say why you need the words as they were sent: --reason TEXT; the audit keeps it")
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    chosen = installation.campaigns[slug]
    wanted = {name: value for name, value in filters.items() if name in FILTERS and value is not None}
    grant = Grant(ACTOR, "raw" if raw else "organiser", slug)
    request = ExportRequest(file_format, read_filters(installation, chosen, wanted), not no_bom, reason.strip())
    found = open_export(installation, grant, chosen, request)
    with _private(output) as out:
        out.writelines(found.body)
    click.echo(f"{counted(found.count or 0, 'story', 'stories')}. {found.note}", err=True)


def _private(path: Path | None) -> BinaryIO:
    """The file at `path`, readable by its owner only; standard output for None."""
    if path is None:
        return click.open_file("-", "wb")  # type: ignore[return-value]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(handle, 0o600)  # the file may have existed
        return os.fdopen(handle, "wb")
    except OSError as problem:
        raise OpenEarError(f"{path} cannot be written: {problem.strerror}") from None
