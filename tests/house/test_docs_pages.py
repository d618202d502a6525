"""Every page can be found from the README, and names only what exists: links, files, folders, rooms, words."""

import ast
import os
import re
from pathlib import Path

import pytest
from kit.pages import (
    COMING,
    PAGES,
    ROOT,
    anchors,
    first_spans,
    links,
    paths,
    section,
    shell_lines,
    spans,
    table,
    text_of,
)

from bot.store.tables import metadata

BOT = ROOT / "bot"
#: What a page tells its reader to make. `hu` is the example of a language that does not exist yet.
MADE = re.compile(r"locales/(?:hu/.*|[\w<>-]+/review\.toml)|tests/transcripts/\w+_whole_story\.toml")


@pytest.mark.parametrize("page", PAGES)
def test_no_link_is_dead(page: str) -> None:
    dead = []
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert not dead


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_folder_that_a_page_names_exists(page: str) -> None:
    wanted = [name for name in paths(page) if name not in COMING and not MADE.fullmatch(name)]
    assert not [name for name in wanted if not list(ROOT.glob(re.sub(r"<\w+>", "*", name).rstrip("/")))]


def test_the_readme_leads_to_every_page() -> None:
    """Pages of test data have their link on the page of the tests."""
    told = {
        os.path.normpath(Path(page).parent / link.partition("#")[0])
        for page in ("README.md", "tests/README.md")
        for link in links(page)
    }
    assert set(PAGES) - {"README.md"} <= told


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(text_of("README.md").splitlines()) <= 330


def test_the_first_command_works_as_it_is_written() -> None:
    first = ROOT / shell_lines(text_of("README.md"))[0]
    assert first.parent == ROOT / "scripts"
    assert os.access(first, os.X_OK)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_folder_of_somebodys_machine(page: str) -> None:
    assert not re.findall(r"(?<![\w.])/(?:work|home|root|tmp|Users|mnt|opt)/", text_of(page))


def test_the_map_of_the_product_names_every_room_and_no_other() -> None:
    rooms = {path.name for path in BOT.glob("*.py")} | {f"{path.parent.name}/" for path in BOT.glob("*/__init__.py")}
    assert set(first_spans(table(section("bot/README.md", "Rooms"), "room"))) == rooms - {"__init__.py"}


def test_every_law_of_the_code_is_told() -> None:
    told = {int(number) for number in re.findall(r"^(\d+)\. \*\*", section("bot/README.md", "Laws"), re.MULTILINE)}
    named = {
        int(number)
        for path in (ROOT / name for name in ("bot", "webhooks", "scripts", "tests"))
        for source in path.rglob("*.py")
        for number in re.findall(r"\blaw (\d+)", source.read_text(encoding="utf-8"))
    }
    assert told == set(range(1, len(told) + 1))
    assert named <= told


def test_every_word_of_the_glossary_names_a_table_a_class_or_a_file() -> None:
    known = set(metadata.tables) | {name for path in BOT.rglob("*.py") for name in _classes(path)}
    rows = table(section("bot/README.md", "Glossary"), "word")
    named = [span for row in rows for span in spans(row[2])]
    assert not [name for name in named if name not in known and not (ROOT / name).exists()]
    assert [row[0] for row in rows if not spans(row[2]) and row[2] != "not built yet"] == []


def test_no_word_of_the_glossary_says_that_it_is_not_built_when_it_is() -> None:
    nouns = {path.stem for path in BOT.rglob("*") if path.suffix in {"", ".py"}} | set(metadata.tables)
    rows = table(section("bot/README.md", "Glossary"), "word")
    waiting = {row[0].replace(" ", "_") for row in rows if row[2] == "not built yet"}
    assert not waiting & nouns


@pytest.mark.parametrize("page", PAGES)
def test_every_name_that_a_recipe_finds_in_a_file_is_there(page: str) -> None:
    missing = []
    for first, second, path in re.findall(r"`(\w+)`(?: and `(\w+)`)? in `([\w/]+\.py)`", text_of(page)):
        source = (ROOT / path).read_text(encoding="utf-8")
        missing += [
            f"{name} in {path}" for name in filter(None, (first, second)) if not re.search(rf"\b{name}\b", source)
        ]
    assert not missing


def _classes(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
