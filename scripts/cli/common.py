"""How a command opens the installation: settings, database at its newest revision, keys. Says every problem at once."""

import re

import regex

from bot.engine.model import Channel
from bot.errors import OpenEarError, SettingsError
from bot.installation import Installation, open_installation
from bot.logs import set_up_logs
from bot.settings import Settings, read_settings
from bot.store import migrations

#: Who acts, as the audit names it, when a command does not know the person.
ACTOR = "command line"
_UNSEEN = regex.compile(r"[\p{Cc}\u202a-\u202e\u2066-\u2069]")


def opened(settings: Settings | None = None) -> Installation:
    """The installation, ready. Raises OpenEarError with every problem and its mend."""
    settings = settings or read_settings()
    set_up_logs(settings.log_level)
    installation = open_installation(settings)
    if not migrations.at_head(installation.database):
        raise SettingsError(["the database has no tables of this version yet; make or upgrade them with: openear init"])
    return installation


def chosen_campaign(installation: Installation, slug: str | None) -> str:
    """The campaign named, or the only one."""
    known = list(installation.campaigns)
    if slug is None and len(known) == 1:
        return known[0]
    if slug is None or slug not in installation.campaigns:
        raise OpenEarError(f"say which campaign: --campaign with one of {', '.join(known)}")
    return slug


def printable(text: str) -> str:
    """`text` for a terminal: what strangers wrote may hold its control signs, or lines that look like ours."""
    lines = ("".join("\ufffd" if _UNSEEN.match(letter) else letter for letter in line) for line in text.splitlines())
    return "\n    | ".join(lines)


def parsed_contact(typed: str) -> tuple[Channel, str]:
    """Channel and address from `+447911123456` or `telegram:123456`."""
    if re.fullmatch(r"\+[1-9]\d{6,14}", typed):
        return Channel.SMS, typed
    if re.fullmatch(r"telegram:-?\d{1,20}", typed):
        return Channel.TELEGRAM, typed.removeprefix("telegram:")
    raise OpenEarError("write a contact as +447911123456, or as telegram: and the number of the chat")
