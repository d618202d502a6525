"""`openear organiser …`: roles, and tokens for downloads."""

import click

from bot.organisers import roles
from bot.store.organisers import ROLES, Grant
from scripts.cli.common import ACTOR, chosen_campaign, heading, opened, parsed_contact


@click.group()
def organiser() -> None:
    """Organisers: their roles and their tokens."""


@organiser.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they may do.")
@click.option("--campaign", help="The campaign's slug; may be left out if there is only one.")
@click.option("--hub", default="", help="For leaders: the code of their hub.")
@click.option("--alert", default="", help="For safeguarding: where alerts go, +447911123456 or telegram:CHAT.")
def add(email: str, role: str, campaign: str | None, hub: str, alert: str) -> None:
    """Give EMAIL a role."""
    where = parsed_contact(alert) if alert else None
    installation = opened()
    slug = chosen_campaign(installation, campaign)
    new = roles.add(installation, Grant(email, role, slug, hub), where, ACTOR)
    click.echo(f"{email} is {role} of {slug}." if new else f"{email} already was {role} of {slug}.")
    if where:
        click.echo(f"Alerts go to {alert}.")


@organiser.command("list")
def list_() -> None:
    """List the organisers with their roles."""
    grants = roles.everyone(opened())
    heading("e-mail", "role", "campaign", "hub")
    for grant in grants:
        click.echo(f"{grant.email}\t{grant.role}\t{grant.campaign}" + (f"\t{grant.hub}" if grant.hub else ""))


@organiser.command("revoke")
@click.argument("email")
def revoke(email: str) -> None:
    """Take away every role and token of EMAIL, at once."""
    roles.revoke(opened(), email, ACTOR)
    click.echo(f"{email} has no roles and no tokens now.")


@organiser.command("token")
@click.argument("email")
def token(email: str) -> None:
    """Print a new token for EMAIL, once, alone on standard output. It lasts 90 days."""
    click.echo(roles.new_token(opened(), email, ACTOR))
