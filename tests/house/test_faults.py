"""The fault matrix: each line of tests/faults.toml names the tests that prove it, or says why it cannot be tried."""

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from scripts.soaks.__main__ import soak

TESTS = Path(__file__).parents[1]
LINES: list[dict[str, Any]] = tomllib.loads((TESTS / "faults.toml").read_text(encoding="utf-8"))["line"]


def test_every_test_that_the_matrix_names_exists() -> None:
    missing = [
        f"{line['fault']}: {named}"
        for line in LINES
        for named in line.get("proved", [])
        if named.partition("::")[2] not in names_in(named.partition("::")[0])
    ]
    assert missing == []


def test_every_line_of_the_matrix_is_proved_or_says_why_not() -> None:
    for line in LINES:
        assert set(line) <= {"fault", "expected", "proved", "soak", "differs", "cannot"}
        assert line["fault"]
        assert line["expected"]
        assert line.get("proved") or line.get("cannot"), line["fault"]
        assert set(line.get("soak", [])) <= set(soak.commands)
    assert len({line["fault"] for line in LINES}) == len(LINES) == 43


@cache
def names_in(folder: str) -> set[str]:
    """The names of the tests in a folder under tests/, read without running them."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (TESTS / folder).rglob("test_*.py")]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
