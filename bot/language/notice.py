"""The privacy notice of a campaign, filled with its own figures, in the order in which people read it.

A catalogue is read when its language is first asked for, and kept: the conversation never waits for it. A language has
the whole notice or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from bot.language import catalogue
from bot.language.notice_texts import NOTICE
from bot.language.wording import Wording

DOMAIN = "privacy"
#: The sections of the page; each has a `<name> title` too.
SECTIONS = ("who", "what", "why", "see", "carry", "long", "danger", "rights", "age", "complain")
#: The United Kingdom's authority, as people reach it (ico.org.uk, checked 2026-11-22).
REGULATOR = "ico.org.uk, 0303 123 1113"


@dataclass(frozen=True, slots=True)
class Figures:
    """The periods that the notice promises, in days."""

    contact_days: int
    flag_days: int
    backup_days: int
    complaint_days: int


def missing(code: str, folder: Path = catalogue.LOCALES) -> list[str]:
    """The texts of the notice that `code` lacks, or has of another English, or without the same placeholders."""
    if code == "en":
        return []
    found = _catalogue(folder, code)
    if found is None:
        return list(NOTICE)
    return [key for key in NOTICE if not _usable(key, found)]


def templates(code: str, folder: Path = catalogue.LOCALES) -> dict[str, str]:
    """The texts of the notice in `code` before they are filled; English where it lacks one."""
    found = None if code == "en" else _catalogue(folder, code)
    return {key: found.texts[key] if found and _usable(key, found) else english for key, english in NOTICE.items()}


class Notice:
    """The notice of one campaign."""

    def __init__(self, wording: Wording, figures: Figures, folder: Path = catalogue.LOCALES) -> None:
        self._wording = wording
        self._figures = figures
        self._folder = folder

    def languages(self) -> list[str]:
        """English, and the campaign's other languages that have a whole notice."""
        codes = dict.fromkeys(("en", *self._wording.campaign.wanted_languages))
        return [code for code in codes if not missing(code, self._folder)]

    def text(self, key: str, language: str, **more: str) -> str:
        """One text, filled; `more` are further values, such as the number of a complaint."""
        return templates(language, self._folder)[key].format_map({**self._values(language), **more})

    def sections(self, language: str) -> list[tuple[str, str]]:
        """Headings and paragraphs, in order."""
        return [(self.text(f"{name} title", language), self.text(name, language)) for name in SECTIONS]

    def _values(self, language: str) -> Mapping[str, str]:
        return {
            **self._wording.values(language),
            "name": self._wording.template("organisers name", language),
            "short_name": self._wording.template("organisers short_name", language),
            "controllers": "; ".join(self._wording.campaign.controllers),
            "regulator": REGULATOR,
            "contact_days": str(self._figures.contact_days),
            "flag_days": str(self._figures.flag_days),
            "backup_days": str(self._figures.backup_days),
            "complaint_days": str(self._figures.complaint_days),
        }


@cache
def _catalogue(folder: Path, code: str) -> catalogue.Catalogue | None:
    return catalogue.catalogue(folder, code, DOMAIN)


def _usable(key: str, found: catalogue.Catalogue) -> bool:
    text = found.texts.get(key, "")
    same = found.sources.get(key) == NOTICE[key] and key not in found.unsure
    return bool(text) and same and _placeholders(text) == _placeholders(NOTICE[key])


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
