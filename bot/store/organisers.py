"""Organisers, their roles in each campaign, and the tokens with which programs act for them.

A token is shown once, and only its SHA-256 is stored: enough for 256 random bits, and a lookup by hash leaves no
comparison to time. Must not decide what a role may do, and does not audit: use cases do both in the same transaction.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from bot.errors import InvalidError, NotFoundError
from bot.store.tables import organisers, tokens
from bot.store.transaction import Transaction

#: leader: own hub's numbers. organiser: redacted stories. raw: stories as sent. safeguarding: flags. admin: no stories.
ROLES = ("leader", "organiser", "raw", "safeguarding", "admin")
TOKEN_DAYS = 90

_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@(?:[^\s@<>\"(),:;\\\[\].]{1,63}\.)+[^\s@<>\"(),:;\\\[\].]{2,63}")
_TOKEN = re.compile(r"oe_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person in one campaign; `hub` is only set for leaders."""

    email: str
    role: str
    campaign: str
    hub: str = ""


def add(tx: Transaction, email: str, role: str, campaign: str, hub: str) -> bool:
    """Give a role; False if the person has it already. A leader who is added for another hub moves there.

    Raises InvalidError. Does not check that campaign and hub exist.
    """
    grant = _checked(Grant(email.strip().lower(), role, campaign, hub))
    same = (organisers.c.email == grant.email) & (organisers.c.role == role) & (organisers.c.campaign == grant.campaign)
    found = tx.connection.scalar(select(organisers.c.hub).where(same))
    if found == grant.hub:
        return False
    if found is None:
        tx.connection.execute(
            insert(organisers).values(email=grant.email, role=role, campaign=campaign, hub=grant.hub, added_at=tx.now)
        )
    else:
        tx.connection.execute(update(organisers).where(same).values(hub=grant.hub))
    return True


def everyone(tx: Transaction) -> list[Grant]:
    """All grants, by person."""
    query = select(organisers).order_by(organisers.c.email, organisers.c.campaign, organisers.c.role)
    return [Grant(row.email, row.role, row.campaign, row.hub) for row in tx.connection.execute(query)]


def revoke(tx: Transaction, email: str) -> bool:
    """Remove all roles of a person and revoke their tokens; False if they had neither."""
    address = email.strip().lower()
    ended = tx.connection.execute(
        update(tokens).where(tokens.c.email == address, tokens.c.revoked_at.is_(None)).values(revoked_at=tx.now)
    )
    removed = tx.connection.execute(delete(organisers).where(organisers.c.email == address))
    return bool(removed.rowcount or ended.rowcount)


def new_token(tx: Transaction, email: str, lasts: timedelta = timedelta(days=TOKEN_DAYS)) -> str:
    """A new token for a person who has a role. It cannot be shown again. Raises NotFoundError."""
    address = email.strip().lower()
    if tx.connection.scalar(select(organisers.c.email).where(organisers.c.email == address).limit(1)) is None:
        raise NotFoundError(
            f"{address} has no role. Give one first: openear organiser add {address} --role ROLE --campaign SLUG"
        )
    token = f"oe_{secrets.token_urlsafe(32)}"
    tx.connection.execute(
        insert(tokens).values(
            hash=_hash(token),
            email=address,
            created_at=tx.now,
            expires_at=tx.now + lasts,
        )
    )
    return token


def grants_of(tx: Transaction, token: str) -> list[Grant] | None:
    """The roles of the person whose token this is; None if it is unknown, expired or revoked."""
    if not _TOKEN.fullmatch(token):
        return None
    valid = (tokens.c.revoked_at.is_(None)) & (tokens.c.expires_at > tx.now)
    email = tx.connection.scalar(select(tokens.c.email).where(tokens.c.hash == _hash(token), valid))
    if email is None:
        return None
    query = select(organisers).where(organisers.c.email == email)
    return [Grant(row.email, row.role, row.campaign, row.hub) for row in tx.connection.execute(query)]


def has_safeguarding_lead(tx: Transaction) -> bool:
    """Whether at least one person sees the flags."""
    return tx.connection.scalar(select(1).where(organisers.c.role == "safeguarding").limit(1)) is not None


def _checked(grant: Grant) -> Grant:
    if len(grant.email) > 254 or not _EMAIL.fullmatch(grant.email):
        raise InvalidError("That is not an e-mail address: it must look like ana@example.org.")
    if grant.role not in ROLES:
        raise InvalidError(f"There is no role {grant.role!r}. The roles are {', '.join(ROLES)}.")
    if grant.role == "leader" and not grant.hub:
        raise InvalidError("A leader sees one hub's numbers: say which, with --hub CODE.")
    if grant.role != "leader" and grant.hub:
        raise InvalidError(f"Only leaders belong to a hub; leave --hub out for the role {grant.role}.")
    return grant


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
