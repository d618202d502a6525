"""The entry of `openear`: imports a command's module when that command is asked for, and says errors in words."""

import sys
from importlib import import_module

import click

from bot.errors import OpenEarError

SETTINGS_HELP = "Settings come from the environment and from .env in the working folder; see the README."
#: Command -> the module that defines it, and the line that `openear --help` prints without importing it.
COMMANDS = {
    "init": ("check", "Make the keyring, the database and, where there are no settings yet, a .env."),
    "check": ("check", "Look at settings, keys, database, campaigns, languages and roles."),
    "demo": ("demo", "Open the demo on this machine: invented stories, two phones, nothing is sent anywhere."),
    "chat": ("chat", "Talk to the real engine, store and outbox in this terminal."),
    "serve": ("serve", "Web and worker in one process: all that a campaign needs."),
    "web": ("serve", "The web alone, under gunicorn."),
    "worker": ("serve", "The worker alone: delivers, wakes, purges."),
    "organiser": ("organiser", "People with a role, and their tokens."),
    "hub": ("hub", "Partner organisations, their links and keywords."),
    "export": ("export", "Write the consented stories of a campaign."),
    "numbers": ("numbers", "Count the stories by hub, language and channel."),
    "mark": ("marks", "Mask words in a story, in every redacted download."),
    "flags": ("flags", "Messages in which a machine saw words of danger or violence, waiting for a person."),
    "consent": ("privacy", "The record of consent."),
    "mydata": ("privacy", "Write the pack for somebody who asks what is held about them (+44… or telegram:CHAT)."),
    "erase": ("privacy", "Erase a story (by its id) or all from a contact (+44… or telegram:CHAT)."),
    "recalls": ("privacy", "Downloads that hold stories erased since they were made."),
    "purge": ("privacy", "Remove what is past its keeping period."),
    "complaint": ("complaint", "Complaints: take down, list, acknowledge, close."),
    "papers": (
        "papers",
        "Write drafts of the impact assessment, the notices, the record of processing and the appropriate policy.",
    ),
    "audit": ("audit", "The record of downloads, erasures, flags, roles and keys."),
    "backup": ("backup", "Write an encrypted copy of the database to FILE."),
    "restore": ("backup", "Put the backup FILE in place of the database, and erase again what was erased since."),
    "keys": ("keys", "The keys that encrypt what residents wrote."),
    "campaign": ("campaign", "Campaign files."),
    "locales": ("locales", "The catalogues of the languages."),
    "detect": ("text", "Print the language of each line of standard input."),
    "parts": ("text", "Print how many SMS parts each line of standard input takes, as Twilio counts them."),
}


class Commands(click.Group):
    """Commands by name; each module is imported when its command runs or shows its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, by the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name; None for an unknown one."""
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
    """OpenEar: residents tell their story by SMS or Telegram, organisers download it."""


def main() -> None:
    """Run the command; a known problem is said in words, with exit code 1."""
    try:
        openear()
    except OpenEarError as problem:
        click.echo(f"openear: {problem}", err=True)
        sys.exit(1)
    except OSError as problem:
        click.echo(f"openear: {problem.filename or 'a file'}: {problem.strerror}", err=True)
        sys.exit(1)
