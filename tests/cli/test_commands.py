"""The commands, as operators type them: in a folder of its own each, its words, its exit code and what it leaves."""

import json
import logging
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN
from kit.transcripts import play as play_transcript

from bot.campaigns import SHIPPED
from bot.channels.port import Arrival
from bot.engine.model import Channel, Kind
from bot.errors import OpenEarError
from bot.installation import Installation, open_installation
from bot.messaging.receive import receive
from bot.settings import SETTINGS, read_settings
from bot.store import audit, organisers, tables
from scripts.cli.main import COMMANDS, main, openear

PHONE = "+447911123456"
BOILER = "my landlord will not mend the boiler"
TWILIO = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": NUMBER}
CONTRACT = {
    "init", "check", "demo", "chat", "serve", "web", "worker", "organiser add", "organiser list", "organiser revoke",
    "organiser token", "hub add", "hub list", "export", "erase", "purge", "backup", "restore", "keys rotate",
    "locales check", "locales extract", "locales update", "locales script", "locales approve", "campaign check",
    "detect", "parts", "consent show", "mydata", "audit verify", "audit list", "flags list", "flags read",
    "flags acknowledge", "flags decide", "flags close", "flags contact", "mark", "recalls list", "recalls done",
    "complaint add", "complaint list", "complaint acknowledge", "complaint close", "numbers", "papers",
}  # fmt: skip


@dataclass
class Desk:
    """An operator's folder and environment."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, typed: str | bytes | None = None) -> Result:
        """One command; a problem that we know is said in words, anything else fails the test."""
        runner = CliRunner(env={**{setting.name: None for setting in SETTINGS}, **self.environment})
        result = runner.invoke(openear, arguments, input=typed)
        if result.exception and not isinstance(result.exception, OpenEarError | SystemExit):
            raise result.exception
        return result

    def good(self, *arguments: str, typed: str | bytes | None = None) -> str:
        """The standard output of a command that must succeed."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, f"{result.output}{result.exception}"
        return result.stdout

    def bad(self, *arguments: str, typed: str | bytes | None = None) -> str:
        """All that is said by a command that must fail."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code != 0, result.output
        return f"{result.output}{result.exception or ''}"

    def installation(self) -> Installation:
        return open_installation(read_settings(self.environment, self.folder))

    def tell(self, *texts: str, sender: str = PHONE) -> None:
        """A resident tells a story."""
        opened = self.installation()
        for text in ("hello", "yes", *texts):
            number = str(len(list(self.rows("seen"))))
            arrival = Arrival(channel=Channel.SMS, key=number, message=number, sender=sender, kind=Kind.TEXT, text=text)
            assert receive(opened, arrival)
        opened.database.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        opened = self.installation()
        with opened.database.read() as connection:
            found = [dict(row) for row in connection.execute(tables.metadata.tables[table].select()).mappings()]
        opened.database.close()
        return found

    def actions(self) -> list[str]:
        return [str(row["action"]) for row in self.rows("audit")]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Commands set up the logs of their process, which here is ours."""
    root, names = logging.getLogger(), ("bot", "webhooks", "scripts", "waitress.queue")
    handlers, level, levels = root.handlers[:], root.level, [logging.getLogger(name).level for name in names]
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in zip(names, levels, strict=True):
        logging.getLogger(name).setLevel(was)
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder in which nothing has been done yet."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        for name in (setting.name, f"{setting.name}_FILE"):
            monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path)


@pytest.fixture
def desk(empty: Desk) -> Desk:
    """After `openear init`."""
    empty.environment["OPENEAR_DRAFT_LANGUAGES"] = "1"
    empty.good("init")
    return empty


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
def test_every_command_explains_itself_anywhere_and_touches_nothing(empty: Desk, command: str) -> None:
    said = empty.good(*command.split(), "--help")
    assert f"openear {command}" in said
    assert len(said.splitlines()) > 4
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize("command", ["", "organiser", "hub", "keys", "locales", "campaign"])
def test_every_group_lists_its_commands(empty: Desk, command: str) -> None:
    assert "Commands:" in empty.good(*command.split(), "--help")


