"""`openear numbers`: counts of stories for people who do not read them."""

import click

from bot.store.organisers import Grant
from bot.stories import numbers as counts
from scripts.cli.common import ACTOR, chosen_campaign, opened


@click.command()
@click.option("--campaign", help="The campaign's slug; may be left out if there is only one.")
def numbers(campaign: str | None) -> None:
    """Count the stories by hub, language and channel. Hides small numbers; stories of today are left out."""
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    click.echo("\t".join(counts.COLUMNS))
    for row in counts.rows(installation, Grant(ACTOR, "admin", slug), installation.campaigns[slug]):
        click.echo("\t".join(row))
    click.echo("Stories of today are left out. A * hides a small number.", err=True)
