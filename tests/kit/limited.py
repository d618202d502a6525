"""Limits set for a test, and what is delivered under them."""

from dataclasses import replace

from bot.engine.campaign import Limits
from bot.store import tables
from kit.campaigns import with_campaigns
from kit.sandbox import Sandbox


def limit(sandbox: Sandbox, **limits: float) -> None:
    """The campaign's file now says this, and serving has restarted."""
    thrive = sandbox.installation.campaigns["thrive"]
    changed = replace(thrive, limits=replace(Limits(), **limits))  # type: ignore[arg-type]
    sandbox.installation = with_campaigns(sandbox.installation, changed)


def in_parts(sandbox: Sandbox, per_day: int = 0, ever: int = 0) -> None:
    """Limits of so many SMS parts; 0 is no limit."""
    limit(sandbox, part_price=1.0, spend_per_day=float(per_day), spend=float(ever))


def errors(sandbox: Sandbox) -> list[str]:
    return [row["error"] for row in sandbox.rows(tables.outbox) if row["error"]]
