"""`openear papers`: the papers of data protection, drafted from the configuration, for an officer to check and sign."""

from pathlib import Path

import click

from bot.errors import OpenEarError
from scripts.cli.common import chosen_campaign, counted, opened


@click.command()
@click.option("--campaign", help="The campaign's slug. Default: all, each in a folder of its own.")
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; made if needed.",
)
def papers(campaign: str | None, output: Path) -> None:
    """Write drafts of the impact assessment, the notices, the record of processing and the appropriate policy.

    Replaces no file: people may have filled it in.
    """
    from bot.privacy.papers import papers_of  # noqa: PLC0415 (Jinja2 is loaded for the papers only)

    installation = opened()
    slugs = list(installation.campaigns) if campaign is None else [chosen_campaign(installation, campaign)]
    written: dict[Path, str] = {}
    for slug in slugs:
        folder = output / slug if len(slugs) > 1 else output
        found = papers_of(installation, installation.campaigns[slug])
        written |= {folder / name: text for name, text in found.items()}
    if changed := [path for path, text in written.items() if path.exists() and not _same(path, text)]:
        names = ", ".join(path.name for path in changed[:4])
        raise OpenEarError(f"{output} already holds {names}, perhaps filled in by a person; name a new folder")
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        click.echo(path)
    click.echo(
        f"{counted(len(written), 'draft')}. Fill in what is marked; a data protection officer must check and sign.",
        err=True,
    )


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
