"""What Telegram posts to us, or hands out when polled, read strictly: who wrote, and what did they say.

Reading only: it must not touch network or database. Nothing of a
person is read but the chat's id, the app's language and the words: no name, no picture, no location.

python-telegram-bot names the kinds here, and in the tests it is the second opinion. It does not do the reading: its
`de_json` checks no types, wants fields that we never use, and builds the whole tree, so that an authentic message with
something new in a corner would be refused, and Telegram would send it again and again.

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

Record = dict[str, Any]

_BOUND = 2**53  # Telegram promises ids of at most 52 significant bits
_LAST_SECOND = 2**32
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
# What the app writes by itself (a pinned message, a new picture of the chat). Whatever remains is somebody's, so that a
# kind of message invented after us still gets an answer.
_SERVICE = (
    {kind.value for kind in MessageType}
    - {kind.value for kind in MessageAttachmentType}
    - {"text", "effect_id", "reply_to_story", "sender_boost_count", "sender_business_bot", "business_connection_id"}
) | {"migrate_from_chat_id"}

_COMMAND = re.compile(r"/(?P<word>[^\s/@]{1,64})(?:@(?P<bot>\w{1,64}))?(?:\s+(?P<rest>.*))?", re.DOTALL)
_SPOKEN = {"mystory": "my story"}  # a command is one word; the resident's word for it is two
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CALLBACK_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


def verify(header: str | None, secret: str) -> bool:
    """Whether the header carries our webhook's secret. Compared as bytes: text that is not ASCII would raise."""
    if not header or not secret:
        return False
    return hmac.compare_digest(header.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"))


def parse(update: object, username: str = "") -> Arrival:
    """Read one update; `username` is our bot's, to know when a group means us.

    Raises MalformedError for what Telegram would not send, UnusableError for what is not a conversation's.
    """
    whole = _record({"update": update}, "update")
    _number(whole, "update_id")  # never used: it starts again at random after a quiet week
    if "message" in whole:
        return _message(_record(whole, "message"), username)
    if "edited_message" in whole:
        return _edit(_record(whole, "edited_message"))
    if "callback_query" in whole:
        return _tap(_record(whole, "callback_query"))
    if "my_chat_member" in whole:
        return _membership(_record(whole, "my_chat_member"))
    raise UnusableError("not a kind of update that we read")


def _message(message: Record, username: str) -> Arrival:
    chat = _record(message, "chat")
    if _text(chat, "type") in _GROUPS:
        return _in_group(message, username)
    name, hint = _private(message)
    sender, sent_at = str(_number(chat, "id")), _moment(message, "date")
    read = partial(Arrival, channel=Channel.TELEGRAM, key=name, message=name, sender=sender, hint=hint, sent_at=sent_at)
    if "text" not in message:
        if any(kind in message for kind in _SERVICE):
            raise UnusableError("a message that the app wrote")
        return read(kind=Kind.MEDIA, text=clean(_text(message, "caption", "")))
    text = clean(_text(message, "text"))
    command = _COMMAND.fullmatch(text)
    if not command:
        return read(kind=Kind.TEXT, text=text)
    if command["word"].lower() == "start":
        rest = command["rest"] or ""
        # What no link can carry was typed by hand: words, and they are kept.
        linked = _PAYLOAD.fullmatch(rest.strip()) is not None
        payload, words = (rest.strip(), "") if linked else ("", rest)
        return read(kind=Kind.TEXT, text=words, payload=payload, started=True)
    return read(kind=Kind.TEXT, text=_spoken(command))


def _edit(message: Record) -> Arrival:
    name, hint = _private(message)
    if "text" not in message and "caption" not in message:
        raise UnusableError("an edit of something that has no words")  # a live location moves every few seconds
    text = clean(_text(message, "text", "") or _text(message, "caption", ""))
    command = _COMMAND.fullmatch(text)
    return Arrival(
        channel=Channel.TELEGRAM,
        key=f"{name}:{_number(message, 'edit_date')}",
        message=name,
        sender=str(_number(_record(message, "chat"), "id")),
        kind=Kind.EDIT,
        text=_spoken(command) if command else text,
        hint=hint,
        sent_at=_moment(message, "edit_date"),
    )


def _tap(tap: Record) -> Arrival:
    person = _record(tap, "from")
    if "message" not in tap or "data" not in tap:
        raise UnusableError("a tap on something that is not ours")  # an inline message, or a game
    chat = _record(_record(tap, "message"), "chat")
    if _text(chat, "type") != ChatType.PRIVATE:
        raise UnusableError("not a private chat")
    callback = _text(tap, "id")
    if not _CALLBACK_ID.fullmatch(callback):
        raise MalformedError("id is not a callback's")
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


def _membership(change: Record) -> Arrival:
    """The bot was blocked, or added to a group. A block lifted is not yet a word to us."""
    chat = _record(change, "chat")
    address, date = _number(chat, "id"), _number(change, "date")
    status = _text(_record(change, "new_chat_member"), "status")
    before = _text(_record(change, "old_chat_member"), "status")
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
        hint=_hint(_record(change, "from")),
        sent_at=_moment(change, "date"),
    )


def _in_group(message: Record, username: str) -> Arrival:
    """Somebody speaks to us in front of others: to be answered once, with a link. What they said is not taken along."""
    address, name = _number(_record(message, "chat"), "id"), _number(message, "message_id")
    person = _record(message, "from") if "from" in message else {}
    if not person or _flag(person, "is_bot"):
        raise UnusableError("not written by a person")
    if not _addressed(message, username.lower()):
        raise UnusableError("a group's own talk")
    return Arrival(
        channel=Channel.TELEGRAM,
        key=f"{address}:{name}",
        message=f"{address}:{name}",
        sender=str(address),
        kind=Kind.TEXT,
        group=True,
        hint=_hint(person),
        sent_at=_moment(message, "date"),
    )


def _addressed(message: Record, username: str) -> bool:
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


def _private(message: Record) -> tuple[str, str]:
    """The name and the language hint of a message that a person wrote to us alone."""
    chat = _record(message, "chat")
    if _text(chat, "type") != ChatType.PRIVATE:
        raise UnusableError("not a private chat")
    person = _record(message, "from")
    if _flag(person, "is_bot"):
        raise UnusableError("written by a bot")
    return f"{_number(chat, 'id')}:{_number(message, 'message_id')}", _hint(person)


def _spoken(command: re.Match[str]) -> str:
    """A command as the word that it stands for. What follows it stays: it may be a cry for help."""
    word = command["word"]
    return " ".join(filter(None, (_SPOKEN.get(word.lower(), word), command["rest"])))


def _hint(person: Record) -> str:
    code = person.get("language_code")
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else ""


def _record(parent: Record, name: str) -> Record:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise MalformedError(f"{name} is missing or no object")
    return value


def _text(parent: Record, name: str, default: str | None = None) -> str:
    value = parent.get(name, default)
    if not isinstance(value, str):
        raise MalformedError(f"{name} is missing or no text")
    return value


def _number(parent: Record, name: str) -> int:
    value = parent.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not -_BOUND < value < _BOUND:
        raise MalformedError(f"{name} is missing or no number of Telegram's")
    return value


def _flag(parent: Record, name: str) -> bool:
    value = parent.get(name, False)
    if not isinstance(value, bool):
        raise MalformedError(f"{name} is neither true nor false")
    return value


def _moment(parent: Record, name: str) -> datetime:
    seconds = _number(parent, name)
    if not 0 < seconds < _LAST_SECOND:
        raise MalformedError(f"{name} is no moment of this century")
    return datetime.fromtimestamp(seconds, UTC)
