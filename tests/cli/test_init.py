"""`openear init` and `openear check`."""

import json
import stat

import pytest
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.twilio_api import TOKEN
from kit.operator import BOILER, TWILIO, Operator

from bot.settings import read_settings

# --- init


def test_init_makes_keyring_database_and_settings_for_the_operator_alone(empty: Operator) -> None:
    empty.good("init")
    assert {path.name for path in empty.folder.iterdir()} == {".env", "keys", "var"}
    modes = {path: stat.S_IMODE((empty.folder / path).stat().st_mode) for path in (".env", "keys/openear.keys", "var")}
    assert modes == {".env": 0o600, "keys/openear.keys": 0o600, "var": 0o700}


def test_init_repeated_changes_nothing(operator: Operator) -> None:
    operator.tell(BOILER)
    key, stories = (operator.folder / "keys" / "openear.keys").read_bytes(), operator.rows("stories")
    for _again in range(2):
        operator.good("init")
    assert (operator.folder / "keys" / "openear.keys").read_bytes() == key
    assert operator.rows("stories") == stories
    assert not (operator.folder / ".env").exists()


def test_init_leaves_settings_that_are_there_alone(empty: Operator) -> None:
    (empty.folder / ".env").write_text("OPENEAR_PORT=8123\n")
    empty.good("init")
    assert (empty.folder / ".env").read_text() == "OPENEAR_PORT=8123\n"


@pytest.mark.parametrize("name", ["OPENEAR_PORT", "TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE"])
def test_init_makes_no_settings_file_where_the_environment_has_settings(empty: Operator, name: str) -> None:
    (empty.folder / "token").write_text(BOT_TOKEN)
    values = {"OPENEAR_PORT": "8123", "TELEGRAM_BOT_TOKEN": BOT_TOKEN, "TELEGRAM_BOT_TOKEN_FILE": "token"}
    empty.environment = {name: values[name]}
    empty.good("init")
    assert not (empty.folder / ".env").exists()


def test_the_settings_that_init_makes_are_good_settings_and_hold_no_secret(empty: Operator) -> None:
    said = empty.good("init")
    keys = json.loads((empty.folder / "keys" / "openear.keys").read_text())
    secrets = [*keys["encryption"].values(), keys["lookup"], keys["dedupe"], keys["audit"]]
    written = (empty.folder / ".env").read_text()
    assert not any(secret in said or secret in written for secret in secrets)
    assert "oe_" not in said
    assert read_settings({}, empty.folder).twilio is None
    assert all(not line or line.startswith("#") for line in written.splitlines())


def test_init_puts_things_where_the_settings_say(empty: Operator) -> None:
    empty.environment = {
        "OPENEAR_KEYRING": "elsewhere/my.keys",
        "OPENEAR_DATABASE_URL": f"sqlite:///{empty.folder}/data/ear.db",
    }
    empty.good("init")
    assert (empty.folder / "elsewhere" / "my.keys").exists()
    assert (empty.folder / "data" / "ear.db").exists()
    assert not (empty.folder / "var").exists()


def test_init_refuses_a_keyring_inside_the_data_folder(empty: Operator) -> None:
    empty.environment = {"OPENEAR_KEYRING": "var/openear.keys"}
    assert "inside the data folder" in empty.bad("init")


# --- check


def test_check_names_what_is_missing_with_its_mend_and_fails(operator: Operator) -> None:
    said = operator.bad("check")
    assert "PROBLEM: no channel is configured" in said
    assert "TELEGRAM_BOT_TOKEN" in said
    assert "PROBLEM: there is no safeguarding lead" in said
    assert "openear organiser add EMAIL --role safeguarding" in said
    assert "2 problems," in said


def test_check_passes_when_a_campaign_can_be_served_and_still_warns(operator: Operator) -> None:
    operator.environment |= {**TWILIO, "OPENEAR_PUBLIC_URL": "https://ear.example.org"}
    operator.good("organiser", "add", "lead@example.org", "--role", "safeguarding")
    said = operator.good("check")
    assert "PROBLEM" not in said
    assert "warning: the campaign thrive names example organisers" in said
    assert "0 problems," in said
    assert TOKEN not in said


def test_check_before_init_says_init(empty: Operator) -> None:
    said = empty.bad("check")
    assert "There is no keyring" in said
    assert "openear init" in said


def test_check_lists_every_bad_setting_at_once_and_no_secret(empty: Operator) -> None:
    empty.environment = {
        "OPENEAR_PORT": "many", "OPENEAR_DATABASE_URL": "mysql://u:hunter2@h/d", "OPENEAR_PUBLIC_URL": "ear",
        "TWILIO_ACCOUNT_SID": "x", "TELEGRAM_BOT_TOKEN": "hunter2", "OPENEAR_LOG_LEVEL": "loud",
        "TELEGRAM_WEBHOOK_SECRET": "with space",
    }  # fmt: skip
    said = empty.bad("check")
    for name in (*empty.environment, "TWILIO_AUTH_TOKEN", "TWILIO_FROM"):
        assert name in said
    assert "hunter2" not in said


def test_check_finds_another_keyring_than_the_one_the_database_was_made_with(operator: Operator) -> None:
    operator.bad("check")
    (operator.folder / "keys" / "openear.keys").unlink()
    operator.good("init")
    assert "the keyring is not the one that this database was made with" in operator.bad("check")


def test_check_finds_a_keyring_that_others_can_read(operator: Operator) -> None:
    (operator.folder / "keys" / "openear.keys").chmod(0o644)
    assert "chmod 600" in operator.bad("check")


def test_check_says_when_the_database_cannot_be_used(operator: Operator) -> None:
    (operator.folder / "file").write_text("")
    operator.environment["OPENEAR_DATABASE_URL"] = f"sqlite:///{operator.folder}/file/ear.db"
    assert "the database cannot be used" in operator.bad("check")
    (operator.folder / "other").mkdir()
    (operator.folder / "other" / "ear.db").write_bytes(b"no database at all" * 100)
    operator.environment["OPENEAR_DATABASE_URL"] = f"sqlite:///{operator.folder}/other/ear.db"
    assert "the database cannot be used" in operator.bad("check")


def test_check_lists_the_mistakes_of_all_campaigns(operator: Operator) -> None:
    (operator.folder / "campaigns").mkdir()
    (operator.folder / "campaigns" / "bad.toml").write_text('slug = "Not a slug"\n')
    operator.environment["OPENEAR_CAMPAIGNS"] = "campaigns"
    said = operator.bad("check")
    assert "bad.toml" in said
    assert "opens is missing" in said


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_what_serves_refuses_to_start_with_every_problem_and_its_mend(operator: Operator, command: str) -> None:
    said = operator.bad(command)
    assert "cannot start" in said
    assert "no channel is configured" in said
    assert "openear organiser add EMAIL --role safeguarding" in said
