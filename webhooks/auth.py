"""Who may call what. Every view declares one guard; without one it is closed, and the app does not start.

`open_to_all` is for what says nothing about anybody, `signed` for providers, `for_roles` for organisers' programs.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Request, current_app, request

from bot.errors import OpenEarError
from bot.installation import Installation
from bot.store.organisers import Grant, grants_of
from webhooks.errors import ApiError

OPEN = "open"
SIGNED = "signed"

P = ParamSpec("P")
R = TypeVar("R")
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)
_GUARD = "openear_guard"


class UndeclaredViewError(OpenEarError):
    """A view declares no guard. The message names its endpoint."""


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may call this view."""
    setattr(view, _GUARD, OPEN)
    return view


def signed(verify: Callable[[Request], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only a provider may call the view: 403 unless `verify` finds its signature or secret right."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not verify(request):
                raise ApiError(403, "bad_signature", "The signature or secret is missing or wrong.")
            return view(*args, **kwargs)

        setattr(guarded, _GUARD, SIGNED)
        return guarded

    return decorate


def for_roles(installation: Installation, *roles: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Only bearers of a token with one of `roles` in the campaign of the address; the view gets its `grant`.

    A bearer of several gets the grant of the first. 401 without a valid token, 404 for an unknown campaign, 403 for
    another campaign or role: in this order, so that campaigns can be found out with a token only.
    """

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def guarded(*, campaign: str, **kwargs: Any) -> R:
            grants = _grants(installation)
            if campaign not in installation.campaigns:
                raise ApiError(404, "unknown_campaign", "There is no campaign of this name.")
            return view(campaign=campaign, grant=_chosen(grants, campaign, roles), **kwargs)

        setattr(guarded, _GUARD, " ".join(roles))
        return guarded

    return decorate


def guard_of(view: Callable[..., Any]) -> str:
    """The guard that a view declares: `open`, `signed` or its roles; empty for none."""
    return str(getattr(view, _GUARD, ""))


def undeclared(app: Flask) -> list[str]:
    """The endpoints of `app` whose views declare no guard."""
    return sorted(name for name, view in app.view_functions.items() if not guard_of(view))


def require_guards(app: Flask) -> None:
    """Raise UndeclaredViewError if a view of `app` has no guard, and refuse requests for one that is added later."""
    app.before_request(_refuse_undeclared)
    if missing := undeclared(app):
        raise UndeclaredViewError(f"declare a guard of webhooks/auth.py on the view of: {', '.join(missing)}")


def _refuse_undeclared() -> None:
    if request.endpoint and not guard_of(current_app.view_functions[request.endpoint]):
        raise ApiError(403, "no_guard", "This address does not declare who may call it, so it is closed.")


def _grants(installation: Installation) -> list[Grant]:
    bearer = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    grants = None
    if bearer:
        with installation.read() as tx:
            grants = grants_of(tx, bearer[1])
    if grants is None:
        raise ApiError(
            401,
            "bad_token",
            "The token is missing, unknown, expired or revoked. Send one in the header 'Authorization: Bearer oe_…'. "
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
        raise ApiError(403, "other_campaign", "This token is for another campaign.")
    held = " and ".join(sorted(grant.role for grant in here))
    raise ApiError(403, "other_role", f"This needs the role {' or '.join(roles)}; the token's is {held}.")