def test_a_known_problem_is_said_in_words_on_standard_error_with_exit_code_1(
    empty: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
    empty: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty.folder / "var").write_text("")
    monkeypatch.setattr(sys, "argv", ["openear", "init"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(f"openear: {empty.folder}/var: ")


# --- init


def test_init_makes_keyring_database_and_settings_for_the_operator_alone(empty: Desk) -> None:
    empty.good("init")
    assert {path.name for path in empty.folder.iterdir()} == {".env", "keys", "var"}
    modes = {path: stat.S_IMODE((empty.folder / path).stat().st_mode) for path in (".env", "keys/openear.keys", "var")}
    assert modes == {".env": 0o600, "keys/openear.keys": 0o600, "var": 0o700}


def test_init_repeated_changes_nothing(desk: Desk) -> None:
    desk.tell(BOILER)
    key, stories = (desk.folder / "keys" / "openear.keys").read_bytes(), desk.rows("stories")
    for _again in range(2):
        desk.good("init")
    assert (desk.folder / "keys" / "openear.keys").read_bytes() == key
    assert desk.rows("stories") == stories
    assert not (desk.folder / ".env").exists()


def test_init_leaves_settings_that_are_there_alone(empty: Desk) -> None:
    (empty.folder / ".env").write_text("OPENEAR_PORT=8123\n")
    empty.good("init")
    assert (empty.folder / ".env").read_text() == "OPENEAR_PORT=8123\n"


@pytest.mark.parametrize("name", ["OPENEAR_PORT", "TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE"])
def test_init_makes_no_settings_file_where_the_environment_has_settings(empty: Desk, name: str) -> None:
    (empty.folder / "token").write_text(BOT_TOKEN)
    values = {"OPENEAR_PORT": "8123", "TELEGRAM_BOT_TOKEN": BOT_TOKEN, "TELEGRAM_BOT_TOKEN_FILE": "token"}
    empty.environment = {name: values[name]}
    empty.good("init")
    assert not (empty.folder / ".env").exists()


def test_the_settings_that_init_makes_are_good_settings_and_hold_no_secret(empty: Desk) -> None:
    said = empty.good("init")
    keys = json.loads((empty.folder / "keys" / "openear.keys").read_text())
    secrets = [*keys["encryption"].values(), keys["lookup"], keys["dedupe"], keys["audit"]]
    written = (empty.folder / ".env").read_text()
    assert not any(secret in said or secret in written for secret in secrets)
    assert "oe_" not in said
    assert read_settings({}, empty.folder).twilio is None
    assert all(not line or line.startswith("#") for line in written.splitlines())


def test_init_puts_things_where_the_settings_say(empty: Desk) -> None:
    empty.environment = {
        "OPENEAR_KEYRING": "elsewhere/my.keys",
        "OPENEAR_DATABASE_URL": f"sqlite:///{empty.folder}/data/ear.db",
    }
    empty.good("init")
    assert (empty.folder / "elsewhere" / "my.keys").exists()
    assert (empty.folder / "data" / "ear.db").exists()
    assert not (empty.folder / "var").exists()


def test_init_refuses_a_keyring_inside_the_data_folder(empty: Desk) -> None:
    empty.environment = {"OPENEAR_KEYRING": "var/openear.keys"}
    assert "inside the data folder" in empty.bad("init")


# --- check


def test_check_names_what_is_missing_with_its_mend_and_fails(desk: Desk) -> None:
    said = desk.bad("check")
    assert "PROBLEM: no channel is configured" in said
    assert "TELEGRAM_BOT_TOKEN" in said
    assert "PROBLEM: nobody is the safeguarding lead" in said
    assert "openear organiser add EMAIL --role safeguarding" in said
    assert "2 problems," in said


def test_check_passes_when_a_campaign_can_be_served_and_still_warns(desk: Desk) -> None:
    desk.environment |= {**TWILIO, "OPENEAR_PUBLIC_URL": "https://ear.example.org"}
    desk.good("organiser", "add", "lead@example.org", "--role", "safeguarding")
    said = desk.good("check")
    assert "PROBLEM" not in said
    assert "warning: the campaign thrive names example organisers" in said
    assert "0 problems," in said
    assert TOKEN not in said


def test_check_before_init_says_init(empty: Desk) -> None:
    said = empty.bad("check")
    assert "There is no keyring" in said
    assert "openear init" in said


def test_check_lists_every_bad_setting_at_once_and_no_secret(empty: Desk) -> None:
    empty.environment = {
        "OPENEAR_PORT": "many", "OPENEAR_DATABASE_URL": "mysql://u:hunter2@h/d", "OPENEAR_PUBLIC_URL": "ear",
        "TWILIO_ACCOUNT_SID": "x", "TELEGRAM_BOT_TOKEN": "hunter2", "OPENEAR_LOG_LEVEL": "loud",
        "TELEGRAM_WEBHOOK_SECRET": "with space",
    }  # fmt: skip
    said = empty.bad("check")
    for name in (*empty.environment, "TWILIO_AUTH_TOKEN", "TWILIO_FROM"):
        assert name in said
    assert "hunter2" not in said


def test_check_finds_another_keyring_than_the_one_the_database_was_made_with(desk: Desk) -> None:
    desk.bad("check")
    (desk.folder / "keys" / "openear.keys").unlink()
    desk.good("init")
    assert "the keyring is not the one this database was made with" in desk.bad("check")


def test_check_finds_a_keyring_that_others_can_read(desk: Desk) -> None:
    (desk.folder / "keys" / "openear.keys").chmod(0o644)
    assert "chmod 600" in desk.bad("check")


def test_check_says_when_the_database_cannot_be_used(desk: Desk) -> None:
    (desk.folder / "file").write_text("")
    desk.environment["OPENEAR_DATABASE_URL"] = f"sqlite:///{desk.folder}/file/ear.db"
    assert "the database cannot be used" in desk.bad("check")
    (desk.folder / "other").mkdir()
    (desk.folder / "other" / "ear.db").write_bytes(b"no database at all" * 100)
    desk.environment["OPENEAR_DATABASE_URL"] = f"sqlite:///{desk.folder}/other/ear.db"
    assert "the database cannot be used" in desk.bad("check")


def test_check_lists_the_mistakes_of_all_campaigns(desk: Desk) -> None:
    (desk.folder / "campaigns").mkdir()
    (desk.folder / "campaigns" / "bad.toml").write_text('slug = "Not a slug"\n')
    desk.environment["OPENEAR_CAMPAIGNS"] = "campaigns"
    said = desk.bad("check")
    assert "bad.toml" in said
    assert "opens is missing" in said


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_what_serves_refuses_to_start_with_every_problem_and_its_mend(desk: Desk, command: str) -> None:
    said = desk.bad(command)
    assert "cannot start" in said
    assert "no channel is configured" in said
    assert "openear organiser add EMAIL --role safeguarding" in said


# --- organiser


def test_organisers_are_added_listed_and_revoked(desk: Desk) -> None:
    assert "ana@example.org is organiser of thrive" in desk.good(
        "organiser", "add", "ana@example.org", "--role", "organiser"
    )
    assert "already" in desk.good("organiser", "add", "ana@example.org", "--role", "organiser")
    desk.good("organiser", "add", "ana@example.org", "--role", "raw", "--campaign", "thrive")
    desk.good("hub", "add", "LRMN")
    desk.good("organiser", "add", "lee@example.org", "--role", "leader", "--hub", "lrmn")
    assert desk.good("organiser", "list").splitlines() == [
        "ana@example.org\torganiser\tthrive",
        "ana@example.org\traw\tthrive",
        "lee@example.org\tleader\tthrive\tLRMN",
    ]
    desk.good("organiser", "revoke", "ANA@example.org")
    assert desk.good("organiser", "list") == "lee@example.org\tleader\tthrive\tLRMN\n"
    assert desk.actions() == ["organiser.add", "organiser.add", "organiser.add", "organiser.revoke"]


def test_a_token_stands_alone_on_standard_output_and_works_until_it_is_revoked(desk: Desk) -> None:
    desk.good("organiser", "add", "ana@example.org", "--role", "organiser")
    said = desk.good("organiser", "token", "ana@example.org")
    assert re.fullmatch(r"oe_[A-Za-z0-9_-]{43}\n", said)
    assert _grants(desk, said.strip()) == ["organiser"]
    assert said.strip().encode() not in (desk.folder / "var" / "openear.db").read_bytes()
    desk.good("organiser", "revoke", "ana@example.org")
    assert _grants(desk, said.strip()) is None


def _grants(desk: Desk, token: str) -> list[str] | None:
    opened = desk.installation()
    with opened.read() as tx:
        found = organisers.grants_of(tx, token)
    opened.database.close()
    return None if found is None else [grant.role for grant in found]


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("add", "ana", "--role", "organiser"), "ana@example.org"),
        (("add", "ana@example.org"), "--role"),
        (("add", "ana@example.org", "--role", "queen"), "safeguarding"),
        (("add", "ana@example.org", "--role", "organiser", "--campaign", "none"), "--campaign with one of thrive"),
        (("add", "ana@example.org", "--role", "leader"), "--hub"),
        (("add", "ana@example.org", "--role", "leader", "--hub", "LRMN"), "openear hub add LRMN"),
        (("token", "ana@example.org"), "openear organiser add ana@example.org"),
        (("revoke", "ana@example.org"), "openear organiser list"),
    ],
)
def test_what_cannot_be_done_for_an_organiser_is_said_with_its_mend(
    desk: Desk, arguments: tuple[str, ...], mend: str
) -> None:
    assert mend in desk.bad("organiser", *arguments)
    assert desk.good("organiser", "list") == ""
    assert desk.actions() == []


