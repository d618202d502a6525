"""Tables of counts for the tests of small numbers."""

from flask.testing import FlaskClient

from bot.engine.campaign import Disclosure
from bot.installation import Installation
from bot.store import organisers
from bot.store.organisers import Grant
from bot.stories import numbers
from bot.stories.disclosure import HIDDEN, shown
from kit.stories import StoryWriter
from webhooks.app import create_app


def tell(installation: Installation, told: dict[tuple[str, str, str], int]) -> list[str]:
    """So many stories of each hub, language and channel."""
    teller = StoryWriter(installation)
    return [
        teller.tell("a text", hub=hub, language=language, channel=channel)
        for (hub, language, channel), number in told.items()
        for _one in range(number)
    ]


def table(installation: Installation, role: str = "admin", hub: str = "") -> dict[tuple[str, str], str]:
    grant = Grant("lea@example.org", role, "thrive", hub)
    found = numbers.rows(installation, grant, installation.campaigns["thrive"])
    return {(by, value): number for by, value, number in found}


def possible(said: str, rule: Disclosure) -> tuple[int, int]:
    """The least and the greatest count that is shown so."""
    alike = [count for count in range(200) if shown(count, rule) == said]
    return alike[0], alike[-1]


def recovered(table: dict[tuple[str, str], str], rule: Disclosure) -> dict[tuple[str, str], int]:
    """What a patient reader learns of hidden cells: each way of dividing the stories sums to the same total."""
    ways = {by: {cell: possible(said, rule) for cell, said in table.items() if cell[0] == by} for by, _value in table}
    least = max(sum(low for low, _high in cells.values()) for cells in ways.values())
    most = min(sum(high for _low, high in cells.values()) for cells in ways.values())
    found = {}
    for cells in ways.values():
        lows, highs = sum(low for low, _high in cells.values()), sum(high for _low, high in cells.values())
        for cell, (low, high) in cells.items():
            at_least, at_most = max(low, least - (highs - high)), min(high, most - (lows - low))
            if table[cell] == HIDDEN and at_least == at_most:
                found[cell] = at_least
    return found


def client_of(installation: Installation) -> FlaskClient:
    return create_app(installation).test_client()


def token(installation: Installation, role: str, hub: str = "") -> dict[str, str]:
    with installation.write() as tx:
        organisers.add(tx, f"{role}@example.org", role, "thrive", hub)
        return {"Authorization": f"Bearer {organisers.new_token(tx, f'{role}@example.org')}"}
