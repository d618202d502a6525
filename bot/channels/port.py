"""The port between OpenEar and its providers: an `Arrival` in, a `Message` out, and what a failed send means.

Nothing here knows a provider.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.engine.model import Channel, Kind
from bot.errors import OpenEarError

_BAD = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` with NUL and lone surrogates, which cannot be stored or sent, replaced by U+FFFD."""
    return _BAD.sub("\ufffd", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message from a provider, verified and cleaned.

    `key` is its identity for ever (law 5): Twilio's MessageSid; Telegram's chat and message id (and edit date), or
    the callback's id. `message` identifies the message itself, so that an edit finds the text that it changes.
    `sender` is where the answer goes: a number in E.164 or a chat id. `sent_at` is the provider's time, which may be
    hours ago. `payload` is what a `/start` link carried.
    """

    channel: Channel
    key: str
    sender: str
    kind: Kind
    text: str = ""
    message: str = ""
    button: str = ""
    callback: str = ""  # Telegram's id of a tap; answering it stops the button from spinning
    sent_at: datetime | None = None
    hint: str = ""  # the app's language, as a BCP 47 tag
    payload: str = ""
    started: bool = False  # Telegram's /start
    group: bool = False
    carrier: str = ""  # Twilio's OptOutType: STOP, START or HELP, already answered by the carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to send. `buttons` are pairs of label and data; a channel without buttons ignores them.

    With `callback` it answers a tap (Telegram), and `text` is shown as a brief note.
    """

    address: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    callback: str = ""


class Failure(StrEnum):
    """What a failed send means for the next attempt."""

    PERMANENT = "permanent"  # never try again
    STOPPED = "stopped"  # the resident has opted out or blocked us: never try again, and remember it
    RETRY_AFTER = "retry_after"  # too fast: the provider said how long to wait
    TEMPORARY = "temporary"  # not sent: try again, with growing waits
    UNKNOWN = "unknown"  # the provider may or may not have sent it


class SendError(OpenEarError):
    """A provider did not accept a message. `code` is the provider's, not a resident's text; `retry_after`, seconds."""

    def __init__(self, failure: Failure, code: str, retry_after: float = 0.0) -> None:
        super().__init__(f"{failure.value}: {code}")
        self.failure = failure
        self.code = code
        self.retry_after = retry_after


class Sender(Protocol):
    """One provider, to send messages through."""

    channel: Channel

    def send(self, message: Message) -> str:
        """Send one message and return the provider's id of it. Raises SendError."""
        ...

    def close(self) -> None:
        """Close connections and end threads."""
        ...
