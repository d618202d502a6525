"""Reads Telegram's updates strictly, from its webhook or from polling. Pure: no network, no database.

Of a person it reads only the chat's id, the app's language and the words: no name, no picture, no location.

python-telegram-bot names the kinds of messages here, and its parser is compared with ours in the tests. It does not
parse here: `de_json` checks no types, requires fields that we never use, and builds the whole tree. An authentic
message with one new field would be refused, and Telegram would send it again and again.

Source: https://core.telegram.org/bots/api#update.
"""

import hmac
import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

from telegram.constants import ChatMemberStatus, ChatType, MessageAttachmentType, MessageType

from bot.channels.port import Arrival, clean
from bot.engine.model import Channel, Kind
from bot.errors import MalformedError, UnusableError

Json = dict[str, Any]

_BOUND = 2**53  # Telegram's ids have at most 52 significant bits
_LATEST = 2**32  # seconds since 1970: the year 2106
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
# Kinds of messages that the app writes by itself, such as a pinned message. All other kinds are a person's, so that a
# kind that Telegram adds later still gets an answer.
_SERVICE = (
    {kind.value for kind in MessageType}
    - {kind.value for kind in MessageAttachmentType}
    - {"text", "effect_id", "reply_to_story", "sender_boost_count", "sender_business_bot", "business_connection_id"}
) | {"migrate_from_chat_id"}

_COMMAND = re.compile(r"/(?P<word>[^\s/@]{1,64})(?:@(?P<bot>\w{1,64}))?(?:\s+(?P<rest>.*))?", re.DOTALL)
_COMMAND_WORDS = {"mystory": "my story"}  # a command has no space, and the resident's words do
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CALLBACK_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


