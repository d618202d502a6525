"""The demo's two phones: their screens, which show what a resident would see, and their addresses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.console import ConsoleSender, Sent
from bot.channels.port import Message
from bot.engine.model import Channel
from bot.errors import NotFoundError, UnknownButtonError
from bot.language import sms_parts

_KEPT = 500  # entries of one phone: a demo left open for weeks must not fill the memory


class StampedConsole(ConsoleSender):
    """A console that remembers when each message was sent, for the screens."""

    def __init__(self, channel: Channel, clock: Callable[[], datetime]) -> None:
        super().__init__(channel)
        self._clock = clock
        self._times: dict[str, datetime] = {}

    def send(self, message: Message) -> str:
        """Keep the message, and the time."""
        number = super().send(message)
        self._times[number] = self._clock()
        return number

    def sent_at(self, sent: Sent) -> datetime:
        """When `sent` was sent."""
        return self._times[sent.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the screen. `kind`: `in` (a reply), `out` (the resident's message), `tap` (of a button), `note`."""

    seq: int
    kind: str
    text: str
    at: datetime
    language: str = ""  # empty if the words do not tell it
    buttons: tuple[tuple[str, str], ...] = ()
    encoding: str = ""  # of an SMS: decides how its parts are counted
    parts: int = 0


@dataclass(slots=True)
class Phone:
    """One invented phone; a new one has a new number and an empty screen."""

    channel: Channel
    address: str
    language: str
    entries: list[Entry] = field(default_factory=list)
    read: int = 0  # how many messages of the console are on the screen

    def show(
        self, seq: int, kind: str, text: str, at: datetime, language: str, buttons: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Add an entry to the screen."""
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
        """The label of the button that sends `data`. Raises UnknownButtonError."""
        for entry in self.entries:
            for label, value in entry.buttons:
                if value == data:
                    return label
        raise UnknownButtonError("This phone has no such button.")


def new_phone(channel: Channel, number: int, language: str) -> Phone:
    """The phone with the `number`th invented address of its channel."""
    # Ofcom reserves +44 7700 900000 to 900999 for fiction; the seeded residents use the first half.
    address = f"+447700900{500 + number % 500}" if channel is Channel.SMS else str(8_000_000 + number)
    return Phone(channel, address, language)


def channel_named(name: str) -> Channel:
    """The channel with this name. Raises NotFoundError."""
    try:
        return Channel(name)
    except ValueError:
        raise NotFoundError(f"There is no such phone. The phones are {' and '.join(Channel)}.") from None
