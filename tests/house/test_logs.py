"""Nothing personal in logs, at any level: canaries go through everything that can happen, and are looked for.

A name, a telephone number, a chat, a story, and every secret; each logger of the process at DEBUG, library or ours.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, Trouble
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.telegram_api import FakeTelegram
from kit.fakes.telegram_api import refuse as telegram_refuses
from kit.fakes.twilio_api import NUMBER, TOKEN, FakeTwilio, sign, webhook
from kit.fakes.twilio_api import refuse as twilio_refuses
from kit.moments import NOON
from kit.sandbox import ADDRESS, SECRET, House
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.port import Message, Sender, SendError
from bot.engine.model import Channel
from bot.logs import place_of, set_up_logs
from bot.messaging.deliver import deliver_due
from bot.messaging.polling import Poller, fetch_texts, fetch_updates
from bot.privacy.erasure import erase_contact
from bot.store import organisers, tables
from bot.worker import Worker
from webhooks.app import create_app
from webhooks.auth import open_to_all

NAME = "Zephyrine Quillfeather"
PHONE = "+447911987654"
CHAT = 918273645
STORY = f"my landlord {NAME} keeps a wolverine in the boiler room"
CANARIES = ("Zephyrine", "Quillfeather", "447911987654", "911987654", str(CHAT), "wolverine", BOT_TOKEN, TOKEN, SECRET)
OURS = ("bot", "webhooks", "scripts")


@pytest.fixture
def _everything_speaks() -> Iterator[None]:
    """Logs as the product sets them up, and then every logger that there is at DEBUG."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    names = [name for name, one in root.manager.loggerDict.items() if isinstance(one, logging.Logger)]
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    for name, one in list(root.manager.loggerDict.items()):
        if isinstance(one, logging.Logger):
            one.setLevel(levels.get(name, logging.NOTSET))


