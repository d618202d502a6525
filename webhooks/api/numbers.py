"""How many stories there are, for leaders' and organisers' programs. `bot/stories/numbers.py` hides small numbers."""

import csv
import io

from flask import Blueprint, Response

from bot.installation import Installation
from bot.store.organisers import Grant
from bot.stories import numbers
from bot.stories.formats.csv import guarded
from webhooks.auth import for_roles


def blueprint(installation: Installation) -> Blueprint:
    """GET /numbers/<campaign>.csv."""
    views = Blueprint("numbers", __name__)

    @views.get("/numbers/<campaign>.csv")
    @for_roles(installation, *numbers.ROLES)
    def table(campaign: str, grant: Grant) -> Response:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(numbers.COLUMNS)
        for row in numbers.rows(installation, grant, installation.campaigns[campaign]):
            writer.writerow(map(guarded, row))
        return Response(out.getvalue(), content_type="text/csv; charset=utf-8")

    return views
