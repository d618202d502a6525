"""`openear hub …`: the partner organisations that bring residents, each with its link, keyword and text to share."""

import click

from bot.channels.port import SendError
from bot.organisers import hubs
from bot.store.hubs import Hub
from scripts.cli.common import chosen_campaign, opened


@click.group()
def hub() -> None:
    """Partner organisations, their links and keywords."""


@hub.command("add")
@click.argument("code")
@click.option("--name", default="", help="The organisation's name.")
@click.option("--campaign", help="The campaign's slug; may be left out where there is only one.")
@click.option("--language", default="", help="The language most of its people speak, by its code.")
def add(code: str, name: str, campaign: str | None, language: str) -> None:
    """Add the hub CODE (letters and digits, short: people type it), or change it; print what its leaders share."""
    installation = opened()
    one = Hub(code, chosen_campaign(installation, campaign), name or code, language)
    hubs.add(installation, one)
    try:
        bot = hubs.bot_name(installation)
    except SendError as problem:
        click.echo(f"Telegram did not say the bot's name ({problem}).", err=True)
        bot = ""
    for line in hubs.to_share(installation, one, bot):
        click.echo(line)


@hub.command("list")
@click.option("--campaign", help="Only the hubs of this campaign.")
def list_(campaign: str | None) -> None:
    """Every hub."""
    for one in hubs.every(opened(), campaign or ""):
        click.echo("\t".join((one.code, one.campaign, one.name, one.language)))
