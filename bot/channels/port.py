"""The port between providers and us: `Arrival` comes in, `Message` goes out, and a failure says what to do about it.

Provider modules (`twilio.py`, `telegram.py`, `console.py`) implement it; `receive.py` and `deliver.py` use it.
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
    """`text` as it can be stored and sent on: NUL and lone surrogates become U+FFFD, all else stays as sent."""
    return _BAD.sub("\ufffd", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message as a provider handed it over, verified and cleaned.

    `key` is its identity for ever (law 5): Twilio's MessageSid; Telegram's chat and message id (and edit date), or
    the callback's id. `message` names the message itself, so that an edit finds what it changes. `sender` is where an
    answer goes: E.164 or a chat id. `sent_at` is the provider's time and may be hours ago. `payload` is what a
    `/start` link carried.
    """

    channel: Channel
    key: str
    sender: str
    kind: Kind
    text: str = ""
    message: str = ""
    button: str = ""
    callback: str = ""  # Telegram's id of a tap, to be answered so that the button stops spinning
    sent_at: datetime | None = None
    hint: str = ""  # the app's language, as a BCP 47 tag
    payload: str = ""
    started: bool = False  # Telegram's /start
    group: bool = False
    carrier: str = ""  # Twilio's OptOutType: STOP, START or HELP, already answered by the carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to send. `buttons` are rows of (label, data); a channel without buttons ignores them.

    With `callback` it is the answer to a tap (Telegram): `text` is shown as a passing note.
    """

    address: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    callback: str = ""


class Failure(StrEnum):
    """What a failed send means for the next attempt."""

    PERMANENT = "permanent"  # never again
    STOPPED = "stopped"  # the resident has opted out or blocked us: never again, and remember it
    RETRY_AFTER = "retry_after"  # the provider said when
    TEMPORARY = "temporary"  # try again, later and later
    UNKNOWN = "unknown"  # no answer came: it may or may not have been sent


class SendError(OpenEarError):
    """A message was not accepted. `code` is the provider's, never a text of the resident's."""

    def __init__(self, failure: Failure, code: str, retry_after: float = 0.0) -> None:
        super().__init__(f"{failure.value}: {code}")
        self.failure = failure
        self.code = code
        self.retry_after = retry_after


class Sender(Protocol):
    """One provider's way out."""

    channel: Channel

    def send(self, message: Message) -> str:
        """Hand over one message; the provider's id of it. Raises SendError."""
        ...

    def close(self) -> None:
        """Let go of connections and threads."""
        ...
