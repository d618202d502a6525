"""The processes of an installation: web and worker in one, or each alone. `serve.py` has their commands."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable

import click
import waitress
from flask import Flask
from waitress.server import BaseWSGIServer

from bot.channels.port import SendError
from bot.channels.senders import by_channel, telegram_sender, twilio_sender
from bot.channels.telegram.sender import TelegramSender
from bot.errors import OpenEarError
from bot.installation import Installation
from bot.language import detect
from bot.messaging import polling
from bot.messaging.polling import Poller
from bot.worker import Worker
from scripts.cli.check import opened_if_fit
from scripts.cli.common import opened
from webhooks.app import create_app

log = logging.getLogger(__name__)
_LONG_POLL_SECONDS = 20
#: Octets. waitress refuses larger bodies; the app refuses those over 64 kilobytes with our own message.
_MOST_TAKEN_IN = 1 << 20
_MOST_HEADERS = 16 * 1024
#: Octets: bodies and downloads never go through a temporary file, which would be unencrypted.
_NEVER = 1 << 40


def run_both(*, poll: bool) -> None:
    """Run web and worker until the process is told to stop."""
    installation = opened_if_fit()
    detect.prepare()
    worker, pollers, close = _workers(installation, poll=poll)
    settings = installation.settings
    server = listening(create_app(installation, worker.notify), settings.host, settings.port)
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    for poller in pollers:
        poller.start()
    click.echo(
        f"OpenEar listens on http://{settings.host}:{settings.port}" + (", and fetches messages." if poll else ".")
    )

    def stop(_signal: int, _frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    try:
        server.run()
    finally:
        for poller in pollers:
            poller.stop()
        worker.stop()
        thread.join(timeout=20)
        close()


def listening(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """A server for `app`. Raises OpenEarError if the port is taken."""
    try:
        return waitress.create_server(
            app,
            host=host,
            port=port,
            threads=8,
            ident="OpenEar",
            max_request_body_size=_MOST_TAKEN_IN,
            inbuf_overflow=2 * _MOST_TAKEN_IN,
            outbuf_overflow=_NEVER,
            max_request_header_size=_MOST_HEADERS,
        )
    except OSError as problem:
        raise OpenEarError(
            f"cannot listen on {host}:{port} ({problem.strerror}); "
            "set OPENEAR_PORT to a free port, or stop the program that uses this one"
        ) from None


def run_web(workers: int) -> None:
    """Become gunicorn with so many processes; 0: one on SQLite, two for each core on PostgreSQL."""
    installation = opened_if_fit()
    settings = installation.settings
    count = workers or (1 if installation.database.sqlite else 2 * (os.cpu_count() or 1))
    installation.database.close()
    arguments = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{settings.host}:{settings.port}",
        "--workers",
        str(count),
        "--threads",
        "4",
        "--worker-class",
        "gthread",
        "--timeout",
        "30",
        "--log-level",
        "warning",
        "--no-control-socket",
        "scripts.cli.processes:web_app()",
    ]
    os.execv(sys.executable, arguments)  # noqa: S606 (gunicorn replaces this process, so that signals reach it)


def web_app() -> object:
    """The app of one gunicorn process, with an installation of its own, opened after the fork."""
    installation = opened()
    _keep_requests_out_of_logs()
    detect.prepare()
    return create_app(installation)


def _keep_requests_out_of_logs() -> None:
    """Make gunicorn log that a request failed, without its own message, which may quote the request (law 8)."""

    def replace_message(record: logging.LogRecord) -> bool:
        record.msg, record.args = "a request failed", ()
        return record.levelno >= logging.ERROR

    logger = logging.getLogger("gunicorn.error")
    logger.handlers.clear()
    logger.propagate = True
    logger.addFilter(replace_message)


def run_worker(*, poll: bool) -> None:
    """Run the worker until the process is told to stop."""
    installation = opened_if_fit()
    detect.prepare()
    one, pollers, close = _workers(installation, poll=poll)
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: one.stop())
    for poller in pollers:
        poller.start()
    click.echo("The worker is running.")
    one.run()
    for poller in pollers:
        poller.stop()
    close()


def _workers(installation: Installation, *, poll: bool) -> tuple[Worker, list[Poller], Callable[[], None]]:
    """The worker, the loops that fetch, and the function to call at the end."""
    telegram = telegram_sender(installation.settings)
    twilio = twilio_sender(installation.settings)
    worker = Worker(installation, by_channel(telegram, twilio))
    pollers = []
    if telegram:
        threading.Thread(target=_introduce, args=(installation, telegram, poll), daemon=True).start()
        if poll:
            fetch = lambda: polling.fetch_updates(installation, telegram, worker.notify, _LONG_POLL_SECONDS)  # noqa: E731
            pollers.append(Poller("telegram", fetch, 0.0))
    if twilio:
        pause = polling.POLL_SECONDS if poll else polling.SWEEP_SECONDS
        pollers.append(Poller("twilio", lambda: polling.fetch_texts(installation, twilio, worker.notify), pause))

    def close() -> None:
        for sender in (telegram, twilio):
            if sender:
                sender.close()
        installation.database.close()

    return worker, pollers, close


def _introduce(installation: Installation, telegram: TelegramSender, poll: bool) -> None:
    """Learn the name of the bot, and tell Telegram its commands and our address. Failures are logged, not fatal."""
    settings = installation.settings
    steps: list[Callable[[], None]] = [lambda: polling.introduce(installation, telegram)]
    if poll:
        steps.insert(0, telegram.delete_webhook)
    elif settings.public_url and settings.telegram and settings.telegram.secret:
        address, secret = f"{settings.public_url}/webhooks/telegram", settings.telegram.secret
        steps.insert(0, lambda: telegram.set_webhook(address, secret))
    for step in steps:
        try:
            step()
        except SendError as problem:
            log.warning("Telegram did not take our address or menu (%s); it may use old ones", problem)
