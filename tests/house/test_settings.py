"""Every setting: where it is read, what it is without one, and that all that is wrong is said at once."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import SETTINGS, Settings, read_settings

ACCOUNT = "AC" + "0a" * 16
SERVICE = "MG" + "0b" * 16
TWILIO = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "secret-auth-token", "TWILIO_FROM": "+442079460000"}
BOT = "123456789:AAabcdefghijklmnopqrstuvwxyz_0123456"


def problems(tmp_path: Path, **environment: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment, tmp_path)
    assert str(caught.value).count("- ") >= len(caught.value.problems), "each on a line of its own"
    return caught.value.problems


def test_without_any_setting_there_is_a_default_for_each(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path) == Settings(
        database_url=f"sqlite:///{tmp_path}/var/openear.db",
        keyring=tmp_path / "keys" / "openear.keys",
        public_url="",
        campaigns=None,
        host="127.0.0.1",
        port=8080,
        log_level="info",
        draft_languages=False,
        twilio=None,
        telegram=None,
    )


def test_the_default_keys_do_not_lie_beside_the_default_data(tmp_path: Path) -> None:
    found = read_settings({}, tmp_path)
    assert not found.keyring.is_relative_to(tmp_path / "var")


def test_every_setting_is_taken_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    found = read_settings(
        {
            **TWILIO, "OPENEAR_DATABASE_URL": "postgresql://ear@db/ear", "OPENEAR_KEYRING": "/etc/openear/keys",
            "OPENEAR_PUBLIC_URL": "https://ear.example.org/", "OPENEAR_CAMPAIGNS": str(tmp_path / "ours"),
            "OPENEAR_HOST": "0.0.0.0", "OPENEAR_PORT": "80", "OPENEAR_LOG_LEVEL": "DEBUG",
            "OPENEAR_DRAFT_LANGUAGES": "1", "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
            "TWILIO_API_URL": "http://127.0.0.1:9/", "TELEGRAM_BOT_TOKEN": BOT, "TELEGRAM_WEBHOOK_SECRET": "s-e_c1",
            "TELEGRAM_API_URL": "http://127.0.0.1:8/api/",
        },
        tmp_path,
    )  # fmt: skip
    assert found.database_url == "postgresql://ear@db/ear"
    assert found.keyring == Path("/etc/openear/keys")
    assert (found.public_url, found.address) == ("https://ear.example.org", "https://ear.example.org")
    assert found.campaigns == tmp_path / "ours"
    assert (found.host, found.port, found.log_level, found.draft_languages) == ("0.0.0.0", 80, "debug", True)
    assert found.twilio is not None
    assert found.twilio.account_sid == ACCOUNT
    assert found.twilio.auth_token == "secret-auth-token"
    assert found.twilio.own_addresses == {"+442079460000", SERVICE}
    assert found.twilio.api_url == "http://127.0.0.1:9"
    assert found.telegram is not None
    assert (found.telegram.token, found.telegram.secret) == (BOT, "s-e_c1")
    assert found.telegram.api_url == "http://127.0.0.1:8/api"


def test_what_is_set_to_nothing_is_not_set(tmp_path: Path) -> None:
    assert read_settings({setting.name: "" for setting in SETTINGS}, tmp_path) == read_settings({}, tmp_path)


def test_settings_may_stand_in_a_file_and_the_environment_wins_over_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENEAR_PORT=81\nOPENEAR_HOST=10.0.0.1\n# a remark\nSTRANGER=1\n")
    found = read_settings({"OPENEAR_PORT": "82"}, tmp_path)
    assert (found.host, found.port) == ("10.0.0.1", 82)


def test_nothing_in_the_file_is_taken_for_a_placeholder(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in TWILIO.items()) + "\n")
    with (tmp_path / ".env").open("a") as file:
        file.write("TWILIO_AUTH_TOKEN='pa${HOME}ss'\n")
    twilio = read_settings({}, tmp_path).twilio
    assert twilio is not None
    assert twilio.auth_token == "pa${HOME}ss"


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.secret])
def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    secrets = {**TWILIO, "TELEGRAM_BOT_TOKEN": BOT, "TELEGRAM_WEBHOOK_SECRET": "hush",
               "OPENEAR_DATABASE_URL": "postgresql://ear:pass@db/ear"}  # fmt: skip
    plain = read_settings(secrets, tmp_path)
    (tmp_path / "secret").write_text(f"  {secrets[name]}\n")
    by_file = {key: value for key, value in secrets.items() if key != name} | {f"{name}_FILE": "secret"}
    assert read_settings(by_file, tmp_path) == plain
    by_file[f"{name}_FILE"] = str(tmp_path / "secret")
    assert read_settings(by_file, tmp_path) == plain


def test_only_secrets_stand_in_files(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("99")
    assert read_settings({"OPENEAR_PORT_FILE": "port"}, tmp_path).port == 8080


def test_the_environment_s_file_wins_over_a_secret_in_the_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_WEBHOOK_SECRET=old\n")
    (tmp_path / "secret").write_text("new")
    found = read_settings({"TELEGRAM_BOT_TOKEN": BOT, "TELEGRAM_WEBHOOK_SECRET_FILE": "secret"}, tmp_path)
    assert found.telegram is not None
    assert found.telegram.secret == "new"


def test_a_secret_s_file_that_is_missing_or_no_text_is_a_problem_among_the_others(tmp_path: Path) -> None:
    assert "TWILIO_AUTH_TOKEN_FILE names nowhere" in " ".join(problems(tmp_path, TWILIO_AUTH_TOKEN_FILE="nowhere"))
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    found = problems(tmp_path, TELEGRAM_BOT_TOKEN_FILE="binary", OPENEAR_PORT="no")
    assert len(found) == 2
    assert "TELEGRAM_BOT_TOKEN_FILE" in found[0]


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path, OPENEAR_PORT="eighty", OPENEAR_LOG_LEVEL="loud", OPENEAR_DRAFT_LANGUAGES="yes",
        OPENEAR_PUBLIC_URL="ear.example.org", OPENEAR_DATABASE_URL="mysql://x/y", OPENEAR_CAMPAIGNS="nowhere",
        TWILIO_ACCOUNT_SID="ACshort", TWILIO_FROM="020 7946 0000", TELEGRAM_BOT_TOKEN="token",
        TELEGRAM_WEBHOOK_SECRET="not allowed!", TWILIO_API_URL="ftp://x",
    )  # fmt: skip
    named = {one.split()[0] for one in found}
    assert named == {
        "OPENEAR_PORT", "OPENEAR_LOG_LEVEL", "OPENEAR_DRAFT_LANGUAGES", "OPENEAR_PUBLIC_URL", "OPENEAR_DATABASE_URL",
        "OPENEAR_CAMPAIGNS", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_WEBHOOK_SECRET", "TWILIO_API_URL",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENEAR_PORT", "0"), ("OPENEAR_PORT", "65536"), ("OPENEAR_PORT", "-1"), ("OPENEAR_PORT", "²"),
        ("OPENEAR_PUBLIC_URL", "http://"), ("OPENEAR_PUBLIC_URL", "https://ear.example.org/?a=1"),
        ("OPENEAR_PUBLIC_URL", "https://ear.example.org/#a"), ("OPENEAR_PUBLIC_URL", "https://[ear"),
        ("OPENEAR_PUBLIC_URL", "https://ear.example.org:port"), ("TELEGRAM_API_URL", "//api"),
        ("OPENEAR_DATABASE_URL", "openear.db"), ("OPENEAR_DATABASE_URL", "postgresql://ear:pass@db:port/ear"),
        ("OPENEAR_DATABASE_URL", "nonsense://x"), ("OPENEAR_DATABASE_URL", "postgresql+nothing://x/y"),
        ("TWILIO_FROM", "+44 20 7946 0000"), ("TWILIO_FROM", "447911123456"), ("TWILIO_MESSAGING_SERVICE_SID", "MG1"),
        ("TELEGRAM_BOT_TOKEN", "123:short"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_and_never_a_traceback(tmp_path: Path, name: str, value: str) -> None:
    found = problems(tmp_path, **{name: value})
    assert any(one.startswith(name) for one in found)


def test_half_of_twilio_is_a_problem_and_says_which_half(tmp_path: Path) -> None:
    assert [one.split()[0] for one in problems(tmp_path, TWILIO_AUTH_TOKEN="t")] == [
        "TWILIO_ACCOUNT_SID",
        "TWILIO_FROM",
    ]
    assert [one.split()[0] for one in problems(tmp_path, TWILIO_FROM="+442079460000")] == [
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
    ]


def test_a_messaging_service_alone_can_send(tmp_path: Path) -> None:
    given = {name: value for name, value in TWILIO.items() if name != "TWILIO_FROM"}
    twilio = read_settings({**given, "TWILIO_MESSAGING_SERVICE_SID": SERVICE}, tmp_path).twilio
    assert twilio is not None
    assert twilio.own_addresses == {SERVICE}


def test_no_secret_shows_in_what_is_printed(tmp_path: Path) -> None:
    secrets = {
        **TWILIO, "TELEGRAM_BOT_TOKEN": BOT, "TELEGRAM_WEBHOOK_SECRET": "hush-hush",
        "OPENEAR_DATABASE_URL": "postgresql://ear:pass-word@db/ear",
    }  # fmt: skip
    shown = repr(read_settings(secrets, tmp_path))
    for secret in ("secret-auth-token", BOT, "hush-hush", "pass-word"):
        assert secret not in shown


def test_no_secret_shows_in_a_problem(tmp_path: Path) -> None:
    said = " ".join(
        problems(
            tmp_path, OPENEAR_DATABASE_URL="mysql://ear:pass-word@db/ear", TELEGRAM_BOT_TOKEN="wrong-token-of-ours",
            TELEGRAM_WEBHOOK_SECRET="hush hush", TWILIO_AUTH_TOKEN="secret-auth-token",
        )
    )  # fmt: skip
    for secret in ("pass-word", "wrong-token", "hush hush", "secret-auth-token"):
        assert secret not in said


def test_a_folder_of_campaigns_is_found_from_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    assert read_settings({"OPENEAR_CAMPAIGNS": "ours"}, tmp_path).campaigns == tmp_path / "ours"


def test_every_setting_says_what_it_is_for() -> None:
    assert all(setting.help for setting in SETTINGS)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    assert {one.name for one in SETTINGS if one.secret} == {
        "OPENEAR_DATABASE_URL", "TWILIO_AUTH_TOKEN", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET",
    }  # fmt: skip
