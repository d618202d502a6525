"""Commands that need no campaign: they read none, so a broken campaign file does not stop them."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from kit.operator import BOILER, PHONE, Operator

from bot.store.database import PRAGMAS

LIGHT = (
    "hub list", "flags list", "organiser list", "recalls list", "complaint list", "audit list", "audit verify",
)  # fmt: skip
HEAVY = {"docx", "flask", "jinja2", "langdetect", "telegram", "twilio", "waitress", "bot.campaigns.load"}


@pytest.fixture
def broken(operator: Operator, tmp_path: Path) -> Operator:
    """An operator whose only campaign file is broken since stories came."""
    operator.tell(BOILER)
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "bad.toml").write_text("slug = ", encoding="utf-8")
    operator.environment["OPENEAR_CAMPAIGNS"] = str(folder)
    return operator


@pytest.mark.parametrize("command", LIGHT)
def test_a_broken_campaign_does_not_stop_what_needs_none(broken: Operator, command: str) -> None:
    broken.good(*command.split())


def test_a_broken_campaign_does_not_stop_erasure_backup_and_restore(broken: Operator) -> None:
    broken.good("backup", "copy.openear")
    assert "(1 story)" in broken.good("erase", PHONE, "--yes")
    assert "1 story was erased again" in broken.good("restore", "copy.openear")
    assert broken.rows("answers") == []


def test_a_broken_campaign_stops_what_needs_one_and_what_serves(broken: Operator) -> None:
    for command in ("numbers", "export", "check", "serve"):
        assert "bad.toml" in broken.bad(command)


def test_what_needs_no_campaign_loads_none_and_no_providers_library(operator: Operator) -> None:
    """In one process for all of them."""
    code = f"""
import sys
from scripts.cli.main import openear
for command in {LIGHT!r}:
    openear(command.split(), standalone_mode=False)
print(*sys.modules)
"""
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=operator.folder,
        env=operator.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert HEAVY & set(said.splitlines()[-1].split()) == set()


def test_lists_name_their_columns_beside_standard_output(operator: Operator) -> None:
    for command in LIGHT[:-1]:
        assert operator.run(*command.split()).stderr.count("\t") > 1


def test_numbers_say_that_today_is_left_out(operator: Operator) -> None:
    operator.tell(BOILER)
    result = operator.run("numbers")
    assert "all\t\t0" in result.stdout
    assert "today are left out" in result.stderr


def test_the_audit_names_who_got_a_role(operator: Operator) -> None:
    operator.good("organiser", "add", "ANA@example.org", "--role", "organiser")
    (row,) = operator.rows("audit")
    assert json.loads(row["detail"])["email"] == "ana@example.org"


def test_a_locked_database_is_called_locked(operator: Operator) -> None:
    with (
        sqlite3.connect(operator.folder / "var" / "openear.db", isolation_level=None) as other,
        patch.dict(PRAGMAS, busy_timeout=1),
    ):
        other.execute("BEGIN IMMEDIATE")
        assert "database is locked" in operator.bad("organiser", "add", "ana@example.org", "--role", "organiser")
        other.execute("ROLLBACK")
    other.close()
