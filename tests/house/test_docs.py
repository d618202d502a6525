"""The README promises nothing that is not there, and leaves out nothing that is: settings, commands, addresses, links.

The map in `bot/__init__.py` is held to the same, and so are the proofs that SECURITY.md names.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from kit.sandbox import House

import bot
from bot.campaigns import SHIPPED, load_campaigns
from bot.safeguarding import DECISIONS
from bot.settings import SETTINGS
from bot.store.marks import KINDS
from bot.store.organisers import ROLES
from bot.stories.disclosure import RULES
from bot.stories.export import FILTERS, FORMATS
from bot.stories.formats.rows import columns
from scripts.cli.main import openear
from scripts.soaks.__main__ import soak
from webhooks.app import create_app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CHANGELOG.md", "SECURITY.md")
SCRIPTS = sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)

_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|\$\(|/bin/|\| ?)openear((?: +(?:\"[^\"]*\"|[^\s|()`;&>]+))*)")
_LINK = re.compile(r"!?\[[^]]*]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def _section(title: str) -> str:
    """What stands under one heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"the README has no section {title!r}"
    return found[1]


def _first_cells(text: str) -> list[str]:
    """The code in the first cell of each row of the tables in `text`."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return [name for cell in cells for name in _SPAN.findall(cell)]


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _leaves(child, (*path, name))
    else:
        yield path


def _shown() -> list[str]:
    """Every command that the README shows, in blocks of shell and within lines: the words after `openear`."""
    lines = [line.strip() for kind, block in _BLOCK.findall(README) if kind == "sh" for line in block.splitlines()]
    lines += [span for span in _SPAN.findall(_BLOCK.sub("", README)) if span.startswith("openear ")]
    found = [words.strip() for line in lines for words in _COMMAND.findall(line.removeprefix("sudo -u openear "))]
    return sorted(set(filter(None, found)))


def _resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words begin with, and what follows it."""
    command: click.Command = openear
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        child = command.commands.get(rest[0])
        assert child, f"there is no command openear {' '.join(words)}"
        command = child
        rest.pop(0)
    return command, rest


def test_every_setting_stands_in_the_table_and_no_other() -> None:
    assert _first_cells(_section("Settings")) == [setting.name for setting in SETTINGS]


def test_no_setting_is_named_that_does_not_exist() -> None:
    known = {setting.name for setting in SETTINGS} | {f"{one.name}_FILE" for one in SETTINGS if one.secret}
    assert set(re.findall(r"\b(?:OPENEAR|TWILIO|TELEGRAM)_[A-Z_]+\b", README)) <= known


def test_every_command_stands_in_the_table_and_no_other() -> None:
    told = [name for name in _first_cells(_section("Commands")) if name.startswith("openear ")]
    paths = []
    for name in told:
        words = shlex.split(name)[1:]
        _command, rest = _resolved(words)
        paths.append(tuple(words[: len(words) - len(rest)]))
    assert sorted(paths) == sorted(_leaves(openear))


@pytest.mark.parametrize("shown", _shown())
def test_every_command_that_is_shown_exists_with_its_options(shown: str) -> None:
    command, rest = _resolved(shlex.split(shown))
    options = {name: one for one in command.params if isinstance(one, click.Option) for name in one.opts}
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    given = 0
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            given += 1
        elif word not in {"--help", "-h"}:
            assert word in options, f"openear {shown}: there is no option {word}"
            option = options[word]
            if not option.is_flag and rest:
                value = rest.pop(0)
                if isinstance(option.type, click.Choice) and not value.isupper():
                    assert value in option.type.choices, f"openear {shown}: {value}"
    many = any(one.nargs == -1 for one in arguments)
    assert many or given <= len(arguments), f"openear {shown}: too many words"


def test_the_commands_in_the_readme_are_found() -> None:
    """Or the test above would hold of nothing."""
    assert {"serve --poll", "export -o stories.csv", "locales update hu", "organiser token ana@example.org"} <= set(
        _shown()
    )


def test_every_option_of_every_command_stands_in_the_readme() -> None:
    table = {name: line for line in _section("Commands").splitlines() for name in _first_cells(line)}
    for name, line in table.items():
        if not name.startswith("openear "):
            continue
        command, _rest = _resolved(shlex.split(name)[1:])
        for one in command.params:
            if isinstance(one, click.Option) and "--help" not in one.opts and one.name not in FILTERS:
                assert any(form in line for form in one.opts), f"{name} has {one.opts}, which its row leaves out"


def test_every_filter_of_a_download_stands_in_the_readme() -> None:
    downloads = _section("Downloads")
    for name in FILTERS:
        assert f"`{name}=" in downloads or f"{name}=" in downloads
        assert f"--{name}" in downloads


@pytest.mark.parametrize("name", columns(load_campaigns()[0]["thrive"].campaign))
def test_every_column_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in _section("Downloads")


def test_every_format_stands_in_the_readme_and_no_other() -> None:
    formats, *_ = re.findall(r"^\| format .*?(?=\n\n)", _section("Downloads"), re.MULTILINE | re.DOTALL)
    assert _first_cells(formats) == list(FORMATS)


