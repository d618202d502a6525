"""A sender that keeps messages in memory, for the invented phones of the demo and `openear chat`.

Never for real residents: nothing leaves the process.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass

from bot.channels.port import Message
from bot.engine.model import Channel


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that an invented phone received."""

    id: str
    message: Message


class ConsoleSender:
    """Keeps the messages of each address in order. Safe to share between threads."""

    def __init__(self, channel: Channel = Channel.SMS) -> None:
        self.channel = channel
        self._lock = threading.Lock()
        self._inboxes: dict[str, list[Sent]] = defaultdict(list)
        self._count = 0

    def send(self, message: Message) -> str:
        """Put `message` in the inbox of its address and return a new id."""
        with self._lock:
            self._count += 1
            sent = Sent(f"console-{self.channel.value}-{self._count}", message)
            self._inboxes[message.address].append(sent)
            return sent.id

    def inbox(self, address: str, seen: int = 0) -> tuple[Sent, ...]:
        """The messages to `address`, without the first `seen`."""
        with self._lock:
            return tuple(self._inboxes.get(address, ())[seen:])

    def close(self) -> None:
        """Does nothing: the inboxes stay readable."""