def verify(header: str | None, secret: str) -> bool:
    """Whether the header holds our webhook's secret, compared as bytes: `compare_digest` takes no non-ASCII text."""
    if not header or not secret:
        return False
    return hmac.compare_digest(header.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"))


def parse(update: object, username: str = "") -> Arrival:
    """Read one update. `username` is our bot's, by which groups address it.

    Raises MalformedError for what Telegram would not send, UnusableError for what a conversation cannot use.
    """
    whole = _object({"update": update}, "update")
    _number(whole, "update_id")  # only checked: ids start again at random after a quiet week
    if "message" in whole:
        return _message(_object(whole, "message"), username)
    if "edited_message" in whole:
        return _edit(_object(whole, "edited_message"))
    if "callback_query" in whole:
        return _tap(_object(whole, "callback_query"))
    if "my_chat_member" in whole:
        return _membership(_object(whole, "my_chat_member"))
    raise UnusableError("a kind of update that we do not read")


def _message(message: Json, username: str) -> Arrival:
    chat = _object(message, "chat")
    if _text(chat, "type") in _GROUPS:
        return _group_message(message, username)
    key, hint = _key_and_hint(message)
    sender, sent_at = str(_number(chat, "id")), _moment(message, "date")
    arrival = partial(
        Arrival, channel=Channel.TELEGRAM, key=key, message=key, sender=sender, hint=hint, sent_at=sent_at
    )
    if "text" not in message:
        if any(kind in message for kind in _SERVICE):
            raise UnusableError("a message that the app wrote")
        return arrival(kind=Kind.MEDIA, text=clean(_text(message, "caption", "")))
    text = clean(_text(message, "text"))
    command = _COMMAND.fullmatch(text)
    if not command:
        return arrival(kind=Kind.TEXT, text=text)
    if command["word"].lower() == "start":
        rest = command["rest"] or ""
        # A link cannot carry this, so the resident typed it: keep the words.
        linked = _PAYLOAD.fullmatch(rest.strip()) is not None
        payload, words = (rest.strip(), "") if linked else ("", rest)
        return arrival(kind=Kind.TEXT, text=words, payload=payload, started=True)
    return arrival(kind=Kind.TEXT, text=_command_words(command))


def _edit(message: Json) -> Arrival:
    key, hint = _key_and_hint(message)
    if "text" not in message and "caption" not in message:
        raise UnusableError("an edit of a message without words")  # a live location moves every few seconds
    text = clean(_text(message, "text", "") or _text(message, "caption", ""))
    command = _COMMAND.fullmatch(text)
    return Arrival(
        channel=Channel.TELEGRAM,
        key=f"{key}:{_number(message, 'edit_date')}",
        message=key,
        sender=str(_number(_object(message, "chat"), "id")),
        kind=Kind.EDIT,
        text=_command_words(command) if command else text,
        hint=hint,
        sent_at=_moment(message, "edit_date"),
    )


def _tap(tap: Json) -> Arrival:
    person = _object(tap, "from")
    if "message" not in tap or "data" not in tap:
        raise UnusableError("a tap on a message that is not ours")  # an inline message, or a game
    chat = _object(_object(tap, "message"), "chat")
    if _text(chat, "type") != ChatType.PRIVATE:
        raise UnusableError("not a private chat")
    callback = _text(tap, "id")
    if not _CALLBACK_ID.fullmatch(callback):
        raise MalformedError("id is not the id of a callback")
    return Arrival(
        channel=Channel.TELEGRAM,
        key=f"cb:{callback}",
        message=f"cb:{callback}",
        sender=str(_number(chat, "id")),
        kind=Kind.BUTTON,
        button=clean(_text(tap, "data")),
        callback=callback,
        hint=_hint(person),
    )


def _membership(change: Json) -> Arrival:
    """The bot was blocked, or added to a group. Unblocking it is no message to us."""
    chat = _object(change, "chat")
    address, date = _number(chat, "id"), _number(change, "date")
    status = _text(_object(change, "new_chat_member"), "status")
    before = _text(_object(change, "old_chat_member"), "status")
    if _text(chat, "type") == ChatType.PRIVATE and status == ChatMemberStatus.BANNED:
        key, kind, group = f"{address}:blocked:{date}", Kind.BLOCKED, False
    elif _text(chat, "type") in _GROUPS and before in _GONE and status not in _GONE:
        key, kind, group = f"{address}:added:{date}", Kind.TEXT, True
    else:
        raise UnusableError("a membership that changes nothing for us")
    return Arrival(
        channel=Channel.TELEGRAM,
        key=key,
        message=key,
        sender=str(address),
        kind=kind,
        group=group,
        hint=_hint(_object(change, "from")),
        sent_at=_moment(change, "date"),
    )


def _group_message(message: Json, username: str) -> Arrival:
    """A message to us in a group: answered once, with a link. Its words are not read."""
    address = _number(_object(message, "chat"), "id")
    key = f"{address}:{_number(message, 'message_id')}"
    person = _object(message, "from") if "from" in message else {}
    if not person or _boolean(person, "is_bot"):
        raise UnusableError("not written by a person")
    if not _is_to_us(message, username.lower()):
        raise UnusableError("a message in a group that is not to us")
    return Arrival(
        channel=Channel.TELEGRAM,
        key=key,
        message=key,
        sender=str(address),
        kind=Kind.TEXT,
        group=True,
        hint=_hint(person),
        sent_at=_moment(message, "date"),
    )


def _is_to_us(message: Json, username: str) -> bool:
    text = _text(message, "text", "") or _text(message, "caption", "")
    command = _COMMAND.fullmatch(text)
    if command:
        return not (command["bot"] and username) or command["bot"].lower() == username
    if not username:
        return False
    answered = message.get("reply_to_message")
    author = answered.get("from") if isinstance(answered, dict) else None
    to_us = isinstance(author, dict) and str(author.get("username", "")).lower() == username
    return to_us or re.search(rf"@{re.escape(username)}\b", text.lower()) is not None


def _key_and_hint(message: Json) -> tuple[str, str]:
    """The key and the language hint of a message that a person wrote in a private chat."""
    chat = _object(message, "chat")
    if _text(chat, "type") != ChatType.PRIVATE:
        raise UnusableError("not a private chat")
    person = _object(message, "from")
    if _boolean(person, "is_bot"):
        raise UnusableError("written by a bot")
    return f"{_number(chat, 'id')}:{_number(message, 'message_id')}", _hint(person)


def _command_words(command: re.Match[str]) -> str:
    """A command as the words that it stands for, with the text after it, which may be a cry for help."""
    word = command["word"]
    return " ".join(filter(None, (_COMMAND_WORDS.get(word.lower(), word), command["rest"])))


def _hint(person: Json) -> str:
    code = person.get("language_code")
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else ""


def _object(parent: Json, name: str) -> Json:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise MalformedError(f"{name} is missing or not an object")
    return value


def _text(parent: Json, name: str, default: str | None = None) -> str:
    value = parent.get(name, default)
    if not isinstance(value, str):
        raise MalformedError(f"{name} is missing or not a string")
    return value


def _number(parent: Json, name: str) -> int:
    value = parent.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not -_BOUND < value < _BOUND:
        raise MalformedError(f"{name} is missing or not an integer in Telegram's range")
    return value


def _boolean(parent: Json, name: str) -> bool:
    value = parent.get(name, False)
    if not isinstance(value, bool):
        raise MalformedError(f"{name} is neither true nor false")
    return value


def _moment(parent: Json, name: str) -> datetime:
    seconds = _number(parent, name)
    if not 0 < seconds < _LATEST:
        raise MalformedError(f"{name} is not a time before 2106")
    return datetime.fromtimestamp(seconds, UTC)
