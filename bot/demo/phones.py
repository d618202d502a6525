"""The demo's two phones: what stands on their screens, and the addresses that they write from.

Values of `world.py`, which changes them. A phone shows what a resident would see; it holds nothing of the store's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.console import ConsoleSender, Sent
from bot.channels.port import Message
from bot.engine.model import Channel
from bot.errors import NotFoundError, UnknownButtonError
from bot.language import sms_parts

_KEPT = 500  # entries on one phone: a demo left open for weeks must not fill the memory


class StampedConsole(ConsoleSender):
    """A console that remembers when each message was sent, for the screens."""

    def __init__(self, channel: Channel, clock: Callable[[], datetime]) -> None:
        super().__init__(channel)
        self._clock = clock
        self._times: dict[str, datetime] = {}

    def send(self, message: Message) -> str:
        """Keep the message, and the moment."""
        number = super().send(message)
        self._times[number] = self._clock()
        return number

    def sent_at(self, sent: Sent) -> datetime:
        """When `sent` was."""
        return self._times[sent.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on the screen. `kind`: `in` (from us), `out` (the resident's), `tap` (of a button), `note`."""

    seq: int
    kind: str
    text: str
    at: datetime
    language: str = ""  # where that is plain from the words
    buttons: tuple[tuple[str, str], ...] = ()
    encoding: str = ""  # of SMS: how it is counted
    parts: int = 0


@dataclass(slots=True)
class Phone:
    """One invented phone; a new one has a new number and an empty screen."""

    channel: Channel
    address: str
    language: str
    entries: list[Entry] = field(default_factory=list)
    read: int = 0  # how many of the console's messages are on the screen

    def show(
        self, seq: int, kind: str, text: str, at: datetime, language: str, buttons: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Put one more thing onto the screen."""
        counted = sms_parts.count(text) if self.channel is Channel.SMS else sms_parts.SmsParts("", 0, 0)
        entry = Entry(
            seq=seq,
            kind=kind,
            text=text,
            at=at,
            language=language,
            buttons=buttons,
            encoding=counted.encoding,
            parts=counted.parts,
        )
        self.entries.append(entry)
        del self.entries[:-_KEPT]

    def label(self, data: str) -> str:
        """What is written on the button that sends `data`. Raises UnknownButtonError."""
        for entry in self.entries:
            for label, value in entry.buttons:
                if value == data:
                    return label
        raise UnknownButtonError("There is no such button on this phone.")


def new_phone(channel: Channel, number: int, language: str) -> Phone:
    """The phone with the `number`th invented address of its channel."""
    # Ofcom keeps +44 7700 900000 to 900999 for fiction; the seeded residents have the first half of them.
    address = f"+447700900{500 + number % 500}" if channel is Channel.SMS else str(8_000_000 + number)
    return Phone(channel, address, language)


def channel_named(name: str) -> Channel:
    """The channel of this name. Raises NotFoundError."""
    try:
        return Channel(name)
    except ValueError:
        raise NotFoundError(f"There is no such phone; there are {' and '.join(Channel)}.") from None
