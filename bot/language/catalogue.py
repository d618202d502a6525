"""The catalogues of all languages, read straight from the .po files.

A broken file stops the start with its name and line. A language without its consent, stop and safety texts is not
offered, and an unsure ("fuzzy") translation of them counts as missing.
"""

import io
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from bot.engine.safety import SafetyPhrases
from bot.engine.wishes import Grammar
from bot.errors import CatalogueError
from bot.language.texts import PLURALS, TEXTS

LOCALES = Path(__file__).resolve().parents[2] / "locales"
DOMAIN = "openear"
_QUOTED = re.compile(r'(msgid|msgstr|msgctxt|")')
#: Without these a language is not offered.
NEEDED = (
    "first",
    "nudge",
    "no",
    "stop",
    "delete",
    "deleted",
    "crisis",
    "crisis_again",
    "abuse",
    "help",
    "under_age",
    "words yes",
    "words no",
    "words stop",
    "words start",
    "words delete",
    "words help",
    "years",
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language of `locales/languages.toml`."""

    code: str
    name: str
    english: str
    direction: str = "ltr"
    aliases: tuple[str, ...] = ()

    @property
    def locale(self) -> Locale:
        """Babel's locale; for English the British one, which writes 15 November."""
        return Locale.parse("en_GB" if self.code == "en" else self.code.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language in one domain, by context."""

    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)  # the English that was translated


@dataclass(frozen=True)
class Catalogues:
    """Every language, and the system's texts in those that have a catalogue."""

    languages: Mapping[str, Language]
    system: Mapping[str, Catalogue]
    safety: Mapping[str, Mapping[str, tuple[str, ...]]]  # language -> tier -> phrases
    grammars: Mapping[str, Grammar] = field(default_factory=dict)  # language -> how people say things there

    def missing(self, code: str) -> list[str]:
        """The texts that `code` lacks and cannot be offered without."""
        catalogue = self.system.get(code)
        if catalogue is None:
            return list(NEEDED)
        have = (catalogue.texts.keys() | catalogue.plurals.keys()) - catalogue.unsure
        return [key for key in NEEDED if key not in have]

    @property
    def usable(self) -> list[str]:
        """The languages that can be offered, in the order of languages.toml."""
        return [code for code in self.languages if not self.missing(code)]

    @cached_property
    def safety_phrases(self) -> SafetyPhrases:
        """The phrases of danger and abuse in all languages, which every campaign shares."""
        return SafetyPhrases(self.safety)


def load(folder: Path = LOCALES) -> Catalogues:
    """The languages.toml, catalogues and phrase lists of `folder`; the same value while no file changes.

    Raises CatalogueError.
    """
    files = [folder / "languages.toml", *folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"), *folder.glob("*/safety.toml")]
    files += folder.glob("*/grammar.toml")
    return _loaded(folder, frozenset((path, _version(path)) for path in files))


@lru_cache(maxsize=2)
def _loaded(folder: Path, _versions: frozenset[tuple[Path, tuple[int, int]]]) -> Catalogues:
    languages = _languages(folder / "languages.toml")
    system = {"en": Catalogue(TEXTS, PLURALS)}
    for code in languages:
        if code != "en" and (texts := catalogue(folder, code, DOMAIN)):
            system[code] = texts
    safety = {code: phrases for code in languages if (phrases := _safety(folder / code / "safety.toml"))}
    grammars = {code: found for code in languages if (found := _grammar(folder / code / "grammar.toml"))}
    return Catalogues(languages, system, safety, grammars)


def catalogue(folder: Path, code: str, domain: str) -> Catalogue | None:
    """One catalogue, `<folder>/<code>/LC_MESSAGES/<domain>.po`, or None without that file. Raises CatalogueError."""
    path = folder / code / "LC_MESSAGES" / f"{domain}.po"
    return _read(path, code, _version(path)) if path.exists() else None


def _version(path: Path) -> tuple[int, int]:
    """When the file changed and its size: what was read from it stays true while both stay."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=256)
def _read(path: Path, code: str, _version: tuple[int, int]) -> Catalogue:
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    unsure: set[str] = set()
    sources: dict[str, str] = {}
    for message in parse(path, code):
        context, string = message.context, message.string
        if not message.id or not isinstance(context, str):
            continue
        if isinstance(message.id, str):
            sources[context] = message.id
        if isinstance(string, tuple):
            if all(string):
                plurals[context] = string
        elif string:
            texts[context] = str(string)
        if message.fuzzy:
            unsure.add(context)
    return Catalogue(texts, plurals, frozenset(unsure), sources)


def merged(catalogues: Iterable[Catalogue]) -> Catalogue:
    """One catalogue of several; the later one's text counts where two have it."""
    texts: dict[str, str] = {}
    sources: dict[str, str] = {}
    unsure: set[str] = set()
    for one in catalogues:
        unsure = (unsure - one.texts.keys()) | one.unsure
        texts |= one.texts
        sources |= {key: source for key, source in one.sources.items() if key in one.texts}
    return Catalogue(texts, {}, frozenset(unsure), sources)


def parse(path: Path, code: str) -> Catalog:
    """The .po file at `path`. Raises CatalogueError with its file and line."""
    try:
        source = path.read_bytes()
        for number, line in enumerate(source.decode("utf-8").split("\n"), 1):
            if _QUOTED.match(line) and not line.rstrip().endswith('"'):  # Babel would skip the line
                raise CatalogueError(f"{path}, line {number}: the closing quotation mark is missing")
        return read_po(io.BytesIO(source), locale=code.replace("-", "_"), abort_invalid=True)
    except PoFileError as problem:
        raise CatalogueError(
            f"{path}, line {problem.lineno + 1}: {problem.line!r} is not a .po line: {problem}"
        ) from None
    except (OSError, ValueError) as problem:
        raise CatalogueError(f"{path} cannot be read: {problem}") from None


def _languages(path: Path) -> dict[str, Language]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            code: Language(
                code,
                entry["name"],
                entry["english"],
                entry.get("direction", "ltr"),
                tuple(entry.get("aliases", ())),
            )
            for code, entry in raw.items()
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as problem:
        raise CatalogueError(f"{path} cannot be read: {problem!r}") from None


def _safety(path: Path) -> dict[str, tuple[str, ...]]:
    if not path.exists():
        return {}
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return {tier: tuple(_strings(raw[tier])) for tier in ("danger", "abuse")}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise CatalogueError(f"{path} cannot be read: {problem!r}") from None


def _grammar(path: Path) -> Grammar | None:
    """A grammar file: lists of phrases, and tables of lists (`[stop]` with `verbs` is the list "stop verbs")."""
    if not path.exists():
        return None
    try:
        lists: dict[str, tuple[str, ...]] = {}
        for name, found in tomllib.loads(path.read_text(encoding="utf-8")).items():
            tables = {f"{name} {key}": one for key, one in found.items()} if isinstance(found, dict) else {name: found}
            lists |= {key: tuple(_strings(one)) for key, one in tables.items()}
        return Grammar.build(lists)
    except (OSError, ValueError, TypeError) as problem:
        raise CatalogueError(f"{path} cannot be read: {problem!r}") from None


def _strings(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is not a phrase")
        yield value
