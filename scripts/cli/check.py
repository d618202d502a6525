"""`openear init` makes what is missing; `openear check` is the doctor: it names each problem and how to mend it."""

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

_ENV = """\
# OpenEar's settings. The README explains each. This file holds secrets: keep it to yourself.
# The channels: one is enough. See "A real Telegram bot" and "A real Twilio number" in the README.
#TELEGRAM_BOT_TOKEN=
#TELEGRAM_WEBHOOK_SECRET=
#TWILIO_ACCOUNT_SID=
#TWILIO_AUTH_TOKEN=
#TWILIO_FROM=
# Where Twilio and Telegram reach the webhooks. Not needed with `openear serve --poll`.
#OPENEAR_PUBLIC_URL=
"""


@click.command()
def init() -> None:
    """Make the keyring, the database and, where there are no settings yet, a .env. Harmless when repeated."""
    env = Path(".env")
    if not env.exists() and not _any_settings():
        env.touch(mode=0o600)
        env.write_text(_ENV)
        click.echo("Made .env: fill in a channel.")
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
    """Look at settings, keys, database, campaigns, languages and roles. Say what to do about each problem."""
    examined = examine()
    if examined.installation:
        examined.installation.database.close()
    found = examined.findings
    for finding in found:
        click.echo(f"{'PROBLEM' if finding.grave else 'warning'}: {finding.text}")
        if finding.mend:
            click.echo(f"    {finding.mend}")
    graves = sum(finding.grave for finding in found)
    click.echo(f"{graves} problems, {len(found) - graves} warnings.")
    sys.exit(1 if graves else 0)


def opened_if_fit() -> Installation:
    """The installation, for the commands that serve. Prints warnings; raises OpenEarError with every problem."""
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
    return f"- {finding.text}\n  {finding.mend}" if finding.mend else f"- {finding.text}"


def _any_settings() -> bool:
    import os  # noqa: PLC0415 (only to see whether the environment configures us already)

    return any(name in os.environ or f"{name}_FILE" in os.environ for name in (setting.name for setting in SETTINGS))
