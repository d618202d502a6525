"""Complaints of the tests."""

import json

from bot.engine.campaign import Campaign
from bot.privacy import complaints
from bot.store import tables
from kit.sandbox import Sandbox

WRONG, REACH = "You texted my sister Hawthorn at night", "ring 020 7946 0123"


def thrive(sandbox: Sandbox) -> Campaign:
    return sandbox.installation.campaigns["thrive"]


def take(sandbox: Sandbox, way: str = "telephone", body: str = WRONG, reach: str = REACH) -> int:
    return complaints.take(sandbox.installation, thrive(sandbox), way, body, reach)


def audited(sandbox: Sandbox) -> list[tuple[str, str, dict[str, object]]]:
    return [(row["actor"], row["action"], json.loads(row["detail"])) for row in sandbox.rows(tables.audit)]
