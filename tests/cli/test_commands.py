"""All commands: those of the contract, each with its help; known problems are said in words."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from kit.operator import Operator

from scripts.cli.main import COMMANDS, main, openear

CONTRACT = {
    "init", "check", "demo", "chat", "serve", "web", "worker", "organiser add", "organiser list", "organiser revoke",
    "organiser token", "hub add", "hub list", "export", "erase", "purge", "backup", "restore", "keys rotate",
    "locales check", "locales extract", "locales update", "locales script", "locales approve", "campaign check",
    "detect", "hear", "parts", "consent show", "mydata", "audit verify", "audit list", "flags list", "flags read",
    "flags acknowledge", "flags decide", "flags close", "flags contact", "mark", "recalls list", "recalls done",
    "complaint add", "complaint list", "complaint acknowledge", "complaint close", "numbers", "papers",
}  # fmt: skip


# --- all of them


def _commands(group: click.Group, before: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name


def test_the_commands_are_those_of_the_contract() -> None:
    assert set(_commands(openear)) == CONTRACT


def test_the_help_of_all_commands_says_of_each_what_its_own_help_says() -> None:
    for name, (_module, summary) in COMMANDS.items():
        command = openear.get_command(click.Context(openear), name)
        assert command is not None
        assert summary == command.get_short_help_str(limit=300), name


def test_the_help_imports_no_command() -> None:
    code = "import sys; from scripts.cli.main import openear; openear(['--help'], standalone_mode=False); "
    code += "print(*(one for one in sys.modules if one.startswith(('bot.', 'scripts.cli.'))))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(said.splitlines()[-1].split()) == {"bot.errors", "scripts.cli.main"}


@pytest.mark.parametrize("command", sorted(CONTRACT))
def test_every_command_explains_itself_anywhere_and_touches_nothing(empty: Operator, command: str) -> None:
    said = empty.good(*command.split(), "--help")
    assert f"openear {command}" in said
    assert len(said.splitlines()) > 4
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize("command", ["", "organiser", "hub", "keys", "locales", "campaign"])
def test_every_group_lists_its_commands(empty: Operator, command: str) -> None:
    assert "Commands:" in empty.good(*command.split(), "--help")


def test_a_known_problem_is_said_in_words_on_standard_error_with_exit_code_1(
    empty: Operator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["openear", "purge"])
    with pytest.raises(SystemExit) as ended:
        main()
    out, error = capsys.readouterr()
    assert (ended.value.code, out) == (1, "")
    assert error.startswith("openear: There is no keyring")
    assert "openear init" in error
    assert "Traceback" not in error


def test_a_file_in_the_way_is_said_in_words_too(
    empty: Operator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty.folder / "var").write_text("")
    monkeypatch.setattr(sys, "argv", ["openear", "init"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(f"openear: {empty.folder}/var: ")
