"""Downloads for organisers' programs: stories in the formats there are, and the ids of erased ones.

A view reads the address and its filters, calls `bot/stories/export.py`, and streams what comes back. It decides
nothing.
"""

from flask import Blueprint, Response, request

from bot.installation import Installation
from bot.store.organisers import Grant
from bot.stories.export import (
    FILTERS,
    FORMATS,
    ROLES,
    Export,
    open_export,
    open_tombstones,
    read_filters,
)
from webhooks.auth import for_roles
from webhooks.errors import Refusal


def blueprint(installation: Installation, *, invented: bool = False) -> Blueprint:
    """The two addresses below /export. `invented` says that the stories are the demo's."""
    routes = Blueprint("export", __name__)
    guard = for_roles(installation, *ROLES)

    @routes.get("/export/<campaign>/stories.<file_format>")
    @guard
    def stories(campaign: str, file_format: str, grant: Grant) -> Response:
        if file_format not in FORMATS:
            raise Refusal(404, "unknown_format", f"There is no such format here; there are {', '.join(FORMATS)}.")
        wanted = _parameters((*FILTERS, "reason", "bom") if file_format == "csv" else (*FILTERS, "reason"))
        bom, reason = _bom(wanted), " ".join(wanted.pop("reason", "").split())[:500]
        chosen = installation.campaigns[campaign]
        filters = read_filters(installation, chosen, wanted)
        found = open_export(
            installation, grant, chosen, file_format, filters, bom=bom, invented=invented, reason=reason
        )
        return _download(found)

    @routes.get("/export/<campaign>/tombstones.csv")
    @guard
    def tombstones(campaign: str, grant: Grant) -> Response:
        bom = _bom(_parameters(("bom",)))
        return _download(open_tombstones(installation, grant, installation.campaigns[campaign], bom=bom))

    return routes


def _parameters(known: tuple[str, ...]) -> dict[str, str]:
    """The query, each name once and known. A misspelt filter must not become a download of everything."""
    wanted: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in known:
            raise Refusal(400, "unknown_parameter", f"There is no such parameter here; there are {', '.join(known)}.")
        if len(values) > 1:
            raise Refusal(400, "repeated_parameter", f"{name} stands twice in the address; it can be given once.")
        wanted[name] = values[0]
    return wanted


def _bom(wanted: dict[str, str]) -> bool:
    value = wanted.pop("bom", "1")
    if value not in {"0", "1"}:
        raise Refusal(400, "bad_filter", "bom must be 0 (no byte order mark) or 1 (one, for Excel).")
    return value == "1"


def _download(export: Export) -> Response:
    response = Response(export.body, content_type=export.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if export.note:
        response.headers["X-Redaction"] = export.note
    if export.count is not None:
        response.headers["X-Row-Count"] = str(export.count)
    return response