# --- hub


def test_a_hub_is_added_with_what_its_leaders_share_and_listed(desk: Desk) -> None:
    desk.environment |= TWILIO
    said = desk.good("hub", "add", "LRMN", "--name", "Lewisham Refugee and Migrant Network", "--language", "so")
    assert "Lewisham Refugee and Migrant Network (LRMN)" in said
    assert f"text LRMN to {NUMBER}" in said
    assert "[so] Soomaali" in said
    assert desk.good("hub", "list") == "LRMN\tthrive\tLewisham Refugee and Migrant Network\tso\n"
    assert desk.good("hub", "list", "--campaign", "other") == ""


def test_a_hub_named_again_is_changed(desk: Desk) -> None:
    desk.good("hub", "add", "LRMN", "--name", "One")
    desk.good("hub", "add", "lrmn", "--name", "Two")
    assert desk.good("hub", "list") == "lrmn\tthrive\tTwo\t\n"


@pytest.mark.parametrize("code", ["A", "LRMN!", "12345", "two words", "x" * 21, "", "ä"])
def test_a_code_that_nobody_could_type_is_refused(desk: Desk, code: str) -> None:
    assert "2 to 20 letters and digits" in desk.bad("hub", "add", code)
    assert desk.good("hub", "list") == ""


@pytest.mark.parametrize(
    "code", ["STOP", "yes", "No", "HELP", "done", "START", "hello", "hola", "somali", "thrive", "thanks"]
)
def test_a_code_that_means_something_else_is_refused(desk: Desk, code: str) -> None:
    assert "means something else" in desk.bad("hub", "add", code)
    assert desk.good("hub", "list") == ""


