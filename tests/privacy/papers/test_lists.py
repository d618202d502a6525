"""The lists behind the papers: risks and their levels, what is held, and proofs that exist."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from privacy.papers.page import ENGLISH, Page, part

from bot.privacy import erasure
from bot.privacy.papers import TEMPLATES, listed
from bot.store import tables
from scripts.cli.main import openear

ROOT = Path(__file__).parents[3]
RISKS = listed("risks")["risks"]
LEVELS = listed("risks")["levels"]
MEASURES = listed("measures")["measures"]
TESTS = listed("tests")["tests"]
LIKELIHOOD = ("remote", "possible", "probable")
SEVERITY = ("minimal", "significant", "severe")


# --- proofs


def test_measures_and_risks_name_tests_as_the_list_of_tests_does() -> None:
    named = {name: row.get("area") or row["name"] for row in (*MEASURES, *RISKS) for name in row["tests"]}
    unknown = {name: where for name, where in named.items() if name not in TESTS}
    assert not unknown, f"not in tests.toml (name: measure or risk that names it): {unknown}"
    unused = TESTS.keys() - named.keys()
    assert not unused, f"in tests.toml, but no measure and no risk names it: {sorted(unused)}"


@pytest.mark.parametrize("name", sorted(TESTS))
def test_every_test_that_is_named_exists(name: str) -> None:
    files = sorted(ROOT.glob(TESTS[name]))
    assert files, f"tests.toml: {name} = {TESTS[name]!r} leads to no file; give the path to which the tests moved"
    for file in files:
        found = re.search(r"^(async )?def test_", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert found, f"tests.toml: {name} = {TESTS[name]!r}, but {file.name} holds no test"


def _is_command(words: list[str]) -> bool:
    command: click.Command | None = openear
    while isinstance(command, click.Group) and words:
        command, words = command.get_command(click.Context(command), words[0]), words[1:]
    return isinstance(command, click.Command) and not isinstance(command, click.Group) and all(map(str.isupper, words))


def _naming(command: str) -> list[str]:
    """The files of the papers that name a command."""
    return [path.name for path in sorted(TEMPLATES.iterdir()) if command in path.read_text(encoding="utf-8")]


def _shown(papers: dict[str, str]) -> Iterator[str]:
    for name in ENGLISH:
        yield from (code for code in Page(papers[name]).codes if code.startswith("openear"))


def test_every_command_that_is_named_exists(papers: dict[str, str]) -> None:
    shown = set(_shown(papers))
    assert {command for row in (*RISKS, *MEASURES) for command in row["commands"]} <= shown
    assert len(shown) > 15
    missing = {command: _naming(command) for command in shown if not _is_command(command.split()[1:])}
    assert not missing, f"no such command (command: files that name it): {missing}"
    assert not _is_command(["audit"])
    assert not _is_command(["anonymise"])


# --- risks


def test_every_risk_has_a_measure_a_proof_and_something_that_remains() -> None:
    for risk in RISKS:
        assert risk["measures"]
        assert risk["remains"]
        assert risk["commands"] or risk["tests"], risk["name"]
        for scale, before, after in zip((LIKELIHOOD, SEVERITY), risk["before"], risk["after"], strict=True):
            assert scale.index(after) <= scale.index(before), risk["name"]
    assert len({risk["name"] for risk in RISKS}) == len(RISKS) >= 12


def test_levels_rise_with_likelihood_and_with_severity() -> None:
    order = ("low", "medium", "high")
    grid = [[order.index(LEVELS[row][column]) for column in SEVERITY] for row in LIKELIHOOD]
    assert all(row == sorted(row) for row in grid)
    assert all(list(column) == sorted(column) for column in zip(*grid, strict=True))
    assert LEVELS["remote"]["minimal"] == "low"
    assert LEVELS["possible"]["severe"] == LEVELS["probable"]["severe"] == "high"


def test_each_risk_stands_with_its_level_before_and_after(papers: dict[str, str]) -> None:
    text = Page(papers["dpia.html"]).text
    for risk in RISKS:
        row = text.split(f". {risk['name']} ", 1)[1]
        shown = re.findall(r"(?:Before|After): (\w+) \((\w+), (\w+)\)", row)[:2]
        assert shown == [(LEVELS[one][other], one, other) for one, other in (risk["before"], risk["after"])]


def test_risks_that_stay_high_are_named_for_the_commissioner(papers: dict[str, str]) -> None:
    said = part(papers["dpia.html"], "Prior consultation with the Information Commissioner")
    high = [risk["name"] for risk in RISKS if LEVELS[risk["after"][0]][risk["after"][1]] == "high"]
    assert high
    for risk in RISKS:
        assert (risk["name"] in said) == (risk["name"] in high)


# --- what is held


def test_every_table_of_the_database_has_a_line_that_says_how_long_it_is_kept() -> None:
    named = {name for row in listed("held")["held"] for name in row["tables"]}
    known = set(tables.metadata.tables)
    assert named == known, f"held.toml lacks {sorted(known - named)}, and names {sorted(named - known)} besides"


def test_periods_that_the_software_sets_are_those_of_its_erasure() -> None:
    until = {tuple(row["tables"]): row["until"] for row in listed("held")["held"]}
    assert until["answers",].startswith(f"{erasure._DRAFTS // timedelta(hours=1)} hours.")
    assert until["outbox", "sendings"].count(f": {erasure._SENT.days} days,") == 2
