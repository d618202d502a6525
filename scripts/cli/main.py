"""The entry of `openear`: collects the commands and says errors in words, never as a traceback."""

import sys

import click

from bot.errors import OpenEarError
from scripts.cli import (
    audit,
    campaign,
    chat,
    check,
    complaint,
    data,
    demo,
    flags,
    hub,
    keys,
    locales,
    organiser,
    papers,
    serve,
    stories,
    text,
)

SETTINGS_HELP = "Settings come from the environment and from .env in the working folder; see the README."


@click.group(epilog=SETTINGS_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="openear")
def openear() -> None:
    """OpenEar: residents tell their story by SMS or Telegram, organisers download it."""


for command in (
    check.init, check.check, demo.demo, chat.chat, serve.serve, serve.web, serve.worker, organiser.organiser, hub.hub,
    data.export, data.erase, data.purge, data.backup, data.restore, keys.keys, locales.locales, campaign.campaign,
    text.detect, text.parts, flags.flags, stories.mark, stories.consent, stories.recalls,
    audit.audit, complaint.complaint, data.mydata, data.numbers, papers.papers,
):  # fmt: skip
    openear.add_command(command)


def main() -> None:
    """Run the command; a problem that we know is said in words, with exit code 1."""
    try:
        openear()
    except OpenEarError as problem:
        click.echo(f"openear: {problem}", err=True)
        sys.exit(1)
    except OSError as problem:
        click.echo(f"openear: {problem.filename or 'a file'}: {problem.strerror}", err=True)
        sys.exit(1)
