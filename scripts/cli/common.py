"""What several commands share: the opened installation, the chosen campaign, and how things are written and read."""

import re

import click
import regex

from bot.engine.model import Channel
from bot.errors import OpenEarError, SettingsError
from bot.installation import Installation, open_installation
from bot.logs import set_up_logs
from bot.settings import Settings, read_settings
from bot.store import migrations

#: The actor in the audit, for commands that do not know the person.
ACTOR = "command line"
_INVISIBLE = regex.compile(r"[\p{Cc}\u202a-\u202e\u2066-\u2069]")


def opened(settings: Settings | None = None) -> Installation:
    """The installation, its database at the newest revision. Raises OpenEarError with every problem."""
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
    if slug is None or slug not in known:
        wrong = "say which campaign" if slug is None else f"there is no campaign {slug!r}"
        raise OpenEarError(f"{wrong}: --campaign with one of {', '.join(known)}")
    return slug


def counted(number: int, one: str, several: str = "") -> str:
    """`1 story`, `2 stories`; without `several`, an s makes the plural."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def heading(*columns: str) -> None:
    """Name the columns of a list on standard error: standard output has the rows only, for other programs."""
    click.echo("\t".join(columns), err=True)


def printable(text: str) -> str:
    """`text` for a terminal: a stranger's text may hold control characters, or lines that look like ours."""
    lines = ("".join("\ufffd" if _INVISIBLE.match(letter) else letter for letter in line) for line in text.splitlines())
    return "\n    | ".join(lines)


def parsed_contact(typed: str) -> tuple[Channel, str]:
    """Channel and address from `+447911123456` or `telegram:123456`. Raises OpenEarError."""
    if re.fullmatch(r"\+[1-9]\d{6,14}", typed):
        return Channel.SMS, typed
    if re.fullmatch(r"telegram:-?\d{1,20}", typed):
        return Channel.TELEGRAM, typed.removeprefix("telegram:")
    raise OpenEarError("write a contact like +447911123456, or like telegram:123456 with the number of the chat")
