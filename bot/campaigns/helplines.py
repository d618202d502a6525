"""The helplines that texts name, by nation, with the day each was last checked.

A `helplines.toml` beside the campaigns is read first, then the shipped one. A nation in the first replaces the whole
nation in the second.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.errors import CampaignError

FILE_NAME = "helplines.toml"
SHIPPED_FILE = Path(__file__).with_name(FILE_NAME)
STALE_AFTER = timedelta(days=90)
#: The placeholders of crisis texts. A nation must name them all.
NEEDED = ("emergency", "silent", "urgent", "option", "samaritans", "shout", "abuse_line", "childline")
_EXAMPLE = 'samaritans = { number = "116 123", source = "samaritans.org", checked = 2026-11-21 }'


@dataclass(frozen=True, slots=True)
class Helpline:
    """One number, where somebody compared it and when, and the file that says so."""

    name: str
    number: str
    source: str
    checked: date
    file: Path

    def stale(self, today: date) -> bool:
        """Whether the last comparison is more than 90 days ago."""
        return today - self.checked > STALE_AFTER


def helplines(nation: str, folder: Path) -> dict[str, Helpline]:
    """The helplines of `nation` for the campaigns in `folder`, by name.

    Raises CampaignError for an unknown nation, a missing helpline and a broken file.
    """
    known: list[str] = []
    for path in (folder / FILE_NAME, SHIPPED_FILE):
        nations = _read(path) if path.exists() else {}
        if nation in nations:
            return _nation(nation, nations[nation], path)
        known += [name for name in nations if name not in known]
    raise CampaignError(
        "nation",
        [
            f"{nation!r} has no helplines; known are {', '.join(known)}. Add [{nation}] to {folder / FILE_NAME}, "
            f"as {SHIPPED_FILE} does for england"
        ],
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        fault = f"cannot be read: {problem.strerror}; make it a file that OpenEar may read"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        fault = f"is not valid TOML: {problem}; write each helpline like: {_EXAMPLE}"
    raise CampaignError("nation", [f"{path} {fault}"])


def _nation(nation: str, table: object, path: Path) -> dict[str, Helpline]:
    if not isinstance(table, Mapping):
        raise CampaignError("nation", [f"{path}: {nation} must be a table: [{nation}], then lines like: {_EXAMPLE}"])
    missing = [name for name in NEEDED if name not in table]
    faults = [f"{path}: [{nation}] lacks {', '.join(missing)}; write each like: {_EXAMPLE}"] if missing else []
    faults += [
        f"{path}: {nation}.{name} needs a number, a source and the day it was checked, like: {_EXAMPLE}"
        for name, entry in table.items()
        if not _is_helpline(entry)
    ]
    if faults:
        raise CampaignError("nation", faults)
    return {
        name: Helpline(name, str(entry["number"]), entry["source"], entry["checked"], path)
        for name, entry in table.items()
    }


def _is_helpline(entry: object) -> bool:
    if not isinstance(entry, Mapping):
        return False
    number, source, checked = (entry.get(name) for name in ("number", "source", "checked"))
    return type(number) in (str, int) and number != "" and isinstance(source, str) and type(checked) is date
