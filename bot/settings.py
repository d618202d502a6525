"""Every setting, read here and nowhere else, from the environment first and then from `.env`.

A secret may be in a file that `<NAME>_FILE` names. A test compares `SETTINGS` with the README's table.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, what it is for, and whether it is a secret."""

    name: str
    help: str
    secret: bool = False


SETTINGS = (
    Setting("OPENEAR_DATABASE_URL", "Default: SQLite in var/openear.db; else postgresql://user@host/name", True),
    Setting("OPENEAR_KEYRING", "The key file. Default: keys/openear.keys beside the data folder, never inside it"),
    Setting("OPENEAR_PUBLIC_URL", "The address by which Twilio and Telegram reach us, without a path"),
    Setting("OPENEAR_CAMPAIGNS", "A folder of campaign files. Default: the shipped one, thrive"),
    Setting("OPENEAR_HOST", "The address to listen on. Default: 127.0.0.1"),
    Setting("OPENEAR_PORT", "The port to listen on. Default: 8080"),
    Setting("OPENEAR_LOG_LEVEL", "debug, info, warning or error. Default: info. No level logs what residents write"),
    Setting("OPENEAR_DRAFT_LANGUAGES", "1 offers languages that no speaker has approved yet"),
    Setting("TWILIO_ACCOUNT_SID", "Twilio's account, AC and 32 characters"),
    Setting("TWILIO_AUTH_TOKEN", "Twilio's auth token: signs webhooks, opens the REST API", True),
    Setting("TWILIO_FROM", "Our number, like +442079460000"),
    Setting("TWILIO_MESSAGING_SERVICE_SID", "Or a messaging service of ours, MG and 32 characters"),
    Setting("TWILIO_API_URL", "Another address for Twilio's REST API (a gateway, a test)"),
    Setting("TELEGRAM_BOT_TOKEN", "The bot's token from @BotFather", True),
    Setting("TELEGRAM_WEBHOOK_SECRET", "A secret of your own that comes with each update: letters, digits, _, -", True),
    Setting("TELEGRAM_API_URL", "Another address for the Bot API (your own server, a test)"),
)

