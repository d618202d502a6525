"""`openear hub …`: the organisations that bring residents, each with a link, a keyword and texts to share."""

import click

from bot.channels.port import SendError
from bot.organisers import hubs
from bot.store.hubs import Hub
from scripts.cli.common import chosen_campaign, heading, opened


@click.group()
def hub() -> None:
    """Hubs: their links and keywords."""


@hub.command("add")
@click.argument("code")
@click.option("--name", default="", help="The name of the organisation. Default: its code.")
@click.option("--campaign", help="The campaign's slug; may be left out if there is only one.")
@click.option("--language", default="", help="The language of most of its people, by its code.")
def add(code: str, name: str, campaign: str | None, language: str) -> None:
    """Add or change the hub CODE (short, letters and digits: people type it). Print what its leaders share."""
    installation = opened()
    one = Hub(code, chosen_campaign(installation, campaign), name or code, language)
    hubs.add(installation, one)
    try:
        bot = hubs.bot_name(installation)
    except SendError as problem:
        click.echo(f"The link is missing: Telegram did not tell the name of the bot ({problem}).", err=True)
        bot = ""
    for line in hubs.to_share(installation, one, bot):
        click.echo(line)


@hub.command("list")
@click.option("--campaign", help="Only the hubs of this campaign, by its slug.")
def list_(campaign: str | None) -> None:
    """List the hubs."""
    found = hubs.every(opened(), campaign or "")
    heading("code", "campaign", "name", "language")
    for one in found:
        click.echo("\t".join((one.code, one.campaign, one.name, one.language)))
