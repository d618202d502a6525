"""`scripts/bench`: runs every measurement, or the ones named."""

import click

from scripts.benches import engine, growth, turn, webhook

_ALL = {"engine": engine.measure, "turn": turn.measure, "growth": growth.measure, "webhook": webhook.measure}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(_ALL)))
def bench(names: tuple[str, ...]) -> None:
    """Print the ratios. Without NAMES, all of them."""
    for name in names or _ALL:
        result = _ALL[name]()
        click.echo(f"{name:8} {result.ratio:7.2f}  (goal {result.goal}; rounds {result.spread})  {result.what}")


bench()
