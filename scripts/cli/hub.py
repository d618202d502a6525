"""`openear hub …`: the partner organisations that bring residents, each with its link, keyword and text to share."""

import re

import click

from bot.channels.port import SendError
from bot.channels.senders import telegram_sender
from bot.engine.folding import words
from bot.errors import OpenEarError
from bot.installation import Installation
from bot.store import facts, hubs
from bot.store.hubs import Hub
from bot.store.moments import to_micros
from scripts.cli.common import chosen_campaign, opened

_CODE = re.compile(r"[A-Za-z0-9]{2,20}")


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
    slug = chosen_campaign(installation, campaign)
    _refuse_bad(installation, slug, code, language)
    one = Hub(code, slug, name or code, language)
    with installation.database.write() as connection:
        if not hubs.add(connection, one, to_micros(installation.clock())):
            known = hubs.find(connection, code)
            if known is None or known.campaign != slug:
                raise OpenEarError(f"the code {code!r} is a hub of another campaign; choose another")
            hubs.change(connection, one)
    for line in to_share(installation, one):
        click.echo(line)


@hub.command("list")
@click.option("--campaign", help="Only the hubs of this campaign.")
def list_(campaign: str | None) -> None:
    """Every hub."""
    installation = opened()
    with installation.database.read() as connection:
        for one in hubs.every(connection, campaign or ""):
            click.echo("\t".join((one.code, one.campaign, one.name, one.language)))


def to_share(installation: Installation, one: Hub) -> list[str]:
    """The hub's Telegram link, its SMS keyword with the number, and a text to share in each language."""
    settings, wording = installation.settings, installation.wordings[one.campaign]
    campaign = wording.campaign
    bot = _bot(installation)
    link = f"https://t.me/{bot}?start={one.code}" if bot else ""
    number = settings.twilio.sender if settings.twilio else ""
    lines = [
        f"Hub: {one.name} ({one.code}), campaign {one.campaign}",
        f"Telegram link: {link or 'set TELEGRAM_BOT_TOKEN to get one'}",
        f"SMS: text {one.code} to {number}"
        if number
        else f"SMS keyword: {one.code} (set TWILIO_FROM to print the number)",
        "With a language: " + ", ".join(f"{one.code} {code.upper()}" for code in campaign.vocabulary.languages[:6]),
    ]
    for code in campaign.vocabulary.languages:
        name = installation.catalogues.languages[code].name
        ways = [f"{link}_{code}"] if link else []
        if number:
            keyword = f"{one.code} {code.upper()}"
            ways.append(wording.template("invite_sms", code).format(keyword=keyword, number=number))
        lines += ["", f"[{code}] {name}", wording.text("invite", code), *ways]
    return lines


def _refuse_bad(installation: Installation, slug: str, code: str, language: str) -> None:
    vocabulary = installation.campaigns[slug].vocabulary
    if not _CODE.fullmatch(code) or code.isdecimal():
        raise OpenEarError("a hub's code is 2 to 20 letters and digits, and not digits alone: LRMN, BEWELL2")
    taken = {*vocabulary.commands, *vocabulary.greetings}
    for lexicon in vocabulary.lexicons.values():
        taken |= lexicon.phrases("yes") | lexicon.phrases("no") | lexicon.phrases("thanks")
    if words(code) in taken or " ".join(words(code)) in vocabulary.names or code in installation.campaigns:
        raise OpenEarError(f"{code!r} means something else when a resident sends it; choose another code")
    if language and language not in vocabulary.languages:
        raise OpenEarError(f"{language!r} is not offered; offered are {', '.join(vocabulary.languages)}")


def _bot(installation: Installation) -> str:
    """The bot's name: what serving learnt, else asked of Telegram where there is a token."""
    with installation.database.read() as connection:
        known = facts.get(connection, "telegram username")
    sender = None if known else telegram_sender(installation.settings)
    if sender:
        try:
            known = sender.get_me()
        except SendError as problem:
            click.echo(f"Telegram did not say the bot's name ({problem}).", err=True)
        finally:
            sender.close()
    return known
