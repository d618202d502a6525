"""One download: check the request, record it in the audit, then stream the stories.

Every format gets the same redacted stories; only the role `raw` gets them unredacted.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.engine.campaign import Campaign
from bot.errors import FilterError, NotAllowedError, NotFoundError
from bot.installation import Installation
from bot.store import audit, downloads
from bot.store.organisers import Grant
from bot.store.stories import (
    ExportStory,
    Filters,
    count,
    hub_code,
    ids,
    known_language,
    newest_told,
    read_stories,
    read_tombstones,
)
from bot.store.transaction import Transaction
from bot.stories.formats import csv, docx, jsonl
from bot.stories.formats.rows import RAW, REDACTED, redacted

#: The roles that may download stories. Only `raw` gets them unredacted.
ROLES = ("raw", "organiser")
FORMATS = ("csv", "jsonl", "docx")
FILTERS = ("since", "until", "language", "hub", "theme")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What a download should be."""

    file_format: str
    filters: Filters = field(default_factory=Filters)
    bom: bool = True  # CSV: with a byte order mark, for Excel
    reason: str = ""  # of the role `raw`: why the words are needed as they were sent
    invented: bool = False  # the stories are the demo's


@dataclass(frozen=True, slots=True)
class Export:
    """A download that is ready to stream. `note` says what is masked in it and what is not."""

    count: int | None  # stories; None if they were not counted
    media_type: str
    filename: str
    body: Iterator[bytes]
    note: str = ""


def open_export(installation: Installation, grant: Grant, campaign: Campaign, request: ExportRequest) -> Export:
    """The stories of `campaign` that `request` asks for. Raises NotAllowedError or NotFoundError before reading any.

    When this returns, the audit has the request, and the store has the ids of the stories, so that they can be recalled
    after an erasure. A download that breaks off later still counts.
    """
    if grant.role not in ROLES or grant.campaign != campaign.slug:
        raise NotAllowedError(f"the role {grant.role} in {grant.campaign} may not download stories of {campaign.slug}")
    if request.file_format not in FORMATS:
        raise NotFoundError(f"There is no format {request.file_format!r}. The formats are {', '.join(FORMATS)}.")
    raw = grant.role == "raw"
    now = installation.clock()
    detail: dict[str, object] = {"format": request.file_format, **_as_text(request.filters)}
    if raw:
        detail["reason"] = request.reason or "none given"
    with installation.write() as tx:
        filters = replace(request.filters, told_by=newest_told(tx, campaign))
        detail["stories"] = number = count(tx, campaign, filters)
        detail["download"] = downloads.record(
            tx, grant.email, grant.role, campaign.slug, request.file_format, ids(campaign, filters)
        )
        _record(tx, grant, "export", detail)
    stories: Iterable[ExportStory] = read_stories(installation.read, campaign, filters)
    if not raw:
        stories = map(redacted, stories)
    today = campaign.day(now)
    media_type, write = _writer(request, campaign, today, raw=raw)
    name = f"{campaign.slug}-stories{'-raw' if raw else ''}-{today.isoformat()}.{request.file_format}"
    return Export(number, media_type, name, _started(write(stories)), RAW if raw else REDACTED)


def open_tombstones(installation: Installation, grant: Grant, campaign: Campaign, *, bom: bool = True) -> Export:
    """The ids of erased stories, for removing them from earlier downloads. Raises NotAllowedError."""
    if grant.role not in ROLES or grant.campaign != campaign.slug:
        raise NotAllowedError(f"the role {grant.role} in {grant.campaign} may not download from {campaign.slug}")
    with installation.write() as tx:
        _record(tx, grant, "export.tombstones", {})
    body = csv.write_tombstones(read_tombstones(installation.read, campaign.slug), bom=bom)
    return Export(None, csv.MEDIA_TYPE, f"{campaign.slug}-tombstones.csv", _started(body))


def read_filters(installation: Installation, campaign: Campaign, raw: Mapping[str, str]) -> Filters:
    """The filters that were typed, by the names in `FILTERS`. Raises FilterError, which says what to write instead."""
    for name, value in raw.items():
        if name not in FILTERS:
            raise FilterError(f"There is no filter {name!r}. The filters are {', '.join(FILTERS)}.")
        if not value.strip():
            raise FilterError(f"The filter {name} is empty; leave it out, or give it a value.")
    since, until = _day("since", raw.get("since")), _day("until", raw.get("until"))
    if since and until and since > until:
        raise FilterError(f"since ({since}) is after until ({until}); swap them.")
    return Filters(
        since=since,
        until=until,
        language=_language(installation, campaign, raw.get("language", "").strip()),
        hub=_hub(installation, campaign, raw.get("hub", "").strip()),
        theme=_theme(campaign, raw.get("theme", "").strip()),
    )


def _day(name: str, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        if not re.fullmatch(r"[12]\d{3}-\d\d-\d\d", value.strip(), re.ASCII):
            raise ValueError
        return date.fromisoformat(value.strip())
    except ValueError:
        raise FilterError(f"{name} is not a date; write it like {name}=2026-11-21.") from None


def _language(installation: Installation, campaign: Campaign, value: str) -> str:
    """The code of a language, as the campaign writes it."""
    for code in campaign.languages:
        if code.lower() == value.lower():
            return code
    with installation.read() as tx:
        if not value or known_language(tx, campaign.slug, value):
            return value
    raise FilterError(f"language must be one of {', '.join(campaign.languages)}.")


def _hub(installation: Installation, campaign: Campaign, value: str) -> str:
    if not value:
        return ""
    with installation.read() as tx:
        code = hub_code(tx, campaign.slug, value)
    if not code:
        raise FilterError("hub must be a hub of this campaign; `openear hub list` shows their codes.")
    return code


def _theme(campaign: Campaign, value: str) -> str:
    themes = dict(campaign.themes)
    if value and not themes:
        raise FilterError("This campaign has no themes; leave the filter out.")
    if value and value not in themes:
        raise FilterError(f"theme must be one of {', '.join(themes)}.")
    return value


def _record(tx: Transaction, grant: Grant, action: str, detail: Mapping[str, object]) -> None:
    about = {"campaign": grant.campaign, "role": grant.role, **detail}
    audit.record(tx, grant.email, action, about)


def _as_text(filters: Filters) -> dict[str, object]:
    """The filters that are set, as text for the audit."""
    return {name: str(value) for name in FILTERS if (value := getattr(filters, name))}


_Write = Callable[[Iterable[ExportStory]], Iterator[bytes]]


def _writer(request: ExportRequest, campaign: Campaign, today: date, *, raw: bool) -> tuple[str, _Write]:
    """The media type of a format, and the function that writes it."""
    writers: dict[str, tuple[str, _Write]] = {
        "csv": (csv.MEDIA_TYPE, lambda stories: csv.write(stories, campaign, bom=request.bom)),
        "jsonl": (jsonl.MEDIA_TYPE, lambda stories: jsonl.write(stories, campaign, redacted=not raw)),
        "docx": (
            docx.MEDIA_TYPE,
            lambda stories: docx.write(stories, campaign, today, redacted=not raw, invented=request.invented),
        ),
    }
    return writers[request.file_format]


def _started(body: Iterator[bytes]) -> Iterator[bytes]:
    """`body` with its first chunk already made, so that a missing database is an error before the answer begins."""
    first = next(body, b"")
    return itertools.chain((first,), body)
