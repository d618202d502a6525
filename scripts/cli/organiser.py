"""`openear organiser …`: who may do what, and tokens for downloads."""

import click

from bot.errors import OpenEarError
from bot.messaging.limits import dear
from bot.store import audit, flags, hubs, organisers
from scripts.cli.common import chosen_campaign, opened, parsed_contact

_ACTOR = "command line"


@click.group()
def organiser() -> None:
    """People with a role, and their tokens."""


@organiser.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(organisers.ROLES))
@click.option("--campaign", help="The campaign's slug; may be left out where there is only one.")
@click.option("--hub", default="", help="For leaders: the code of their hub.")
@click.option(
    "--alert", default="", help="For safeguarding: where to tell them of flags, +447911123456 or telegram:CHAT."
)
def add(email: str, role: str, campaign: str | None, hub: str, alert: str) -> None:
    """Give EMAIL a role."""
    where = parsed_contact(alert) if alert else None
    if where and where[0].value == "sms" and dear(where[1]):
        raise OpenEarError("texts to this number are dear and are never sent; give a mobile number, or telegram:CHAT")
    if where and role != "safeguarding":
        raise OpenEarError("only safeguarding leads are told of flags; leave --alert out")
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    now = installation.clock()
    with installation.database.write() as connection:
        if hub and (found := hubs.find(connection, hub)):
            hub = found.code
        elif hub:
            raise OpenEarError(f"there is no hub {hub!r}; add it with: openear hub add {hub} --name NAME")
        new = organisers.add(connection, email, role, slug, hub, now)
        if new:
            audit.record(connection, installation.keys, now, _ACTOR, "organiser.add", {"role": role, "campaign": slug})
        if where:
            flags.tell_at(connection, installation.keys, email.strip().lower(), where[0].value, where[1])
            audit.record(connection, installation.keys, now, _ACTOR, "organiser.alert", {"campaign": slug})
    click.echo(f"{email} is {role} of {slug}." if new else f"{email} was {role} of {slug} already.")


@organiser.command("list")
def list_() -> None:
    """Everybody with a role."""
    installation = opened()
    with installation.database.read() as connection:
        for grant in organisers.everyone(connection):
            click.echo(f"{grant.email}\t{grant.role}\t{grant.campaign}" + (f"\t{grant.hub}" if grant.hub else ""))


@organiser.command("revoke")
@click.argument("email")
def revoke(email: str) -> None:
    """Take away every role and token of EMAIL, at once."""
    installation = opened()
    now = installation.clock()
    with installation.database.write() as connection:
        if not organisers.revoke(connection, email, now):
            raise OpenEarError(f"{email} has no role and no token; see: openear organiser list")
        flags.told_nowhere(connection, email.strip().lower())
        audit.record(connection, installation.keys, now, _ACTOR, "organiser.revoke", {"email": email})
    click.echo(f"{email} has no role and no token any more.")


@organiser.command("token")
@click.argument("email")
def token(email: str) -> None:
    """Print a new token for EMAIL, once, alone on standard output. It lasts 90 days."""
    installation = opened()
    now = installation.clock()
    with installation.database.write() as connection:
        made = organisers.new_token(connection, email, now)
        audit.record(connection, installation.keys, now, _ACTOR, "organiser.token", {"email": email})
    click.echo(made)
