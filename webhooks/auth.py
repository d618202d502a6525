"""Who may call what. Every view declares one guard; a test walks all addresses and fails for one without.

`open_to_all` for what says nothing about anybody, `signed` for providers, `for_roles` for organisers' programs. Only
that test keeps a view without a guard from being served: keep the test.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Request, request

from bot.installation import Installation
from bot.store.organisers import Grant, grants_of
from webhooks.errors import Refusal

OPEN = "open"
SIGNED = "signed"

P = ParamSpec("P")
R = TypeVar("R")
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)
_GUARD = "openear_guard"


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may call this view."""
    setattr(view, _GUARD, OPEN)
    return view


def signed(verify: Callable[[Request], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only a provider may call the view: `verify` checks its signature or secret, and the answer is 403 without."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not verify(request):
                raise Refusal(403, "bad_signature", "The signature or secret is missing or wrong.")
            return view(*args, **kwargs)

        setattr(guarded, _GUARD, SIGNED)
        return guarded

    return decorate


def for_roles(installation: Installation, *roles: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Only bearers of a token with one of `roles` in the campaign of the address; the view gets `grant`.

    The first of `roles` that fits is taken. 401 without a good token, 404 for an unknown campaign, 403 for another
    campaign or role: in this order, so that nobody learns of campaigns without a token.
    """

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def guarded(*, campaign: str, **kwargs: Any) -> R:
            grants = _grants(installation)
            if campaign not in installation.campaigns:
                raise Refusal(404, "unknown_campaign", "There is no campaign of this name.")
            return view(campaign=campaign, grant=_chosen(grants, campaign, roles), **kwargs)

        setattr(guarded, _GUARD, " ".join(roles))
        return guarded

    return decorate


def guard_of(view: Callable[..., Any]) -> str:
    """The guard that a view declares: `open`, `signed` or its roles; empty where it forgot."""
    return str(getattr(view, _GUARD, ""))


def undeclared(app: Flask) -> list[str]:
    """The addresses of `app` whose views declare no guard."""
    return [str(rule) for rule in app.url_map.iter_rules() if not guard_of(app.view_functions[rule.endpoint])]


def _grants(installation: Installation) -> list[Grant]:
    bearer = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    grants = None
    if bearer:
        with installation.read() as tx:
            grants = grants_of(tx, bearer[1])
    if grants is None:
        raise Refusal(
            401,
            "bad_token",
            "A token is needed that is neither expired nor revoked, in the header 'Authorization: Bearer oe_…'. "
            "Make one with: openear organiser token EMAIL",
            {"WWW-Authenticate": 'Bearer realm="OpenEar"'},
        )
    return grants


def _chosen(grants: list[Grant], campaign: str, roles: tuple[str, ...]) -> Grant:
    here = [grant for grant in grants if grant.campaign == campaign]
    for role in roles:
        for grant in here:
            if grant.role == role:
                return grant
    if not here:
        raise Refusal(403, "other_campaign", "This token is for another campaign.")
    held = " and ".join(sorted(grant.role for grant in here))
    raise Refusal(403, "other_role", f"This needs the role {' or '.join(roles)}; the token's is {held}.")