def loudest() -> None:
    """Somebody has asked for all details, after all senders were made."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    for one in list(root.manager.loggerDict.values()):
        if isinstance(one, logging.Logger):
            one.setLevel(logging.DEBUG)
            one.disabled = False


def found_in(text: str, *more: str) -> list[str]:
    return [canary for canary in (*CANARIES, *more) if canary in text]


# --- everything that happens on an ordinary and on a bad day


def by_twilio(client: FlaskClient, number: int, body: str, signature: str = "", **more: str) -> int:
    form = webhook({"sid": f"SM{number:032x}", "from": PHONE, "to": NUMBER, "body": body, "num_media": "0"}, **more)
    path = "/webhooks/twilio"
    headers = {"X-Twilio-Signature": signature or sign(ADDRESS + path, form)}
    kind = "application/x-www-form-urlencoded"
    return client.post(path, data=urlencode(form), content_type=kind, headers=headers).status_code


def by_telegram(client: FlaskClient, number: int, text: object, secret: str = SECRET) -> int:
    person = {"id": CHAT, "is_bot": False, "first_name": NAME, "language_code": "en", "username": "Quillfeather"}
    chat = {"id": CHAT, "type": "private", "first_name": NAME}
    message = {"message_id": number, "date": int(NOON.timestamp()), "chat": chat, "from": person, "text": text}
    raw = json.dumps({"update_id": number, "message": message})
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post("/webhooks/telegram", data=raw, content_type="application/json", headers=headers).status_code


def an_ordinary_day(house: House, client: FlaskClient) -> None:
    for number, text in enumerate(("hello", "yes", STORY, "STOP", "START", "yes", "I want to kill myself", STORY), 1):
        assert by_twilio(client, number, text) == 200
        assert by_telegram(client, number, text) == 200
    assert by_twilio(client, 1, STORY) == 200
    assert by_twilio(client, 20, STORY, signature=SECRET + PHONE) == 403
    assert by_twilio(client, 21, STORY, AccountSid=NAME) == 403
    assert by_twilio(client, 22, STORY, From=NAME) == 200
    assert by_telegram(client, 20, STORY, secret=NAME) == 403
    assert by_telegram(client, 21, {"words": STORY}) == 400
    with house.locked():
        assert by_twilio(client, 23, STORY) == 503
        assert by_telegram(client, 23, STORY) == 503
    client.get(f"/export/thrive/stories.csv?hub={NAME}", headers={"Authorization": f"Bearer oe_{NAME}"})
    client.get(f"/{PHONE}/{NAME}?token={BOT_TOKEN}")


def a_bad_day_of_sending(house: House, twilio: FakeTwilio, telegram: FakeTelegram) -> None:
    words = f"Forbidden: {NAME} at {PHONE} said {STORY}"
    twilio.script(
        Trouble(twilio_refuses(20500, 500)), CUT, CUT_AFTER_ACCEPTING, Trouble(twilio_refuses(21211)),
        Trouble(twilio_refuses(20429, 429, {"Retry-After": "1"})),
    )  # fmt: skip
    telegram.script(
        Trouble(telegram_refuses(502, words)), CUT, Trouble(telegram_refuses(429, words, retry_after=1)),
        Trouble(telegram_refuses(400, words)), Trouble(telegram_refuses(403, words)),
    )  # fmt: skip
    senders: dict[Channel, Sender] = {
        Channel.SMS: house.twilio(twilio.url),
        Channel.TELEGRAM: house.telegram(telegram.url),
    }
    try:
        loudest()
        for number in range(12):
            house.arrive("hello", f"+4479119876{number:02}")
            house.arrive(f"hello {STORY}", f"{CHAT}{number:02}")
        for _round in range(12):
            while deliver_due(house.installation, senders):
                pass
            house.later("11m")
        assert twilio.sent
        assert telegram.sent
    finally:
        for sender in senders.values():
            sender.close()


def a_day_of_polling(house: House, twilio: FakeTwilio, telegram: FakeTelegram) -> None:
    account, bot = house.twilio(twilio.url), house.telegram(telegram.url)
    twilio.write(PHONE, STORY, house.now)
    telegram.say(CHAT, STORY)
    telegram.happen("message", {"message_id": 1, "date": NAME, "chat": {"id": CHAT, "type": "private"}, "text": STORY})
    try:
        loudest()
        fetch_texts(house.installation, account, lambda: None)
        fetch_updates(house.installation, bot, lambda: None, 0)
        for trouble in (Trouble(twilio_refuses(20003, 401)), CUT):
            twilio.script(trouble)
            with pytest.raises(SendError) as caught:
                fetch_texts(house.installation, account, lambda: None)
            logging.getLogger("bot.messaging.polling").error("it failed", exc_info=caught.value)
    finally:
        account.close()
        bot.close()


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("_everything_speaks")
def test_no_canary_is_in_any_log_or_output_of_a_good_and_a_bad_day(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("debug")
    loudest()
    client = create_app(house.installation).test_client()
    an_ordinary_day(house, client)
    with FakeTwilio() as twilio, FakeTelegram() as telegram:
        a_bad_day_of_sending(house, twilio, telegram)
        a_day_of_polling(house, twilio, telegram)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    Worker(house.installation, {}).once()
    out, error = capfd.readouterr()
    assert "not sent: temporary: 20500" in error  # the logs did speak
    assert "an update from Telegram was left" in error
    assert found_in(out + error) == []


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("_everything_speaks")
def test_no_canary_is_in_any_record_of_ours_even_for_another_handler(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    an_ordinary_day(house, create_app(house.installation).test_client())
    with FakeTwilio() as twilio, FakeTelegram() as telegram:
        a_bad_day_of_sending(house, twilio, telegram)
    ours = [record for record in caplog.records if record.name.partition(".")[0] in OURS]
    assert ours
    assert found_in("\n".join(record.getMessage() + str(record.exc_info or "") for record in ours)) == []


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
    assert error.count("test_logs.py:") == 4
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
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("debug")
    loudest()

    class Broken:
        channel = Channel.SMS

        def send(self, message: Message) -> str:
            raise ZeroDivisionError(message.text, message.address, STORY)

        def close(self) -> None: ...

    house.arrive("hello", PHONE)
    Worker(house.installation, {Channel.SMS: Broken()}).once()

    def fetch() -> None:
        poller.stop()
        raise ZeroDivisionError(STORY)

    poller = Poller("provider", fetch, 0.0)
    poller.start()
    poller._thread.join(30)

    app = create_app(house.installation)

    def view() -> str:
        raise ZeroDivisionError(STORY)

    app.add_url_rule("/broken", view_func=open_to_all(view))
    assert app.test_client().get("/broken").status_code == 500
    out, error = capfd.readouterr()
    assert error.count("ZeroDivisionError at ") == 3
    assert found_in(out + error) == []


@pytest.mark.usefixtures("_everything_speaks")
def test_an_error_of_the_database_shows_no_parameter(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug")
    loudest()
    values = {"email": STORY, "role": NAME, "campaign": PHONE, "hub": "", "added_at": house.now}
    with pytest.raises(SQLAlchemyError) as caught, house.installation.database.write() as connection:
        connection.execute(insert(tables.organisers), values)
        connection.execute(insert(tables.organisers), values)
    assert found_in(str(caught.value)) == []
    assert found_in(place_of(caught.value)) == []
    logging.getLogger("bot.anything").error("it failed", exc_info=caught.value)
    assert found_in("".join(capfd.readouterr())) == []


@pytest.mark.usefixtures("_everything_speaks")
def test_an_organisers_token_and_the_keys_are_in_no_log(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug")
    loudest()
    with house.installation.write() as tx:
        organisers.add(tx, "ana@example.org", "organiser", "thrive", "")
        token = organisers.new_token(tx, "ana@example.org")
    client = create_app(house.installation).test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/export/thrive/stories.csv", headers=headers).status_code == 200
    assert client.get("/export/thrive/stories.pdf", headers=headers).status_code == 404
    keys = json.loads(house.installation.settings.keyring.read_text())
    secrets = [*keys["encryption"].values(), keys["lookup"], keys["dedupe"], keys["audit"], token]
    assert found_in("".join(capfd.readouterr()), *secrets) == []
    assert found_in(repr(house.installation.settings), *secrets) == []
