"""`openear init` makes what is missing; `openear check` names each problem and what to do about it."""

import sys
from pathlib import Path

import click

from bot.errors import OpenEarError
from bot.installation import Installation
from bot.logs import set_up_logs
from bot.operations.checks import Finding, examine
from bot.settings import SETTINGS, read_settings
from bot.store import keyring, migrations
from bot.store.database import Database
from scripts.cli.common import counted

_ENV = """\
# OpenEar's settings; scripts/README.md explains each. This file holds secrets: keep it private.
# The channels: one is enough. See "A real Telegram bot" and "A real Twilio number" in the README.
#TELEGRAM_BOT_TOKEN=
#TELEGRAM_WEBHOOK_SECRET=
#TWILIO_ACCOUNT_SID=
#TWILIO_AUTH_TOKEN=
#TWILIO_FROM=
# The address at which Twilio and Telegram reach the webhooks. Not needed with `openear serve --poll`.
#OPENEAR_PUBLIC_URL=
"""


@click.command()
def init() -> None:
    """Make the keyring, the database and, if there are no settings yet, a .env file. Repeating it is harmless."""
    env = Path(".env")
    if not env.exists() and not _any_settings():
        env.touch(mode=0o600)
        env.write_text(_ENV)
        click.echo("Made .env: fill in the settings of a channel.")
    settings = read_settings()
    if not settings.keyring.exists():
        keyring.make(settings.keyring)
        click.echo(f"Made the keyring {settings.keyring}. Copy it to a safe place: without it no story can be read.")
    database = Database(settings.database_url)
    keyring.read(settings.keyring, database.folder())
    migrations.upgrade(database)
    folder = database.folder()
    if folder is not None:
        folder.chmod(0o700)
    click.echo("The database is ready.")
    database.close()


@click.command()
def check() -> None:
    """Check settings, keys, database, campaigns, languages and roles. Say what to do about each problem."""
    examined = examine()
    if examined.installation:
        examined.installation.database.close()
    found = examined.findings
    for finding in found:
        click.echo(f"{'PROBLEM' if finding.grave else 'warning'}: {finding.text}")
        if finding.remedy:
            click.echo(f"    {finding.remedy}")
    graves = sum(finding.grave for finding in found)
    click.echo(f"{counted(graves, 'problem')}, {counted(len(found) - graves, 'warning')}.")
    sys.exit(1 if graves else 0)


def opened_if_fit() -> Installation:
    """The installation, for the commands that serve. Prints warnings. Raises OpenEarError with every problem."""
    examined = examine()
    for finding in examined.findings:
        if not finding.grave:
            click.echo(f"warning: {finding.text}", err=True)
    if examined.installation is None:
        graves = [finding for finding in examined.findings if finding.grave]
        raise OpenEarError("cannot start:\n" + "\n".join(_line(finding) for finding in graves))
    set_up_logs(examined.installation.settings.log_level)
    return examined.installation


def _line(finding: Finding) -> str:
    return f"- {finding.text}\n  {finding.remedy}" if finding.remedy else f"- {finding.text}"


def _any_settings() -> bool:
    import os  # noqa: PLC0415 (only to see whether the environment has settings)

    return any(name in os.environ or f"{name}_FILE" in os.environ for name in (setting.name for setting in SETTINGS))
