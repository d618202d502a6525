"""`scripts/soak`: tries to break what the README promises, by every soak or the one named. Exits 1 if it succeeds."""

import signal
import sys
from collections.abc import Callable, Sequence

import click

from scripts.soaks import canaries as canary
from scripts.soaks import forgeries as forgery
from scripts.soaks import fsync as syncing
from scripts.soaks import kills as killing
from scripts.soaks import laws as lawful
from scripts.soaks import once as repeating
from scripts.soaks.report import Report
from scripts.soaks.site import SoakError

_DATABASE = click.option(
    "--database-url", default="", help="An empty PostgreSQL database. Default: a new SQLite database."
)


@click.group(invoke_without_command=True)
@click.pass_context
def soak(context: click.Context) -> None:
    """Try to break what the README promises. Without a command: every soak with full counts, some 20 minutes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves every `with` block, which stops the processes
    if context.invoked_subcommand is None:
        _show(forgery.run, syncing.run, repeating.run, canary.run, lawful.run, killing.run)


@soak.command("kills")
@click.option("--kills", "count", default=200, show_default=True, type=click.IntRange(1, 2000))
@click.option("--messages", default=10_000, show_default=True, type=click.IntRange(10, 100_000))
@click.option("--minutes", default=25, show_default=True, type=click.IntRange(1, 600), help="The longest time.")
@_DATABASE
def kills(count: int, messages: int, minutes: int, database_url: str) -> None:
    """`kill -9` under a stream of texts: nothing acknowledged is lost, nothing is doubled."""
    _show(lambda: killing.run(messages, count, database_url, minutes))


@soak.command("once")
@click.option("--messages", default=1000, show_default=True, type=click.IntRange(10, 100_000))
@click.option("--processes", default=4, show_default=True, type=click.IntRange(1, 32))
@_DATABASE
def once(messages: int, processes: int, database_url: str) -> None:
    """Each text five times at once, then erasure, then all of them again."""
    _show(lambda: repeating.run(messages, processes, database_url))


@soak.command("forgeries")
@click.option("--count", default=10_000, show_default=True, type=click.IntRange(26, 1_000_000))
@click.option("--seed", default=forgery.SEED, show_default=True)
def forgeries(count: int, seed: int) -> None:
    """Forged webhooks: none is accepted, and none leaves a row."""
    _show(lambda: forgery.run(count, seed))


@soak.command("canaries")
def canaries() -> None:
    """A name, a number and a story through every feature: nowhere unencrypted, and gone after erasure."""
    _show(canary.run)


@soak.command("fsync")
@click.option("--messages", default=100, show_default=True, type=click.IntRange(1, 10_000))
def fsync(messages: int) -> None:
    """Power loss: each acknowledgement comes after a sync. Needs strace."""
    _show(lambda: syncing.run(messages))


@soak.command("laws")
@click.option("--minutes", default=25, show_default=True, type=click.IntRange(1, 600), help="The longest time.")
def laws(minutes: int) -> None:
    """The laws of the conversation: each phrase in each state, 1,600 dialogues. Needs the tests' packages."""
    _show(lambda: lawful.run(minutes))


def _show(*soaks: Callable[[], Report]) -> None:
    """Run the soaks; print each report, then the table."""
    reports = []
    for run in soaks:
        try:
            report = run()
        except SoakError as problem:
            raise click.ClickException(f"the soak could not go on: {problem}") from None
        reports.append(report)
        click.echo("\n".join([*report.lines(), ""]))
    click.echo("\n".join(_table(reports)))
    sys.exit(1 if any(report.broken for report in reports) else 0)


def _table(reports: Sequence[Report]) -> list[str]:
    return [f"{report.name:10} {report.verdict:12} {report.promise}" for report in reports]


if __name__ == "__main__":
    soak(prog_name="scripts/soak")
