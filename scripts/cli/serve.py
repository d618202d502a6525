"""`openear serve` (web and worker in one process), `openear web` and `openear worker` (separate, for scale).

Each imports the processes when it runs: Flask and the providers take half a second, which its help does not need.
"""

import click


@click.command()
@click.option("--poll", is_flag=True, help="Fetch messages from Telegram and Twilio; needs no public address.")
def serve(*, poll: bool) -> None:
    """Run web and worker in one process: all that a campaign needs."""
    from scripts.cli import processes  # noqa: PLC0415 (see above)

    processes.run_both(poll=poll)


@click.command()
@click.option("--workers", default=0, help="Processes. Default: one on SQLite, two for each core on PostgreSQL.")
def web(workers: int) -> None:
    """Run the web alone, under gunicorn. Run `openear worker` beside it."""
    from scripts.cli import processes  # noqa: PLC0415 (see above)

    processes.run_web(workers)


@click.command()
@click.option("--poll", is_flag=True, help="Fetch messages from Telegram and Twilio as well.")
def worker(*, poll: bool) -> None:
    """Run the worker alone: it delivers, wakes and purges. Run it beside `openear web`."""
    from scripts.cli import processes  # noqa: PLC0415 (see above)

    processes.run_worker(poll=poll)