def test_every_role_stands_in_the_readme_and_no_other() -> None:
    roles, *_ = re.findall(r"^\| role .*?(?=\n\n)", _section("Downloads"), re.MULTILINE | re.DOTALL)
    assert sorted(_first_cells(roles)) == sorted(ROLES)


def test_every_script_stands_in_the_readme_and_no_other() -> None:
    told = [name for name in _first_cells(_section("Commands")) if name.startswith("scripts/")]
    assert sorted(told) == [f"scripts/{name}" for name in SCRIPTS]


def test_every_measurement_stands_in_the_readme_and_no_other() -> None:
    source = (ROOT / "scripts" / "benches" / "__main__.py").read_text(encoding="utf-8")
    assert _first_cells(_section("Figures")) == re.findall(r'"(\w+)": \w+\.measure', source)


def test_every_soak_and_every_table_is_shown_to_who_wants_proof() -> None:
    source = (ROOT / "scripts" / "benches" / "__main__.py").read_text(encoding="utf-8")
    tables = re.findall(r'"(\w+)": \w+\.report', source)
    wanted = {f"scripts/soak {name}" for name in soak.commands} | {f"scripts/bench {name}" for name in tables}
    shown = {span for span in _SPAN.findall(_section("Show me")) if re.fullmatch(r"scripts/(?:soak|bench) \w+", span)}
    assert wanted == shown


@pytest.mark.parametrize("page", PAGES)
def test_every_soak_that_a_page_names_exists_with_its_options(page: str) -> None:
    for words in re.findall(r"`scripts/soak ([^`]+)`", (ROOT / page).read_text(encoding="utf-8")):
        name, *rest = words.split()
        options = {form for one in soak.commands[name].params for form in one.opts}
        assert {word for word in rest if word.startswith("-")} <= options, words


def test_every_test_file_that_a_page_names_exists() -> None:
    for page in PAGES:
        for name in re.findall(r"\btests/[\w/]+\.(?:py|toml)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / name).exists() or name.startswith("tests/transcripts/"), f"{page} names {name}"


def test_every_address_stands_in_the_readme_and_no_other() -> None:
    house = House()
    try:
        rules = create_app(house.installation).url_map.iter_rules()
        served = {(method, _plain(rule.rule)) for rule in rules for method in rule.methods or () if method in _METHODS}
    finally:
        house.close()
    told = {
        (method, _plain(path))
        for line in _section("The design").splitlines()
        for methods, path in re.findall(r"`((?:GET|POST)(?:` and `POST)?) (/[^`]*)`", line)
        for method in methods.split("` and `")
    }
    assert told == served


_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def _plain(path: str) -> str:
    """An address with its variables left unnamed."""
    return re.sub(r"<[^>]+>", "<>", path)


def test_every_limit_and_keeping_period_of_a_campaign_stands_in_the_readme_with_what_is_shipped() -> None:
    raw = tomllib.loads((SHIPPED / "thrive.toml").read_text(encoding="utf-8"))
    rows = [line for line in _section("Limits and spending").splitlines() if line.startswith("| `")]
    told = {
        name: value.strip()
        for row in rows
        for name, value in zip(_SPAN.findall(row.split("|")[1]), row.split("|")[3].split(","), strict=True)
    }
    assert told == {name: str(value) for name, value in raw["limits"].items()}
    keeping = _section("Where data lies, and how it is protected")
    for name, value in raw["keeping"].items():
        assert f"`{name}` ({value})" in keeping


def test_every_rule_for_counts_stands_in_the_readme_and_no_other() -> None:
    (table,) = re.findall(r"^\| rule .*?(?=\n\n)", _section("Downloads"), re.MULTILINE | re.DOTALL)
    assert set(_first_cells(table)) == set(RULES)


def test_every_decision_about_a_flag_and_every_kind_of_mark_stands_in_the_readme() -> None:
    assert all(f"`{decision}`" in _section("Safeguarding") for decision in DECISIONS)
    assert all(f"`[{kind}]`" in _section("Downloads") for kind in KINDS)


def test_the_map_of_the_product_names_every_part_of_it_and_no_other() -> None:
    assert bot.__doc__
    folder = Path(bot.__file__).parent
    parts = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    parts |= {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    assert set(re.findall(r"(?:^|  )(\w+(?:\.py|/)) ", bot.__doc__, re.MULTILINE)) == parts


def _links() -> list[tuple[str, str]]:
    return [(page, link) for page in PAGES for link in _LINK.findall((ROOT / page).read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "link"), [one for one in _links() if not one[1].startswith("https://")])
def test_no_link_is_dead(page: str, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = ROOT / path if path else ROOT / page
    assert target.exists(), f"{page} links to {link}"
    if anchor:
        headings = _HEADING.findall(_BLOCK.sub("", target.read_text(encoding="utf-8")))
        assert anchor in {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}, link


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_folder_of_somebodys_machine(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not re.findall(r"(?<![\w.])/(?:work|home|root|tmp|Users|mnt|opt)/", text)
