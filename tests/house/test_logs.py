"""Nothing personal in logs, at any level: canaries go through everything that can happen, and are looked for.

A name, a telephone number, a chat, a story, and every secret; each logger of the process at DEBUG, library or ours.
"""

import json
import logging
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, Trouble
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.telegram_api import FakeTelegram
from kit.fakes.telegram_api import refuse as telegram_refuses
from kit.fakes.twilio_api import NUMBER, FakeTwilio, sign, webhook
from kit.fakes.twilio_api import refuse as twilio_refuses
from kit.logs import CHAT, NAME, PHONE, STORY, found_in, loudest
from kit.moments import NOON
from kit.sandbox import ADDRESS, SECRET, Sandbox

from bot.channels.port import Sender, SendError
from bot.engine.model import Channel
from bot.logs import set_up_logs
from bot.messaging.deliver import deliver_due
from bot.messaging.polling import fetch_texts, fetch_updates
from bot.privacy.erasure import erase_contact
from bot.worker import Worker
from webhooks.app import create_app

OURS = ("bot", "webhooks", "scripts")


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


def an_ordinary_day(sandbox: Sandbox, client: FlaskClient) -> None:
    for number, text in enumerate(("hello", "yes", STORY, "STOP", "START", "yes", "I want to kill myself", STORY), 1):
        assert by_twilio(client, number, text) == 200
        assert by_telegram(client, number, text) == 200
    assert by_twilio(client, 1, STORY) == 200
    assert by_twilio(client, 20, STORY, signature=SECRET + PHONE) == 403
    assert by_twilio(client, 21, STORY, AccountSid=NAME) == 403
    assert by_twilio(client, 22, STORY, From=NAME) == 200
    assert by_telegram(client, 20, STORY, secret=NAME) == 403
    assert by_telegram(client, 21, {"words": STORY}) == 400
    with sandbox.locked():
        assert by_twilio(client, 23, STORY) == 503
        assert by_telegram(client, 23, STORY) == 503
    client.get(f"/export/thrive/stories.csv?hub={NAME}", headers={"Authorization": f"Bearer oe_{NAME}"})
    client.get(f"/{PHONE}/{NAME}?token={BOT_TOKEN}")


def a_bad_day_of_sending(sandbox: Sandbox, twilio: FakeTwilio, telegram: FakeTelegram) -> None:
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
        Channel.SMS: sandbox.twilio(twilio.url),
        Channel.TELEGRAM: sandbox.telegram(telegram.url),
    }
    try:
        loudest()
        for number in range(12):
            sandbox.arrive("hello", f"+4479119876{number:02}")
            sandbox.arrive(f"hello {STORY}", f"{CHAT}{number:02}")
        for _round in range(12):
            while deliver_due(sandbox.installation, senders):
                pass
            sandbox.later("11m")
        assert twilio.sent
        assert telegram.sent
    finally:
        for sender in senders.values():
            sender.close()


def a_day_of_polling(sandbox: Sandbox, twilio: FakeTwilio, telegram: FakeTelegram) -> None:
    account, bot = sandbox.twilio(twilio.url), sandbox.telegram(telegram.url)
    twilio.write(PHONE, STORY, sandbox.now)
    telegram.say(CHAT, STORY)
    telegram.happen("message", {"message_id": 1, "date": NAME, "chat": {"id": CHAT, "type": "private"}, "text": STORY})
    try:
        loudest()
        fetch_texts(sandbox.installation, account, lambda: None)
        fetch_updates(sandbox.installation, bot, lambda: None, 0)
        for trouble in (Trouble(twilio_refuses(20003, 401)), CUT):
            twilio.script(trouble)
            with pytest.raises(SendError) as caught:
                fetch_texts(sandbox.installation, account, lambda: None)
            logging.getLogger("bot.messaging.polling").error("it failed", exc_info=caught.value)
    finally:
        account.close()
        bot.close()


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("_everything_speaks")
def test_no_canary_is_in_any_log_or_output_of_a_good_and_a_bad_day(
    sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("debug")
    loudest()
    client = create_app(sandbox.installation).test_client()
    an_ordinary_day(sandbox, client)
    with FakeTwilio() as twilio, FakeTelegram() as telegram:
        a_bad_day_of_sending(sandbox, twilio, telegram)
        a_day_of_polling(sandbox, twilio, telegram)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    Worker(sandbox.installation, {}).once()
    out, error = capfd.readouterr()
    assert "not sent: temporary: 20500" in error  # the logs did speak
    assert "skipped an update from Telegram" in error
    assert found_in(out + error) == []


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("_everything_speaks")
def test_no_canary_is_in_any_record_of_ours_even_for_another_handler(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    an_ordinary_day(sandbox, create_app(sandbox.installation).test_client())
    with FakeTwilio() as twilio, FakeTelegram() as telegram:
        a_bad_day_of_sending(sandbox, twilio, telegram)
    ours = [record for record in caplog.records if record.name.partition(".")[0] in OURS]
    assert ours
    assert found_in("\n".join(record.getMessage() + str(record.exc_info or "") for record in ours)) == []