def test_a_hub_with_a_language_that_is_not_offered_is_refused(desk: Desk) -> None:
    assert "the languages are en" in desk.bad("hub", "add", "LRMN", "--language", "tlh")


# --- stories out


def test_an_export_goes_to_standard_output_and_its_count_to_standard_error(desk: Desk) -> None:
    desk.tell(f"{BOILER}, ring me on 07911 123456")
    result = desk.run("export")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert b"will not mend the boiler" in result.stdout_bytes
    assert b"07911" not in result.stdout_bytes
    assert result.stderr.startswith("1 stories. Redacted: telephone numbers, ")
    assert desk.actions() == ["export"]


def test_an_export_can_be_raw_without_a_mark_and_into_a_file(desk: Desk) -> None:
    desk.tell(f"{BOILER}, ring me on 07911 123456")
    desk.good("export", "--raw", "--reason", "a quote to check", "--no-bom", "-o", "stories.csv")
    written = (desk.folder / "stories.csv").read_bytes()
    assert not written.startswith(b"\xef\xbb\xbf")
    assert b"07911 123456" in written


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "docx"])
def test_every_format_can_be_exported(desk: Desk, file_format: str) -> None:
    desk.tell(BOILER)
    desk.good("export", "--format", file_format, "-o", f"stories.{file_format}")
    assert (desk.folder / f"stories.{file_format}").stat().st_size > 50


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "yesterday"), ("--since", "2026-12-01", "--until", "2026-01-01"), ("--language", "tlh"),
        ("--hub", "NOBODY"), ("--theme", "none"), ("--format", "pdf"), ("--campaign", "none"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_said_and_nothing_is_written(desk: Desk, arguments: tuple[str, ...]) -> None:
    desk.tell(BOILER)
    assert "boiler" not in desk.bad("export", *arguments, "-o", "out.csv")
    assert not (desk.folder / "out.csv").exists()
    assert desk.actions() == []


# --- erase, purge, backup, restore, keys


def test_a_story_is_erased_by_its_id_after_being_asked(desk: Desk) -> None:
    desk.tell(BOILER)
    public = str(desk.rows("stories")[0]["public"])
    assert "cannot be undone" in desk.bad("erase", public, typed="n\n")
    assert len(desk.rows("stories")) == 1
    assert "Erased the story." in desk.good("erase", public, typed="y\n")
    assert desk.rows("stories") == []
    assert "no story of this id" in desk.bad("erase", public, "--yes")


def test_all_from_a_contact_is_erased(desk: Desk) -> None:
    desk.tell(BOILER)
    assert "nothing ever came from this contact" in desk.bad("erase", "telegram:7001", "--yes")
    assert "(1 stories)" in desk.good("erase", PHONE, "--yes")
    assert desk.rows("stories") == desk.rows("answers") == []
    assert PHONE not in str(desk.rows("audit"))


def test_purge_says_how_much_went(desk: Desk) -> None:
    desk.tell(BOILER)
    assert desk.good("purge") == "Removed 0 stories, 0 texts without a yes, 0 addresses.\n"


def test_a_backup_is_restored_and_what_was_erased_meanwhile_stays_erased(desk: Desk) -> None:
    desk.tell(BOILER)
    desk.tell("my rent went up twice this year", sender="+447911123457")
    assert "30 days" in desk.good("backup", "copy.openear")
    desk.good("erase", PHONE, "--yes")
    assert desk.good("restore", "copy.openear") == "Restored; 1 stories were erased again.\n"
    assert b"rent went up" in desk.run("export").stdout_bytes
    assert b"boiler" not in desk.run("export").stdout_bytes


def test_a_backup_that_is_none_or_not_ours_is_refused_in_words(desk: Desk) -> None:
    desk.tell(BOILER)
    (desk.folder / "copy.openear").write_bytes(b"something else")
    assert "is not a backup of OpenEar" in desk.bad("restore", "copy.openear")
    assert "does not exist" in desk.bad("restore", "nothing.openear")
    assert "cannot be written" in desk.bad("backup", "no/such/folder/copy.openear")
    assert len(desk.rows("stories")) == 1


def test_a_new_key_encrypts_from_now_on_and_old_words_stay_readable(desk: Desk) -> None:
    desk.tell(BOILER)
    said = desk.good("keys", "rotate")
    assert "Key 2" in said
    desk.tell("my rent went up twice this year", sender="+447911123457")
    assert {row["body"][0] for row in desk.rows("answers")} == {1, 2}
    exported = desk.run("export").stdout_bytes
    assert b"boiler" in exported
    assert b"rent went up" in exported
    keys = json.loads((desk.folder / "keys" / "openear.keys").read_text())
    assert not any(secret in said for secret in keys["encryption"].values())
    assert stat.S_IMODE((desk.folder / "keys" / "openear.keys").stat().st_mode) == 0o600


def test_without_a_keyring_nothing_can_be_rotated(empty: Desk) -> None:
    assert "openear init" in empty.bad("keys", "rotate")


# --- campaign, locales


def test_a_good_campaign_is_called_good(empty: Desk) -> None:
    assert empty.good("campaign", "check", str(SHIPPED / "thrive.toml")) == "thrive.toml is a good campaign.\n"


def test_every_mistake_of_a_campaign_is_listed_at_once(empty: Desk) -> None:
    text = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")
    for good, bad in (
        ('slug = "thrive"', 'slug = "Thrive Now"'),
        ("closes = 2027-10-31", "closes = 2025-10-31"),
        ('timezone = "Europe/London"', 'timezone = "Moon/Crater"'),
        ("minimum_age = 16", "minimum_age = 6"),
        ("report_back = 2027-12-15", "report_back = 2027-01-15"),
        ('kind = "several"', 'kind = "many"'),
    ):
        assert good in text
        text = text.replace(good, bad)
    (empty.folder / "mine.toml").write_text(text, encoding="utf-8")
    said = empty.bad("campaign", "check", "mine.toml")
    for word in ("Thrive Now", "closes", "Moon/Crater", "minimum_age", "report_back", "about_you"):
        assert word in said
    assert "\n7 mistakes.\n" in said


@pytest.mark.parametrize(
    ("text", "word"), [(None, "cannot be read"), ("slug = ", "not valid TOML"), ("", "is missing")]
)
def test_a_file_that_is_no_campaign_is_called_so(empty: Desk, text: str | None, word: str) -> None:
    if text is not None:
        (empty.folder / "mine.toml").write_text(text)
    assert word in empty.bad("campaign", "check", "mine.toml")


def test_the_templates_hold_every_text_of_the_code(empty: Desk) -> None:
    assert empty.good("locales", "extract", "--check") == "The templates are up to date.\n"


def test_english_has_no_gap_and_no_mistake(empty: Desk) -> None:
    said = empty.good("locales", "check", "en")
    assert "1 languages, 0 mistakes." in said
    assert re.search(r"first +en 2\b", said)


@pytest.mark.parametrize("command", [("check",), ("script",), ("approve", "--by", "Ana"), ("update",)])
def test_a_language_that_nobody_knows_is_said_in_words(empty: Desk, command: tuple[str, ...]) -> None:
    assert "tlh" in empty.bad("locales", *command, "tlh")


def test_the_whole_conversation_is_printed_for_a_speaker(empty: Desk) -> None:
    empty.good("locales", "script", "es", "-o", "es.html")
    page = (empty.folder / "es.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "Spanish" in page
    assert "openear locales approve" in page


# --- detect and parts


def test_detect_prints_one_line_for_each_line_with_code_and_confidence(empty: Desk) -> None:
    lines = [
        "My landlord will not mend the boiler and the children are cold",
        "El alquiler es demasiado alto y no puedo pagar la calefacción",
        "Kirada gurigu aad bay ii badan tahay oo ma bixin karo",
        "வாடகை மிகவும் அதிகமாக உள்ளது",
        "x", "", "12345 !!!", "👍", "ok\x00\x1b\u2028 ok", "\ufffd",
    ]  # fmt: skip
    said = empty.good("detect", typed="\n".join(lines) + "\n").split("\n")
    assert said.pop() == ""
    assert len(said) == len(lines)
    assert all(re.fullmatch(r"([a-z]{2,3}(-[A-Za-z]+)?|\?)\t[01]\.\d{3}", line) for line in said)
    assert [line.split("\t")[0] for line in said] == ["en", "es", "so", "ta", *"??????"]


def test_parts_prints_encoding_and_parts_as_twilio_counts_them(empty: Desk) -> None:
    lines = {
        "x" * 160: "GSM-7\t1", "x" * 161: "GSM-7\t2", "x" * 306: "GSM-7\t2", "x" * 307: "GSM-7\t3",
        "€" * 80: "GSM-7\t1", "€" * 81: "GSM-7\t2", "ж" * 70: "UCS-2\t1", "ж" * 71: "UCS-2\t2", "ж" * 135: "UCS-2\t3",
        "x\u2028x": "UCS-2\t1", "😀" * 35: "UCS-2\t1", "😀" * 36: "UCS-2\t2",
    }  # fmt: skip
    said = empty.good("parts", typed="\n".join(lines))
    assert said == "".join(f"{line}\n" for line in lines.values())


@pytest.mark.parametrize("command", ["detect", "parts"])
def test_nothing_in_is_nothing_out_and_bytes_that_are_no_text_do_no_harm(empty: Desk, command: str) -> None:
    assert empty.good(command, typed="") == ""
    assert empty.good(command, typed=b"\xff\xfe\n\xed\xa0\x80").count("\n") == 2
    assert empty.good(command, typed="a\r\nb\n").count("\n") == 2


# --- chat


def test_a_chat_shows_what_would_be_sent(empty: Desk) -> None:
    said = empty.good("chat", typed="hello\nyes\n/quit\n")
    assert "Are you 16 or over" in said
    assert "What puts pressure on you" in said
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        ((), ["hello", "yes", BOILER, "/wait 3m", "1", "yes", "no", "3", "2 7", "thanks"]),
        ((), [BOILER, '"quoted" \\ and \u2028 and 👩🏽‍👩🏾‍👧🏿 my rent', "/wait 25h", "", "yes", "STOP", "START"]),
        (("--channel", "telegram", "--language", "so"), ["/start", "/tap consent:yes", "guriga waa qabow", "/wait 1d"]),
        (("--channel", "telegram"), ["/start LRMN_so", "/tap languages:es", "/tap consent:no", "hola"]),
        (("--language", "pl"), ["x", "2", "tak", "DONE"]),
    ],
    ids=["whole", "odd", "telegram", "link", "menu"],
)  # fmt: skip
def test_a_recorded_chat_is_a_transcript_that_the_tests_can_play(
    empty: Desk, arguments: tuple[str, ...], typed: list[str]
) -> None:
    empty.good("chat", *arguments, "--record", "talk.toml", typed="\n".join([*typed, "/quit"]) + "\n")
    play_transcript(empty.folder / "talk.toml")


