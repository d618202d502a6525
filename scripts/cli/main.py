"""The entry of `openear`: imports the module of a command when it is called, and prints errors as sentences."""

import sys
from importlib import import_module

import click

from bot.errors import OpenEarError

SETTINGS_HELP = "Settings come from the environment and from .env in the working folder; see scripts/README.md."
#: Command -> its module, and the line that `openear --help` prints without importing it.
COMMANDS = {
    "init": ("check", "Make the keyring, the database and, if there are no settings yet, a .env file."),
    "check": ("check", "Check settings, keys, database, campaigns, languages and roles."),
    "demo": ("demo", "Open the demo on this machine: invented stories and two phones; nothing is sent."),
    "chat": ("chat", "Chat with the real engine, store and outbox in this terminal."),
    "serve": ("serve", "Run web and worker in one process: all that a campaign needs."),
    "web": ("serve", "Run the web alone, under gunicorn."),
    "worker": ("serve", "Run the worker alone: it delivers, wakes and purges."),
    "organiser": ("organiser", "Organisers: their roles and their tokens."),
    "hub": ("hub", "Hubs: their links and keywords."),
    "export": ("export", "Write the consented stories of a campaign."),
    "numbers": ("numbers", "Count the stories by hub, language and channel."),
    "mark": ("marks", "Hide words of a story in every redacted download."),
    "flags": ("flags", "Flags: messages with words of danger or abuse that wait for a safeguarding lead."),
    "consent": ("privacy", "The record of consent."),
    "mydata": ("privacy", "Write the pack for a resident who asks what is held about them (+44… or telegram:CHAT)."),
    "erase": ("privacy", "Erase a story (by its id), or everything from a contact (+44… or telegram:CHAT)."),
    "recalls": ("privacy", "Recalls: downloads that hold stories erased since."),
    "purge": ("privacy", "Delete what is past its keeping period."),
    "complaint": ("complaint", "Complaints: record, list, acknowledge, close."),
    "papers": (
        "papers",
        "Write drafts of the impact assessment, the notices, the record of processing and the appropriate policy.",
    ),
    "audit": ("audit", "The audit: the record of downloads, erasures, flags, roles and keys."),
    "backup": ("backup", "Write an encrypted copy of the database to FILE."),
    "restore": ("backup", "Replace the database with the backup FILE, and erase again what was erased since."),
    "keys": ("keys", "The keys that encrypt what residents wrote."),
    "campaign": ("campaign", "Campaign files."),
    "locales": ("locales", "The catalogues of the languages."),
    "hear": ("hear", "Print what each line of standard input is taken for, and what would be answered."),
    "detect": ("text", "Print the language of each line of standard input."),
    "parts": ("text", "Print the number of SMS parts of each line of standard input, as Twilio counts them."),
}


class Commands(click.Group):
    """Commands by name. A module is imported when its command runs or shows its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command with this name; None for an unknown one."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"scripts.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of `openear --help`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(
    cls=Commands,
    epilog=SETTINGS_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="openear")
def openear() -> None:
    """OpenEar: residents tell their stories by SMS or Telegram, organisers download them."""


def main() -> None:
    """Run the command. Prints an OpenEarError or OSError as a sentence and exits with 1."""
    try:
        openear()
    except OpenEarError as problem:
        click.echo(f"openear: {problem}", err=True)
        sys.exit(1)
    except OSError as problem:
        click.echo(f"openear: {problem.filename or 'a file'}: {problem.strerror}", err=True)
        sys.exit(1)
