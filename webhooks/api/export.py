"""Downloads for organisers' programs: stories, and the ids of erased stories."""

from flask import Blueprint, Response, request

from bot.installation import Installation
from bot.store.organisers import Grant
from bot.stories.export import (
    FILTERS,
    FORMATS,
    ROLES,
    Export,
    ExportRequest,
    open_export,
    open_tombstones,
    read_filters,
)
from webhooks.auth import for_roles
from webhooks.errors import ApiError

#: Letters of a reason that the audit keeps.
_MOST_REASON = 500


def blueprint(installation: Installation, *, invented: bool = False) -> Blueprint:
    """The addresses below /export. `invented` marks downloads as the demo's invented stories."""
    views = Blueprint("export", __name__)
    guard = for_roles(installation, *ROLES)

    @views.get("/export/<campaign>/stories.<file_format>")
    @guard
    def stories(campaign: str, file_format: str, grant: Grant) -> Response:
        if file_format not in FORMATS:
            raise ApiError(404, "unknown_format", f"The formats here are {', '.join(FORMATS)}.")
        wanted = _parameters(*FILTERS, "reason", *(["bom"] if file_format == "csv" else []))
        bom, reason = _bom(wanted), " ".join(wanted.pop("reason", "").split())[:_MOST_REASON]
        chosen = installation.campaigns[campaign]
        asked = ExportRequest(file_format, read_filters(installation, chosen, wanted), bom, reason, invented)
        return _download(open_export(installation, grant, chosen, asked))

    @views.get("/export/<campaign>/tombstones.csv")
    @guard
    def tombstones(campaign: str, grant: Grant) -> Response:
        bom = _bom(_parameters("bom"))
        return _download(open_tombstones(installation, grant, installation.campaigns[campaign], bom=bom))

    return views


def _parameters(*known: str) -> dict[str, str]:
    """The query, each name once and known: a misspelt filter must not become a download of everything."""
    wanted: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in known:
            raise ApiError(400, "unknown_parameter", f"The parameters here are {', '.join(known)}.")
        if len(values) > 1:
            raise ApiError(400, "repeated_parameter", f"Give {name} once; it is in the address twice.")
        wanted[name] = values[0]
    return wanted


def _bom(wanted: dict[str, str]) -> bool:
    """Whether the file starts with a byte order mark; takes `bom` out of `wanted`."""
    value = wanted.pop("bom", "1")
    if value not in {"0", "1"}:
        raise ApiError(400, "bad_filter", "bom must be 0 (no byte order mark) or 1 (one, for Excel).")
    return value == "1"


def _download(export: Export) -> Response:
    response = Response(export.body, content_type=export.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    if export.note:
        response.headers["X-Redaction"] = export.note
    if export.count is not None:
        response.headers["X-Row-Count"] = str(export.count)
    return response