def test_a_wait_that_is_no_time_is_said_and_not_recorded(empty: Desk) -> None:
    result = empty.run("chat", "--record", "talk.toml", typed="hello\n/wait for me\nyes\n")
    assert "is no span of time" in result.stderr
    assert "wait" not in (empty.folder / "talk.toml").read_text(encoding="utf-8")
    play_transcript(empty.folder / "talk.toml")


def test_a_chat_that_cannot_be_recorded_says_so_before_anybody_types(empty: Desk) -> None:
    said = empty.bad("chat", "--record", "no/such/folder/talk.toml", typed="hello\nyes\n/quit\n")
    assert "talk.toml" in said
    assert "16 or over" not in said


# --- the audit


def test_whatever_commands_did_stands_in_an_audit_that_holds_together(desk: Desk) -> None:
    desk.tell(BOILER)
    desk.good("organiser", "add", "ana@example.org", "--role", "organiser")
    desk.good("organiser", "token", "ana@example.org")
    desk.good("export", "-o", "out.csv")
    desk.good("erase", PHONE, "--yes")
    desk.good("organiser", "revoke", "ana@example.org")
    assert desk.actions() == ["organiser.add", "organiser.token", "export", "erase", "organiser.revoke"]
    opened = desk.installation()
    with opened.read() as tx:
        assert audit.verify(tx) is None
    opened.database.close()
