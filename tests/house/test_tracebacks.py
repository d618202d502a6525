"""Exceptions and levels: where and what kind is said, and nobody's words."""

import json
import logging
import sys
import threading

import pytest
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.logs import NAME, PHONE, STORY, found_in, loudest
from kit.sandbox import Sandbox
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.port import Message
from bot.engine.model import Channel
from bot.logs import place_of, set_up_logs
from bot.messaging.polling import Poller
from bot.store import organisers, tables
from bot.worker import Worker
from webhooks.app import create_app
from webhooks.auth import open_to_all

# --- exceptions


@pytest.mark.usefixtures("_everything_speaks")
def test_a_traceback_shows_where_and_what_kind_and_nobodys_words(capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug")
    try:
        try:
            raise ValueError(STORY)
        except ValueError as cause:
            raise KeyError(PHONE) from cause
    except KeyError:
        for name in ("bot.anything", "waitress", "sqlalchemy.pool", "a.library.of.tomorrow"):
            logging.getLogger(name).exception("it failed")
    error = capfd.readouterr().err
    assert error.count("KeyError") == 4
    assert error.count("test_tracebacks.py:") == 4
    assert found_in(error) == []


@pytest.mark.usefixtures("_everything_speaks")
def test_libraries_say_nothing_below_a_warning_whatever_their_level(capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug")
    for name in ("httpx", "twilio.http_client", "sqlalchemy.engine", "telegram.Bot", "a.library.of.tomorrow"):
        library = logging.getLogger(name)
        library.setLevel(logging.DEBUG)
        library.debug("POST /bot%s", BOT_TOKEN)
        library.info("%s said %s", PHONE, STORY)
    logging.getLogger("bot.anything").debug("ours may")
    error = capfd.readouterr().err
    assert "ours may" in error
    assert found_in(error) == []


@pytest.mark.parametrize(("level", "shown"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
@pytest.mark.usefixtures("_everything_speaks")
def test_the_level_of_the_settings_is_that_of_our_own_loggers(
    capfd: pytest.CaptureFixture[str], level: str, shown: int
) -> None:
    set_up_logs(level)
    for say in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("bot.anything"), say)("spoken")
    assert capfd.readouterr().err.count("spoken") == shown


@pytest.mark.usefixtures("_everything_speaks")
def test_a_thread_that_dies_of_the_unforeseen_takes_its_words_with_it(capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info")

    def die() -> None:
        raise ZeroDivisionError(STORY)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    error = capfd.readouterr().err
    assert "ZeroDivisionError" in error
    assert "in die" in error
    assert found_in(error) == []


@pytest.mark.usefixtures("_everything_speaks")
def test_a_process_that_dies_of_the_unforeseen_takes_its_words_with_it(capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info")
    try:
        raise ZeroDivisionError(STORY)
    except ZeroDivisionError as problem:
        sys.excepthook(ZeroDivisionError, problem, problem.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    error = capfd.readouterr().err
    assert "ZeroDivisionError" in error
    assert "KeyboardInterrupt" not in error
    assert found_in(error) == []


@pytest.mark.usefixtures("_everything_speaks")
def test_worker_sender_poller_and_view_that_break_keep_their_words(
    sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("debug")
    loudest()

    class Broken:
        channel = Channel.SMS

        def send(self, message: Message) -> str:
            raise ZeroDivisionError(message.text, message.address, STORY)

        def close(self) -> None: ...

    sandbox.arrive("hello", PHONE)
    Worker(sandbox.installation, {Channel.SMS: Broken()}).once()

    def fetch() -> None:
        poller.stop()
        raise ZeroDivisionError(STORY)

    poller = Poller("provider", fetch, 0.0)
    poller.start()
    poller._thread.join(30)

    app = create_app(sandbox.installation)

    def view() -> str:
        raise ZeroDivisionError(STORY)

    app.add_url_rule("/broken", view_func=open_to_all(view))
    assert app.test_client().get("/broken").status_code == 500
    out, error = capfd.readouterr()
    assert error.count("ZeroDivisionError at ") == 3
    assert found_in(out + error) == []


@pytest.mark.usefixtures("_everything_speaks")
def test_an_error_of_the_database_shows_no_parameter(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug")
    loudest()
    values = {"email": STORY, "role": NAME, "campaign": PHONE, "hub": "", "added_at": sandbox.now}
    with pytest.raises(SQLAlchemyError) as caught, sandbox.installation.database.write() as connection:
        connection.execute(insert(tables.organisers), values)
        connection.execute(insert(tables.organisers), values)
    assert found_in(str(caught.value)) == []
    assert found_in(place_of(caught.value)) == []
    logging.getLogger("bot.anything").error("it failed", exc_info=caught.value)
    assert found_in("".join(capfd.readouterr())) == []


@pytest.mark.usefixtures("_everything_speaks")
def test_an_organisers_token_and_the_keys_are_in_no_log(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug")
    loudest()
    with sandbox.installation.write() as tx:
        organisers.add(tx, "ana@example.org", "organiser", "thrive", "")
        token = organisers.new_token(tx, "ana@example.org")
    client = create_app(sandbox.installation).test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/export/thrive/stories.csv", headers=headers).status_code == 200
    assert client.get("/export/thrive/stories.pdf", headers=headers).status_code == 404
    keys = json.loads(sandbox.installation.settings.keyring.read_text())
    secrets = [*keys["encryption"].values(), keys["lookup"], keys["dedupe"], keys["audit"], token]
    assert found_in("".join(capfd.readouterr()), *secrets) == []
    assert found_in(repr(sandbox.installation.settings), *secrets) == []
