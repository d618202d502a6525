"""Roles of organisers, and their tokens for downloads. Each change and its audit row are one transaction."""

from bot.engine.model import Channel
from bot.errors import InvalidError, NotFoundError
from bot.installation import Installation
from bot.messaging.limits import is_premium_rate
from bot.store import audit, flags, hubs, organisers
from bot.store.organisers import Grant


def add(installation: Installation, grant: Grant, alert: tuple[Channel, str] | None, actor: str) -> bool:
    """Give a role; False if the person has it already. Raises InvalidError or NotFoundError.

    `alert` is where a safeguarding lead gets alerts: channel and address.
    """
    if alert and grant.role != "safeguarding":
        raise InvalidError("only safeguarding leads get alerts; leave --alert out for other roles")
    if alert and alert[0] is Channel.SMS and is_premium_rate(alert[1]):
        raise InvalidError("OpenEar never texts premium-rate numbers; give a mobile number, or telegram:CHAT")
    hub = grant.hub
    with installation.write() as tx:
        if hub:
            found = hubs.find(tx, hub)
            if found is None:
                raise NotFoundError(f"there is no hub {hub!r}; add it with: openear hub add {hub} --name NAME")
            hub = found.code
        new = organisers.add(tx, grant.email, grant.role, grant.campaign, hub)
        if new:
            detail = {"role": grant.role, "campaign": grant.campaign, "email": grant.email.strip().lower()}
            audit.record(tx, actor, "organiser.add", detail)
        if alert:
            flags.set_alert_address(tx, grant.email.strip().lower(), alert[0].value, alert[1])
            audit.record(tx, actor, "organiser.alert", {"campaign": grant.campaign})
    return new


def everyone(installation: Installation) -> list[Grant]:
    """All roles, by person."""
    with installation.read() as tx:
        return organisers.everyone(tx)


def revoke(installation: Installation, email: str, actor: str) -> None:
    """Take away every role and token of this e-mail address, at once. Raises NotFoundError if it has none."""
    with installation.write() as tx:
        if not organisers.revoke(tx, email):
            raise NotFoundError(f"{email} has no role and no token; list the roles with: openear organiser list")
        flags.clear_alert_address(tx, email.strip().lower())
        audit.record(tx, actor, "organiser.revoke", {"email": email})


def new_token(installation: Installation, email: str, actor: str) -> str:
    """A new token, which cannot be shown again. Raises NotFoundError for an e-mail address without a role."""
    with installation.write() as tx:
        token = organisers.new_token(tx, email)
        audit.record(tx, actor, "organiser.token", {"email": email})
    return token