_PATTERNS = {
    "OPENEAR_LOG_LEVEL": (r"(?i)debug|info|warning|error", "must be debug, info, warning or error"),
    "OPENEAR_DRAFT_LANGUAGES": (r"[01]", "must be 1 or 0"),
    "TWILIO_ACCOUNT_SID": (r"AC[0-9a-fA-F]{32}", "must be AC and 32 hexadecimal digits, as Twilio's console shows it"),
    "TWILIO_FROM": (r"\+[1-9]\d{6,14}", "must be a number with + and the country, like +442079460000"),
    "TWILIO_MESSAGING_SERVICE_SID": (r"MG[0-9a-fA-F]{32}", "must be MG and 32 hexadecimal digits"),
    "TELEGRAM_BOT_TOKEN": (r"\d+:[A-Za-z0-9_-]{20,}", "must look like 123456789:AA…, as @BotFather gives it"),
    "TELEGRAM_WEBHOOK_SECRET": (r"[A-Za-z0-9_-]{1,256}", "must be 1 to 256 letters, digits, _ or -"),
}
_ADDRESSES = ("OPENEAR_PUBLIC_URL", "TWILIO_API_URL", "TELEGRAM_API_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilio:
    """The account that sends, and whose signature webhooks need."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str = ""
    messaging_service: str = ""
    api_url: str = ""

    @property
    def own_addresses(self) -> frozenset[str]:
        """Our number and messaging service: an inbound must be to one of them."""
        return frozenset(filter(None, (self.sender, self.messaging_service)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram:
    """The bot, and the secret of its webhook."""

    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    api_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked."""

    database_url: str = field(repr=False)
    keyring: Path
    public_url: str = ""
    campaigns: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    log_level: str = "info"
    draft_languages: bool = False
    twilio: Twilio | None = None
    telegram: Telegram | None = None

    @property
    def address(self) -> str:
        """The address that providers call and sign: the public one, or else the one that we listen on."""
        return self.public_url or f"http://{self.host}:{self.port}"


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings from `environment` and from `.env` in `folder`: the process's environment and its working folder.

    Raises SettingsError with every problem and how to fix it.
    """
    folder = folder or Path.cwd()
    dotenv = {name: value for name, value in dotenv_values(folder / ".env", interpolate=False).items() if value}
    environment = os.environ if environment is None else environment
    problems: list[str] = []
    values: dict[str, str] = {}
    for setting in SETTINGS:
        values[setting.name] = _value(setting, dotenv, environment, folder, problems)
    problems += _bad_values(values, folder)
    twilio, telegram = _twilio(values, problems), _telegram(values)
    if problems:
        raise SettingsError(problems)
    var = folder / "var"
    return Settings(
        database_url=values["OPENEAR_DATABASE_URL"] or f"sqlite:///{var / 'openear.db'}",
        keyring=folder / (values["OPENEAR_KEYRING"] or "keys/openear.keys"),
        public_url=values["OPENEAR_PUBLIC_URL"].rstrip("/"),
        campaigns=folder / Path(values["OPENEAR_CAMPAIGNS"]).expanduser() if values["OPENEAR_CAMPAIGNS"] else None,
        host=values["OPENEAR_HOST"] or "127.0.0.1",
        port=int(values["OPENEAR_PORT"] or 8080),
        log_level=(values["OPENEAR_LOG_LEVEL"] or "info").lower(),
        draft_languages=values["OPENEAR_DRAFT_LANGUAGES"] == "1",
        twilio=twilio,
        telegram=telegram,
    )


def _value(
    setting: Setting, dotenv: Mapping[str, str], environment: Mapping[str, str], folder: Path, problems: list[str]
) -> str:
    for source in (environment, dotenv):
        if source.get(setting.name):
            return source[setting.name].strip()
        named = source.get(f"{setting.name}_FILE") if setting.secret else None
        if named:
            try:
                return (folder / named).read_text(encoding="utf-8").strip()
            except OSError as problem:
                problems.append(f"{setting.name}_FILE names {named}, which cannot be read: {problem.strerror}")
            except UnicodeDecodeError:
                problems.append(f"{setting.name}_FILE names {named}, which is not a text file in UTF-8")
    return ""


def _bad_values(values: Mapping[str, str], folder: Path) -> list[str]:
    problems = []
    for name, (pattern, rule) in _PATTERNS.items():
        if values[name] and not re.fullmatch(pattern, values[name]):
            problems.append(f"{name} {rule}")
    problems += [
        f"{name} must be an address like https://ear.example.org"
        for name in _ADDRESSES
        if values[name] and not _is_address(values[name])
    ]
    if values["OPENEAR_PORT"] and not (values["OPENEAR_PORT"].isdecimal() and 0 < int(values["OPENEAR_PORT"]) < 65536):
        problems.append("OPENEAR_PORT must be a number from 1 to 65535")
    if values["OPENEAR_DATABASE_URL"]:
        try:
            driver = make_url(values["OPENEAR_DATABASE_URL"]).drivername
        except (ArgumentError, ValueError):
            driver = ""
        if driver not in {"sqlite", "postgresql", "postgresql+psycopg"}:
            problems.append("OPENEAR_DATABASE_URL must begin with sqlite:/// or postgresql://")
    if values["OPENEAR_CAMPAIGNS"] and not (folder / Path(values["OPENEAR_CAMPAIGNS"]).expanduser()).is_dir():
        problems.append(f"OPENEAR_CAMPAIGNS names {values['OPENEAR_CAMPAIGNS']}, which is not a folder")
    return problems


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _port = parts.port  # raises ValueError unless it is a number
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and not parts.fragment


def _twilio(values: Mapping[str, str], problems: list[str]) -> Twilio | None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "TWILIO_MESSAGING_SERVICE_SID")
    if not any(values[name] for name in names):
        return None
    missing = [name for name in names[:2] if not values[name]]
    problems.extend(f"{name} is missing: the other TWILIO_ settings need it" for name in missing)
    if not values["TWILIO_FROM"] and not values["TWILIO_MESSAGING_SERVICE_SID"]:
        problems.append("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is missing: set the one that texts are sent from")
    return Twilio(
        account_sid=values["TWILIO_ACCOUNT_SID"],
        auth_token=values["TWILIO_AUTH_TOKEN"],
        sender=values["TWILIO_FROM"],
        messaging_service=values["TWILIO_MESSAGING_SERVICE_SID"],
        api_url=values["TWILIO_API_URL"].rstrip("/"),
    )


def _telegram(values: Mapping[str, str]) -> Telegram | None:
    if not values["TELEGRAM_BOT_TOKEN"]:
        return None
    return Telegram(
        token=values["TELEGRAM_BOT_TOKEN"],
        secret=values["TELEGRAM_WEBHOOK_SECRET"],
        api_url=values["TELEGRAM_API_URL"].rstrip("/"),
    )
