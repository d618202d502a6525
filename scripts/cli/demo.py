"""`openear demo`: two phones on a page, the real engine behind them, invented stories beside them."""

import click


@click.command()
@click.option("--port", type=int, help="Default: OPENEAR_PORT, or 8080.")
@click.option("--folder", default="var/demo", show_default=True, help="Where its data lies; made anew at each start.")
def demo(port: int | None, folder: str) -> None:
    """Open the demo on this machine. Nothing is sent anywhere."""
