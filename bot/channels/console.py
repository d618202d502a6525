"""A way out that leads nowhere: what would be sent is kept in memory, for each invented phone.

The demo and `openear chat` send through it and read what arrived. It must never be used where real residents are
answered: nothing leaves the process, and all is gone with it.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass

from bot.channels.port import Message
from bot.engine.model import Channel


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as the invented phone received it."""

    id: str
    message: Message


class ConsoleSender:
    """Keeps each address's messages in their order. Safe to share between threads."""

    def __init__(self, channel: Channel = Channel.SMS) -> None:
        self.channel = channel
        self._lock = threading.Lock()
        self._inboxes: dict[str, list[Sent]] = defaultdict(list)
        self._count = 0

    def send(self, message: Message) -> str:
        """Put `message` in its address's inbox; an id that no other message has."""
        with self._lock:
            self._count += 1
            sent = Sent(f"console-{self.channel.value}-{self._count}", message)
            self._inboxes[message.address].append(sent)
            return sent.id

    def inbox(self, address: str, seen: int = 0) -> tuple[Sent, ...]:
        """What `address` received, without the first `seen` messages, which the reader has had."""
        with self._lock:
            return tuple(self._inboxes.get(address, ())[seen:])

    def close(self) -> None:
        """Nothing is held open; the inboxes stay readable."""
