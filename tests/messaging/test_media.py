"""Nothing that is no text is ever fetched or kept."""

from typing import Any
from urllib.parse import urlencode

import pytest
from kit.fakes.telegram_api import FakeTelegram
from kit.fakes.twilio_api import FakeTwilio
from kit.moments import NOON
from kit.requests import INBOUND, TELEGRAM, form, signed
from kit.sandbox import CHAT, SECRET, Sandbox

from webhooks.app import create_app

pytestmark = pytest.mark.enable_socket


def test_nothing_that_is_no_text_is_ever_fetched_or_kept(sandbox: Sandbox) -> None:
    """5 MB voice note / photo / location / contact card."""
    client = create_app(sandbox.installation).test_client()
    person = {"id": CHAT, "is_bot": False, "first_name": "Ada"}
    bare = {"date": int(NOON.timestamp()), "chat": {"id": CHAT, "type": "private"}, "from": person}
    sent: list[dict[str, Any]] = [
        {"voice": {"file_id": "voice-1", "file_size": 5_000_000, "duration": 60}},
        {"photo": [{"file_id": "photo-1", "file_size": 5_000_000, "width": 9, "height": 9}]},
        {"location": {"latitude": 51.445233, "longitude": -0.020333}},
        {"contact": {"phone_number": "+447911765432", "first_name": "Canary"}},
    ]
    with FakeTelegram() as telegram, FakeTwilio() as twilio:
        for number, content in enumerate(sent, 1):
            update = {"update_id": number, "message": {"message_id": number, **bare, **content}}
            secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            assert client.post(TELEGRAM, json=update, headers=secret).status_code == 200
        media = {"NumMedia": "1", "MediaUrl0": f"{twilio.url}/media/1", "MediaContentType0": "image/jpeg"}
        fields = form("", 1, **media)
        assert client.post(INBOUND, data=urlencode(fields), headers=signed(fields)).status_code == 200
        by_chat, by_text = sandbox.telegram(telegram.url), sandbox.twilio(twilio.url)
        sandbox.deliver(by_chat, by_text)
        by_chat.close()
        by_text.close()
        assert {request.path.rpartition("/")[2] for request in telegram.requests} == {"sendMessage"}
        assert {(request.method, request.path.rpartition("/")[2]) for request in twilio.requests} == {
            ("POST", "Messages.json")
        }
    assert sandbox.words() == sandbox.words(held=True) == []
    for trace in (b"51.445", b"765432", b"Canary", b"voice-1", b"photo-1"):
        assert trace not in sandbox.bytes_on_disk()
