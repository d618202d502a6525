"""GET /openapi.json: the description of every address, as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0).

`openapi.json` beside this module is written by hand; `tests/webhooks/test_openapi.py` compares it with the app.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify

from bot.installation import Installation
from bot.stories.formats.rows import columns
from webhooks.auth import open_to_all

_FILE = Path(__file__).with_name("openapi.json")


def blueprint(installation: Installation) -> Blueprint:
    """GET /openapi.json."""
    views = Blueprint("openapi", __name__)
    described = document(installation)

    @views.get("/openapi.json")
    @open_to_all
    def describe() -> Response:
        return jsonify(described)

    return views


def document(installation: Installation) -> dict[str, Any]:
    """The file, with what depends on the installation: its version, address, campaigns and their CSV columns."""
    spec: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    spec["info"]["version"] = version("openear")
    spec["servers"] = [{"url": installation.settings.public_url or "/"}]
    campaigns = sorted(installation.campaigns.items())
    spec["components"]["parameters"]["campaign"]["schema"]["examples"] = [slug for slug, _ in campaigns]
    named = "; ".join(f"{slug}: {', '.join(columns(campaign))}" for slug, campaign in campaigns)
    spec["paths"]["/export/{campaign}/stories.{file_format}"]["get"]["description"] += f" CSV columns: {named}."
    return spec
