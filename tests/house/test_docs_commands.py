"""The pages show every command, script and measurement that exists, with its options, and no other."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from kit.pages import COMING, PAGES, ROOT, first_spans, section, shell_lines, spans, table, text_of

from bot.stories.export import FILTERS
from scripts.cli.main import openear
from scripts.soaks.__main__ import soak

PAGE = "scripts/README.md"
COMMANDS = section(PAGE, "Commands")
SCRIPTS = sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)
BENCHES = (ROOT / "scripts" / "benches" / "__main__.py").read_text(encoding="utf-8")
ROWS = {span: line for line in COMMANDS.splitlines() if line.startswith("| `") for span in spans(line.split("|")[1])}

_COMMAND = re.compile(r"(?:^|\$\(|/bin/|\| ?)openear((?: +(?:\"[^\"]*\"|[^\s|()`;&>]+))*)")


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child
            yield from _leaves(child, (*path, name))
    else:
        yield path


def _resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words begin with, and what follows it."""
    command: click.Command = openear
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        child = command.get_command(click.Context(command), rest[0])
        assert child, f"there is no command openear {' '.join(words)}"
        command = child
        rest.pop(0)
    return command, rest


def _shown(page: str) -> list[str]:
    """Every command that a page shows, in blocks of shell and within lines: the words after `openear`."""
    lines = [line.removeprefix("sudo -u openear ") for line in shell_lines(text_of(page))]
    lines += [span for span in spans(text_of(page)) if span.startswith("openear ")]
    found = [words.strip(" …") for line in lines for words in _COMMAND.findall(line)]
    return sorted(set(filter(None, found)))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_shown_exists_with_its_options(page: str) -> None:
    for shown in _shown(page):
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


def test_the_commands_in_the_pages_are_found() -> None:
    """Or the test above would hold of nothing."""
    found = {shown for page in PAGES for shown in _shown(page)}
    assert {"serve --poll", "export -o stories.csv", "locales update hu", "organiser token ana@example.org"} <= found


def test_every_command_stands_in_the_table_and_no_other() -> None:
    paths = []
    for name in ROWS:
        if name.startswith("openear "):
            words = shlex.split(name)[1:]
            _command, rest = _resolved(words)
            paths.append(tuple(words[: len(words) - len(rest)]))
    assert sorted(paths) == sorted(_leaves(openear))


def test_every_option_of_every_command_stands_in_its_row() -> None:
    for name, line in ROWS.items():
        if name.startswith("openear "):
            command, _rest = _resolved(shlex.split(name)[1:])
            for one in command.params:
                if isinstance(one, click.Option) and "--help" not in one.opts:
                    assert any(form in line for form in one.opts), f"{name} has {one.opts}, which its row leaves out"


def test_every_filter_of_a_download_is_told_in_both_its_forms() -> None:
    downloads = section("bot/stories/README.md", "Downloads")
    assert not [name for name in FILTERS if f"`{name}=" not in downloads or f"`--{name}" not in downloads]


def test_every_script_stands_in_the_table_and_no_other() -> None:
    assert set(first_spans(table(COMMANDS, "script"))) == {f"scripts/{name}" for name in SCRIPTS} | COMING


@pytest.mark.parametrize("page", PAGES)
def test_every_folder_of_tests_that_is_to_be_run_exists(page: str) -> None:
    lines = [*shell_lines(text_of(page)), *spans(text_of(page))]
    nouns = [noun for line in lines for noun in re.findall(r"^scripts/test ([a-z]+)$", line)]
    assert not [noun for noun in nouns if not (ROOT / "tests" / noun).is_dir()]


def test_every_folder_of_tests_stands_in_its_page_and_no_other() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.rglob("*.*"))}
    told = {
        parts[1]
        for span in first_spans(table(text_of("tests/README.md"), "folder"))
        if (parts := span.split("/"))[0] == "tests"
    }
    assert told == {name for name in folders if not name.startswith((".", "_"))}


def test_every_measurement_stands_in_the_table_and_no_other() -> None:
    assert first_spans(table(section(PAGE, "Figures"), "name")) == re.findall(r'"(\w+)": \w+\.measure', BENCHES)


def test_every_soak_and_every_table_is_shown_to_who_wants_proof() -> None:
    tables = re.findall(r'"(\w+)": \w+\.report', BENCHES)
    wanted = {f"scripts/soak {name}" for name in soak.commands} | {f"scripts/bench {name}" for name in tables}
    shown = {span for span in spans(section(PAGE, "Show me")) if re.fullmatch(r"scripts/(?:soak|bench) \w+", span)}
    assert wanted == shown


@pytest.mark.parametrize("page", PAGES)
def test_every_soak_that_a_page_names_exists_with_its_options(page: str) -> None:
    for words in re.findall(r"`scripts/soak ([^`]+)`", text_of(page)):
        name, *rest = words.split()
        options = {form for one in soak.commands[name].params for form in one.opts}
        assert {word for word in rest if word.startswith("-")} <= options, words
