"""Settings: read in one place, every problem at once, secrets kept out of sight."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import read_settings

SID = "AC" + "a" * 32


def test_without_any_setting_there_are_sensible_ones(tmp_path: Path) -> None:
    found = read_settings({}, tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path / 'var' / 'openear.db'}"
    assert found.keyring == tmp_path / "keys" / "openear.keys"
    assert (found.host, found.port, found.draft_languages, found.campaigns) == ("127.0.0.1", 8080, False, None)
    assert found.twilio is None
    assert found.telegram is None


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    bad = {
        "OPENEAR_PORT": "http",
        "OPENEAR_PUBLIC_URL": "ear.example.org",
        "OPENEAR_DATABASE_URL": "mysql://x",
        "OPENEAR_CAMPAIGNS": "nowhere",
        "OPENEAR_LOG_LEVEL": "loud",
        "OPENEAR_DRAFT_LANGUAGES": "yes",
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_FROM": "07700 900000",
        "TELEGRAM_BOT_TOKEN": "token",
        "TELEGRAM_WEBHOOK_SECRET": "with space",
    }
    with pytest.raises(SettingsError) as caught:
        read_settings(bad, tmp_path)
    for name in bad:
        assert any(name in problem for problem in caught.value.problems), name
    assert any("TWILIO_AUTH_TOKEN" in problem for problem in caught.value.problems)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENEAR_PORT=9001\nOPENEAR_HOST=127.0.0.2\n")
    found = read_settings({"OPENEAR_PORT": "9002"}, tmp_path)
    assert (found.port, found.host) == (9002, "127.0.0.2")


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc\n")
    found = read_settings({"TELEGRAM_BOT_TOKEN_FILE": "token"}, tmp_path)
    assert found.telegram is not None
    assert found.telegram.token.endswith("K-bc")
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN_FILE"):
        read_settings({"TELEGRAM_BOT_TOKEN_FILE": "missing"}, tmp_path)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    values = {
        "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "hush-hush", "TWILIO_FROM": "+442079460000",
        "OPENEAR_DATABASE_URL": "postgresql://openear:pass-word@127.0.0.1/openear",
        "TELEGRAM_BOT_TOKEN": "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc", "TELEGRAM_WEBHOOK_SECRET": "quiet",
    }  # fmt: skip
    shown = repr(read_settings(values, tmp_path))
    for secret in ("hush-hush", "pass-word", "AAEhBOweik6", "quiet"):
        assert secret not in shown
