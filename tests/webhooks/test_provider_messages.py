"""What a provider delivers has one effect, and what a conversation cannot use has none. Receipts."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from kit.clients import CANARY, INBOUND, SID, form, message, post, receipt, text, update
from kit.fakes.twilio_api import NUMBER, FakeTwilio, webhook
from kit.moments import NOON
from kit.sandbox import ADDRESS, CHAT, PHONE, Sandbox

from bot.messaging.deliver import deliver_due
from bot.messaging.polling import fetch_texts
from bot.store import tables
from webhooks.app import create_app


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    "ways", [("webhook", "fallback", "polling"), ("polling", "webhook", "fallback"), ("fallback", "webhook", "webhook")]
)
def test_the_same_message_by_webhook_fallback_and_polling_has_one_effect(
    sandbox: Sandbox, ways: tuple[str, ...]
) -> None:
    received: list[int] = []
    client = create_app(sandbox.installation, lambda: received.append(1)).test_client()
    with FakeTwilio() as twilio:
        said = twilio.write(PHONE, "my landlord will not mend the boiler", NOON)
        sender = sandbox.twilio(twilio.url)
        for way in ways:
            if way == "polling":
                fetch_texts(sandbox.installation, sender, lambda: received.append(1))
            else:
                failed = {"ErrorCode": "11200", "ErrorUrl": ADDRESS + INBOUND} if way == "fallback" else {}
                assert post(client, webhook(said, **failed)).status_code == 200
        sender.close()
    assert sandbox.queued() == ["first"]
    assert sandbox.words(held=True) == ["my landlord will not mend the boiler"]
    assert sandbox.count(tables.contacts) == sandbox.count(tables.conversations) == 1
    assert len(received) == 1


def test_the_same_update_again_has_no_second_effect_even_under_another_update_id(
    sandbox: Sandbox, client: FlaskClient
) -> None:
    for number in (900, 900, 17):
        content = {**message(1, text="hello"), "update_id": number}
        assert update(client, json.dumps(content).encode()).status_code == 200
    assert sandbox.queued() == ["first"]


def test_the_same_id_with_other_words_changes_nothing_the_first_wins(sandbox: Sandbox, client: FlaskClient) -> None:
    assert post(client, form("my landlord will not mend the boiler")).status_code == 200
    assert post(client, form("something else entirely")).status_code == 200
    assert sandbox.words(held=True) == ["my landlord will not mend the boiler"]


@pytest.mark.parametrize(
    "content",
    [
        {"poll": {"id": "1", "question": "?", "options": []}},
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "channel"}, "text": CANARY}},
        {"message_reaction": {"chat": {"id": CHAT, "type": "private"}, "message_id": 1}},
        {"something_of_next_year": {}},
        {},
        message(1, new_chat_title="x"),
        message(1, pinned_message={"message_id": 1}),
        {"inline_query": {"id": "1", "from": {"id": CHAT, "is_bot": False}, "query": CANARY, "offset": ""}},
    ],
    ids=["poll", "channel post", "reaction", "unknown", "nothing", "title", "pinned", "inline"],
)
def test_an_authentic_update_that_nobody_waits_for_is_answered_200_and_leaves_nothing(
    sandbox: Sandbox, client: FlaskClient, content: dict[str, Any]
) -> None:
    before = sandbox.everything()
    answer = update(client, content)
    assert (answer.status_code, answer.get_json()) == (200, {})
    assert sandbox.everything() == before


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "location", "contact", "poll", "dice", "video_note"])
def test_a_resident_who_sends_what_we_cannot_read_gets_a_kind_line(
    sandbox: Sandbox, client: FlaskClient, kind: str
) -> None:
    assert update(client, message(1, **{kind: {"file_id": "x", "emoji": "🙂"}})).status_code == 200
    assert sandbox.queued() == ["media_telegram + first"]
    update(client, message(2, text="yes"))
    sandbox.later("5m")
    assert update(client, message(3, **{kind: {"file_id": "x"}})).status_code == 200
    assert sandbox.queued()[-1] == "media_telegram"


def test_an_empty_text_or_a_picture_by_sms_gets_a_kind_line(sandbox: Sandbox, client: FlaskClient) -> None:
    text(client, "hello", 1)
    assert post(client, form("", f"SM{2:032x}")).status_code == 200
    assert sandbox.queued()[-1] == "media"
    sandbox.later("1h")
    assert post(client, form(None, f"MM{3:032x}", NumMedia="2", Body=None)).status_code == 200  # type: ignore[arg-type]
    assert sandbox.queued() == ["first", "media", "media"]


@pytest.mark.parametrize("author", ["VODAFONE", "60006", "whatsapp:+447911123456", NUMBER, "anonymous"])
def test_a_sender_whom_no_answer_reaches_is_acknowledged_and_not_answered(
    sandbox: Sandbox, client: FlaskClient, author: str
) -> None:
    before = sandbox.everything()
    assert post(client, form(From=author)).status_code == 200
    assert sandbox.everything() == before


def test_the_answer_to_twilio_is_an_empty_document_that_sends_nothing(client: FlaskClient) -> None:
    answer = post(client, form())
    assert answer.mimetype == "text/xml"
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def test_receipts_of_messages_that_we_never_sent_or_in_words_that_we_do_not_know_are_let_pass(
    sandbox: Sandbox, client: FlaskClient
) -> None:
    before = sandbox.everything()
    assert receipt(client, SID, "delivered") == 200
    assert receipt(client, SID, "teleported") == 200
    assert sandbox.everything() == before


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_receipt_that_says_opted_out_is_a_stop(sandbox: Sandbox, client: FlaskClient) -> None:

    sandbox.arrive("hello")
    with FakeTwilio() as twilio:
        sender = sandbox.twilio(twilio.url)
        deliver_due(sandbox.installation, {sender.channel: sender})
        sender.close()
        sid = twilio.sent[0]["Sid"]
    assert receipt(client, sid, "undelivered", ErrorCode="30003") == 200
    assert sandbox.contact()["stopped_at"] is None
    assert receipt(client, sid, "failed", ErrorCode="21610") == 200
    assert sandbox.contact()["stopped_at"] is not None
    sandbox.arrive("yes")
    assert sandbox.queued() == []
