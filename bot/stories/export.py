"""Use case: one download. Checks the wish, writes it into the audit, and only then opens the stream of stories.

Every format is made from the same redacted stories, unless the
role is `raw`. Must not know HTTP, nor how a format is written.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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

#: The roles that may download stories; the words as sent are for `raw` alone.
ROLES = ("raw", "organiser")
#: The formats that this version writes.
FORMATS = ("csv", "jsonl", "docx")
FILTERS = ("since", "until", "language", "hub", "theme")


@dataclass(frozen=True, slots=True)
class Export:
    """A download that may begin: `count` is None where nothing was counted. `note` says what is masked and what not."""

    count: int | None
    media_type: str
    filename: str
    body: Iterator[bytes]
    note: str = ""


def open_export(  # noqa: PLR0913 (each is one thing that the asker chooses)
    installation: Installation,
    grant: Grant,
    campaign: Campaign,
    file_format: str,
    filters: Filters,
    *,
    bom: bool = True,
    invented: bool = False,
    reason: str = "",
) -> Export:
    """The stories of `campaign` that `filters` name. Raises NotAllowedError or NotFoundError before anything is read.

    The audit row is committed when this returns, with the ids of the stories, so that each can be called back after an
    erasure; a download that breaks off afterwards was still one. `reason` says why words as sent are needed.
    `invented` says that the stories are the demo's.
    """
    if grant.role not in ROLES or grant.campaign != campaign.slug:
        raise NotAllowedError(f"the role {grant.role} in {grant.campaign} may not download stories of {campaign.slug}")
    if file_format not in FORMATS:
        raise NotFoundError(f"There is no format {file_format!r} here; there are {', '.join(FORMATS)}.")
    raw = grant.role == "raw"
    now = installation.clock()
    detail: dict[str, object] = {"format": file_format, **_named(filters)}
    if raw:
        detail["reason"] = reason or "none given"
    with installation.write() as tx:
        filters = replace(filters, told_by=newest_told(tx, campaign))
        detail["stories"] = number = count(tx, campaign, filters)
        detail["download"] = downloads.record(
            tx, grant.email, grant.role, campaign.slug, file_format, ids(campaign, filters)
        )
        _record(tx, grant, "export", detail)
    stories: Iterable[ExportStory] = read_stories(installation.read, campaign, filters)
    if not raw:
        stories = map(redacted, stories)
    today = campaign.day(now)
    media_type, write = _writer(file_format, campaign, today, raw=raw, bom=bom, invented=invented)
    name = f"{campaign.slug}-stories{'-raw' if raw else ''}-{today.isoformat()}.{file_format}"
    return Export(number, media_type, name, _begun(write(stories)), RAW if raw else REDACTED)


def open_tombstones(installation: Installation, grant: Grant, campaign: Campaign, *, bom: bool = True) -> Export:
    """The ids of erased stories, so that earlier downloads can be cleaned. Raises NotAllowedError."""
    if grant.role not in ROLES or grant.campaign != campaign.slug:
        raise NotAllowedError(f"the role {grant.role} in {grant.campaign} may not download from {campaign.slug}")
    with installation.write() as tx:
        _record(tx, grant, "export.tombstones", {})
    body = csv.write_tombstones(read_tombstones(installation.read, campaign.slug), bom=bom)
    return Export(None, csv.MEDIA_TYPE, f"{campaign.slug}-tombstones.csv", _begun(body))


def read_filters(installation: Installation, campaign: Campaign, raw: Mapping[str, str]) -> Filters:
    """Filters from what somebody typed, by the names of `FILTERS`. Raises FilterError with the mend."""
    for name, value in raw.items():
        if name not in FILTERS:
            raise FilterError(f"There is no filter {name!r}; there are {', '.join(FILTERS)}.")
        if not value.strip():
            raise FilterError(f"The filter {name} is empty; leave it out, or give it a value.")
    since, until = _day("since", raw.get("since")), _day("until", raw.get("until"))
    if since and until and since > until:
        raise FilterError(f"since ({since}) is after until ({until}); exchange them.")
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
        raise FilterError(f"{name} is not a day; write it like {name}=2026-11-21.") from None


def _language(installation: Installation, campaign: Campaign, value: str) -> str:
    """The code as the campaign writes it."""
    for code in campaign.languages:
        if code.lower() == value.lower():
            return code
    with installation.read() as tx:
        if not value or known_language(tx, campaign.slug, value):
            return value
    raise FilterError(f"language is none of this campaign's; they are {', '.join(campaign.languages)}.")


def _hub(installation: Installation, campaign: Campaign, value: str) -> str:
    if not value:
        return ""
    with installation.read() as tx:
        code = hub_code(tx, campaign.slug, value)
    if not code:
        raise FilterError("hub is none of this campaign's; `openear hub list` shows their codes.")
    return code


def _theme(campaign: Campaign, value: str) -> str:
    if value and value not in dict(campaign.themes):
        raise FilterError(f"theme is none of this campaign's; they are {', '.join(dict(campaign.themes))}.")
    return value


def _record(tx: Transaction, grant: Grant, action: str, detail: Mapping[str, object]) -> None:
    about = {"campaign": grant.campaign, "role": grant.role, **detail}
    audit.record(tx, grant.email, action, about)


def _named(filters: Filters) -> dict[str, object]:
    """The filters that were set, as text."""
    return {name: str(value) for name in FILTERS if (value := getattr(filters, name))}


_Write = Callable[[Iterable[ExportStory]], Iterator[bytes]]


def _writer(
    file_format: str, campaign: Campaign, today: date, *, raw: bool, bom: bool, invented: bool
) -> tuple[str, _Write]:
    """The media type, and what writes the stories."""
    writers: dict[str, tuple[str, _Write]] = {
        "csv": (csv.MEDIA_TYPE, lambda stories: csv.write(stories, campaign, bom=bom)),
        "jsonl": (jsonl.MEDIA_TYPE, lambda stories: jsonl.write(stories, campaign, redacted=not raw)),
        "docx": (
            docx.MEDIA_TYPE,
            lambda stories: docx.write(stories, campaign, today, redacted=not raw, invented=invented),
        ),
    }
    return writers[file_format]


def _begun(body: Iterator[bytes]) -> Iterator[bytes]:
    """`body`, its first piece already made: a database that is away is told before the download has begun."""
    first = next(body, b"")
    return itertools.chain((first,), body)
