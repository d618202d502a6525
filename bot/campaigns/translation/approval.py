"""A speaker's approval of a language: who read it, when, and a fingerprint of every text.

It stands beside the catalogue, in `locales/<code>/review.toml`. A text that changes later is stale: the language is a
draft until a speaker has read it again.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.errors import CatalogueError
from bot.language import notice
from bot.language.campaign_texts import campaign_texts
from bot.language.texts import PLURALS, TEXTS
from bot.language.wording import Wording


@dataclass(frozen=True, slots=True)
class Approval:
    """Who read a language's texts, when, and the texts' fingerprints."""

    by: str
    on: str
    texts: Mapping[str, str] = field(default_factory=dict)  # text -> fingerprint


def read(folder: Path, code: str) -> Approval | None:
    """The approval of `code`; None for a draft. Raises CatalogueError for a file that cannot be read."""
    path = _path(folder, code)
    if not path.exists():
        return None
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return Approval(raw["by"], str(raw["on"]), raw["texts"])
    except (tomllib.TOMLDecodeError, KeyError, OSError) as problem:
        again = f"record the approval again with: openear locales approve {code} --by NAME"
        raise CatalogueError(f"{path} cannot be read: {problem!r}; {again}") from None


def approve(folder: Path, code: str, by: str, on: date, wordings: Iterable[Wording]) -> Path:
    """Record that `by` has read every text of `code` as it is now. Returns the file."""
    lines = [
        f"# The texts in {code} as a speaker approved them. Written by: openear locales approve",
        f"by = {json.dumps(by, ensure_ascii=False)}",
        f"on = {on.isoformat()}",
        "",
        "[texts]",
    ]
    lines += [f"{json.dumps(key)} = {json.dumps(mark)}" for key, mark in sorted(fingerprints(code, wordings).items())]
    path = _path(folder, code)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def stale(approval: Approval, code: str, wordings: Iterable[Wording]) -> list[str]:
    """The texts that have changed since they were approved."""
    return [key for key, mark in fingerprints(code, wordings).items() if approval.texts.get(key) != mark]


def fingerprints(code: str, wordings: Iterable[Wording]) -> dict[str, str]:
    """A fingerprint of every text in `code`: the system's, the privacy notice's and the campaigns'."""
    found = {f"privacy: {key}": _mark(text) for key, text in notice.templates(code).items()}
    for wording in wordings:
        keys = [*TEXTS, *(key for key, _english in campaign_texts(wording.campaign))]
        marks = {key: wording.template(key, code) for key in keys}
        marks |= {key: "|".join(wording.forms(key, code)) for key in PLURALS}
        for key, text in marks.items():
            name = key if key in TEXTS or key in PLURALS else f"{wording.campaign.slug}: {key}"
            found[name] = _mark(text)
    return found


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _path(folder: Path, code: str) -> Path:
    return folder / code / "review.toml"
