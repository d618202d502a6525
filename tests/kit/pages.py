"""The pages of the repository as text: their sections, tables, code and links."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Folders with pages of ours, so that what somebody installed or wrote beside them is left alone.
_FOLDERS = (".github", "bot", "locales", "scripts", "tests", "webhooks")
PAGES = [
    *("README.md", "SECURITY.md", "CHANGELOG.md"),
    *sorted(str(path.relative_to(ROOT)) for folder in _FOLDERS for path in (ROOT / folder).rglob("*.md")),
]
#: What the pages tell already and what the next change brings: to be emptied then.
COMING = {"scripts/check"}

_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^]]*]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


@cache
def text_of(page: str) -> str:
    """All of a page; of the changelog only what is not released yet, because older entries name what has gone since."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if page == "CHANGELOG.md":
        _title, _, newest = text.partition("\n## ")
        text = newest.partition("\n## ")[0]
    return text


def section(page: str, title: str) -> str:
    """What stands under one heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text_of(page), re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no section {title!r}"
    return found[1]


def table(text: str, head: str) -> list[list[str]]:
    """The rows of the one table whose first heading is `head`, each as its cells."""
    (found,) = re.findall(rf"^\| {re.escape(head)} \|.*(?:\n\|.*)*", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found.splitlines()[2:]]


def spans(text: str) -> list[str]:
    """The code within lines."""
    return _SPAN.findall(_BLOCK.sub("", text))


def first_spans(rows: list[list[str]]) -> list[str]:
    """The code in the first cell of each row."""
    return [span for row in rows for span in _SPAN.findall(row[0])]


def shell_lines(text: str) -> list[str]:
    """The lines of every block of shell."""
    return [line.strip() for kind, block in _BLOCK.findall(text) if kind == "sh" for line in block.splitlines()]


def links(page: str) -> list[str]:
    """Where the links of a page lead."""
    return _LINK.findall((ROOT / page).read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = _HEADING.findall(_BLOCK.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def paths(page: str) -> Iterator[str]:
    """The files and folders of the repository that a page names; `<code>` stands for anything."""
    folders = "|".join(re.escape(folder) for folder in (*_FOLDERS, ".ci"))
    for name in re.findall(rf"(?<![\w./-])(?:{folders})/[\w./<>*-]*", text_of(page)):
        yield name.rstrip(".")
