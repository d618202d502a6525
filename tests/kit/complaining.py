"""Complaints of the tests."""

import json

from bot.engine.campaign import Campaign
from bot.privacy import complaints
from bot.store import tables
from kit.sandbox import House

WRONG, REACH = "You texted my sister Hawthorn at night", "ring 020 7946 0123"


def thrive(house: House) -> Campaign:
    return house.installation.campaigns["thrive"]


def take(house: House, way: str = "telephone", body: str = WRONG, reach: str = REACH) -> int:
    return complaints.take(house.installation, thrive(house), way, body, reach)


def audited(house: House) -> list[tuple[str, str, dict[str, object]]]:
    return [(row["actor"], row["action"], json.loads(row["detail"])) for row in house.rows(tables.audit)]
