"""Telegram updates, as its servers write them."""

from typing import Any

import pytest

from bot.channels.port import Arrival, Message, SendError
from bot.channels.telegram import inbound as telegram
from bot.channels.telegram.sender import TelegramSender
from kit.fakes.telegram_api import USERNAME

CHAT = 5_123_456_789
SAID_AT = 1_795_000_000
SECRET = "correct-horse_battery"
on_the_loopback = pytest.mark.allow_hosts(["127.0.0.1"])


def person(**more: Any) -> dict[str, Any]:
    return {"id": CHAT, "is_bot": False, "first_name": "Ada", "language_code": "pt-br", **more}


def private(**more: Any) -> dict[str, Any]:
    """A message in a private chat, still without its words."""
    chat = {"id": CHAT, "type": "private", "first_name": "Ada"}
    return {"message_id": 42, "date": SAID_AT, "chat": chat, "from": person(), **more}


def group(**more: Any) -> dict[str, Any]:
    return {**private(), "chat": {"id": -1001234567890, "type": "supergroup", "title": "Our street"}, **more}


def update(kind: str, content: Any) -> dict[str, Any]:
    return {"update_id": 900_000_001, kind: content}


def parse(message: dict[str, Any], kind: str = "message") -> Arrival:
    return telegram.parse(update(kind, message), USERNAME)


def failing(sender: TelegramSender, text: str = "Thank you.", chat: str = str(CHAT), **more: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        sender.send(Message(address=chat, text=text, **more))
    return caught.value


MEDIA = {
    "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
    "voice": {"file_id": "a", "file_unique_id": "b", "duration": 3},
    "video": {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "duration": 3},
    "video_note": {"file_id": "a", "file_unique_id": "b", "length": 1, "duration": 3},
    "sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1},
    "document": {"file_id": "a", "file_unique_id": "b"},
    "location": {"latitude": 51.5, "longitude": -0.1},
    "contact": {"phone_number": "+447911123456", "first_name": "Ada"},
    "poll": {"id": "1", "question": "?", "options": []},
    "dice": {"emoji": "🎲", "value": 3},
    "invented_in_2031": {"what": ["ever"]},
}


def tapped(**more: Any) -> dict[str, Any]:
    ours = {"id": 1, "is_bot": True, "first_name": "OpenEar", "username": USERNAME}
    below = {**private(text="?"), "from": ours}
    return {"id": "4382bfdwdsb323b2d9", "from": person(), "message": below, "chat_instance": "1", "data": "yes", **more}


def changed(old: str, new: str, **more: Any) -> dict[str, Any]:
    ours = {"id": 1, "is_bot": True, "first_name": "OpenEar"}
    return {
        "chat": private()["chat"],
        "from": person(),
        "date": SAID_AT,
        "old_chat_member": {"user": ours, "status": old},
        "new_chat_member": {"user": ours, "status": new, "until_date": 0},
        **more,
    }
