"""A strict Telegram Bot API: messages, taps, long polling with its offset, commands and the webhook's address.

The limits and the wording of refusals follow https://core.telegram.org/bots/api. Unknown parameters are refused.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from kit.fakes.loopback import Answer, Loopback, Request
from kit.moments import noon

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
USERNAME = "openear_test_bot"

_KNOWN = {
    "getMe": set(),
    "sendMessage": {"chat_id", "text", "reply_markup", "link_preview_options"},
    "answerCallbackQuery": {"callback_query_id", "text"},
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setMyCommands": {"commands", "language_code"},
    "setWebhook": {"url", "secret_token", "allowed_updates"},
    "deleteWebhook": {"drop_pending_updates"},
}
_BOT = {"id": 123456789, "is_bot": True, "first_name": "OpenEar", "username": USERNAME}


class FakeTelegram(Loopback):
    """`sent`, `answered`, `commands` and `webhook` hold what was accepted; `say` and `tap` are a resident's doing."""

    def __init__(self, clock: Callable[[], datetime] = noon) -> None:
        super().__init__()
        self.clock = clock
        self.sent: list[dict[str, Any]] = []
        self.answered: list[dict[str, Any]] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook: dict[str, Any] = {}
        self.updates: list[dict[str, Any]] = []
        self.blocked: set[int] = set()
        self.unknown: set[int] = set()
        self._callbacks: set[str] = set()
        self._next_update = 900_000_001
        self._next_message = 1

    def say(self, chat: int, text: str, **more: Any) -> dict[str, Any]:
        """A resident writes."""
        return self.happen("message", {**self._message(chat), "text": text, **more})

    def tap(self, chat: int, data: str) -> dict[str, Any]:
        """A resident taps a button of ours."""
        callback = f"45{len(self._callbacks):012}"
        self._callbacks.add(callback)
        below = {**self._message(chat), "from": _BOT, "text": "?"}
        tapped = {"id": callback, "from": _person(chat), "message": below, "chat_instance": "-1", "data": data}
        return self.happen("callback_query", tapped)

    def happen(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Any update; it waits for getUpdates."""
        with self.changed:
            update = {"update_id": self._next_update, kind: content}
            self._next_update += 1
            self.updates.append(update)
            self.changed.notify_all()
        return update

    def handle(self, request: Request) -> Answer:
        path = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if not path or not re.fullmatch(r"[0-9]+:[\w-]{35}", path[1]):
            return refuse(404, "Not Found")
        if path[1] != TOKEN:
            return refuse(401, "Unauthorized")
        methods: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "getMe": lambda _: _done(_BOT),
            "sendMessage": self._send,
            "answerCallbackQuery": self._answer_tap,
            "getUpdates": self._hand_out,
            "setMyCommands": self._set_commands,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
        }
        if path[2] not in methods:
            return refuse(404, "Not Found")
        asked = _parameters(request)
        if set(asked) - _KNOWN[path[2]]:
            return refuse(400, "Bad Request: unknown parameter")
        with self.changed:
            return methods[path[2]](asked)

    def _send(self, asked: dict[str, Any]) -> Answer:
        text, chat = asked.get("text"), str(asked.get("chat_id", ""))
        if not re.fullmatch(r"-?[0-9]{1,16}", chat) or int(chat) in self.unknown:
            return refuse(400, "Bad Request: chat not found")
        if int(chat) in self.blocked:
            return refuse(403, "Forbidden: bot was blocked by the user")
        if not isinstance(text, str) or not text.strip():
            return refuse(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return refuse(400, "Bad Request: message is too long")
        wrong = _keyboard_mistake(asked["reply_markup"]) if "reply_markup" in asked else ""
        if wrong:
            return refuse(400, f"Bad Request: {wrong}")
        message = {**self._message(int(chat)), "from": _BOT, "text": text}
        self.sent.append({**asked, "message_id": message["message_id"]})
        return _done(message)

    def _answer_tap(self, asked: dict[str, Any]) -> Answer:
        if asked.get("callback_query_id") not in self._callbacks:
            words = "query is too old and response timeout expired or query ID is invalid"
            return refuse(400, f"Bad Request: {words}")
        if len(asked.get("text", "")) > 200:
            return refuse(400, "Bad Request: MESSAGE_TOO_LONG")
        self.answered.append(asked)
        return _done(True)

    def _hand_out(self, asked: dict[str, Any]) -> Answer:
        """Asking from an offset forgets what came before it, for good."""
        if self.webhook:
            return refuse(409, "Conflict: can't use getUpdates method while webhook is active; delete it first")
        offset, timeout = int(asked.get("offset", 0)), int(asked.get("timeout", 0))
        if offset < 0 or not 0 <= timeout <= 50:
            return refuse(400, "Bad Request: wrong parameter")
        wanted = asked.get("allowed_updates") or []
        self.updates = [one for one in self.updates if one["update_id"] >= offset]

        def waiting() -> list[dict[str, Any]]:
            return [one for one in self.updates if not wanted or set(one) & set(wanted)]

        self.wait(lambda: bool(waiting()), timeout)
        return _done(waiting()[: int(asked.get("limit", 100))])

    def _set_commands(self, asked: dict[str, Any]) -> Answer:
        commands, language = asked.get("commands", []), asked.get("language_code", "")
        if not re.fullmatch(r"|[a-z]{2}", language):
            return refuse(400, "Bad Request: invalid language code specified")
        if len(commands) > 100:
            return refuse(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if set(one) != {"command", "description"} or not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
                return refuse(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= 256:
                return refuse(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[language] = commands
        return _done(True)

    def _set_webhook(self, asked: dict[str, Any]) -> Answer:
        if not asked.get("url", "").startswith("https://"):
            return refuse(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", asked.get("secret_token", "-")):
            return refuse(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = asked
        return _done(True)

    def _delete_webhook(self, asked: dict[str, Any]) -> Answer:
        self.webhook = {}
        if asked.get("drop_pending_updates"):
            self.updates = []
        return _done(True)

    def _message(self, chat: int) -> dict[str, Any]:
        name, self._next_message = self._next_message, self._next_message + 1
        place = {"id": chat, "type": "private", "first_name": "Ada"}
        return {"message_id": name, "date": int(self.clock().timestamp()), "chat": place, "from": _person(chat)}


def refuse(status: int, words: str, **parameters: Any) -> Answer:
    """Telegram's way to say no: `refuse(429, "Too Many Requests", retry_after=7)`."""
    more = {"parameters": parameters} if parameters else {}
    return Answer(status, {"ok": False, "error_code": status, "description": words, **more})


def _done(result: Any) -> Answer:
    return Answer(200, {"ok": True, "result": result})


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "en"}


def _parameters(request: Request) -> dict[str, Any]:
    """The parameters of a JSON or form body; a form carries what is not plain text as JSON, as the Bot API wants it."""
    if request.headers.get("Content-Type", "").startswith("application/json"):
        read: dict[str, Any] = json.loads(request.body)
        return read
    plain = {name: values[-1] for name, values in (request.form or request.query).items()}
    structured = {"reply_markup", "link_preview_options", "allowed_updates", "commands", "drop_pending_updates"}
    return {name: json.loads(value) if name in structured else value for name, value in plain.items()}


def _keyboard_mistake(markup: Any) -> str:
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list) or set(markup) != {"inline_keyboard"}:
        return "object expected as reply markup"
    if len(rows) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
        return "REPLY_MARKUP_TOO_LONG"
    for button in (button for row in rows for button in row):
        if set(button) != {"text", "callback_data"} or not button["text"]:
            return "inline keyboard button is wrong"
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            return "BUTTON_DATA_INVALID"
    return ""
