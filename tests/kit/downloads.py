"""Downloads, read again."""

import csv
import io
from datetime import UTC, datetime

from bot.installation import Installation
from bot.store.organisers import Grant
from bot.stories.export import ExportRequest, open_export, read_filters
from kit.stories import ORGANISER

SUNDAY_NIGHT = datetime(2026, 9, 6, 23, 30, tzinfo=UTC)  # Monday already in London


def download(
    installation: Installation,
    file_format: str,
    grant: Grant = ORGANISER,
    *,
    bom: bool = True,
    invented: bool = False,
    **filters: str,
) -> bytes:
    thrive = installation.campaigns["thrive"]
    chosen = read_filters(installation, thrive, filters)
    export = open_export(installation, grant, thrive, ExportRequest(file_format, chosen, bom, invented=invented))
    return b"".join(export.body)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
