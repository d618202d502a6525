"""What the web app and the worker do in production, done at once and on a moved clock: hear, let time pass, deliver.

Messages enter through the parsers of the real channels, so that the demo's
phones know Telegram's commands and SMS's rules. It must not decide anything: the engine does.
"""

import itertools
from collections.abc import Mapping
from datetime import datetime

from bot.channels.console import ConsoleSender
from bot.channels.port import Arrival
from bot.channels.telegram import inbound as telegram
from bot.channels.twilio import inbound as twilio
from bot.demo.clock import Clock
from bot.engine.model import Channel
from bot.installation import Installation
from bot.messaging.deliver import deliver_due
from bot.messaging.receive import pass_time, receive
from bot.store import conversations

#: More than one stretch of time can ask for; a mistake that always wakes again must not hang the demo.
_MOST_WAKES = 2000


class Driver:
    """The way in and out of one installation."""

    def __init__(self, installation: Installation, clock: Clock, senders: Mapping[Channel, ConsoleSender]) -> None:
        self.installation = installation
        self.clock = clock
        self.senders = senders
        self.prompt = True  # deliver after every message; the seed, which nobody reads along, delivers when it looks
        self._numbers = itertools.count(1)

    def say(self, channel: Channel, address: str, text: str, language: str = "") -> None:
        """Send one text from a phone. `language` is the one that the phone's app is set to; SMS knows none."""
        number = next(self._numbers)
        if channel is Channel.SMS:
            arrival = twilio.text_arrival(sid=f"SM{number:032x}", sender=address, body=text, media=0)
        else:
            arrival = telegram.parse({"update_id": number, "message": self._message(number, address, language, text)})
        self.hear(arrival)

    def tap(self, address: str, data: str, language: str = "") -> None:
        """Tap a button in a Telegram chat."""
        number = next(self._numbers)
        message = self._message(number, address, language, "")
        tap = {"id": str(number), "from": message["from"], "message": message, "data": data}
        self.hear(telegram.parse({"update_id": number, "callback_query": tap}))

    def hear(self, arrival: Arrival) -> None:
        """Take in one message and deliver what is answered."""
        receive(self.installation, arrival)
        if self.prompt:
            self.deliver()

    def pass_until(self, moment: datetime) -> int:
        """Let the clock go to `moment`; what falls due on the way happens when it is due. Returns how much did."""
        woken = 0
        while woken < _MOST_WAKES and (found := self._next_wake(moment)):
            woken += 1
            number, wake_at = found
            if wake_at > self.clock():
                self.clock.move_to(wake_at)
            pass_time(self.installation, number)
            if self.prompt:
                self.deliver()
        if moment > self.clock():
            self.clock.move_to(moment)
        if self.prompt:
            self.deliver()
        return woken

    def deliver(self) -> None:
        """Send all that is due."""
        while deliver_due(self.installation, self.senders):
            pass

    def _next_wake(self, until: datetime) -> tuple[int, datetime] | None:
        with self.installation.read() as tx:
            for number in conversations.due(tx, until, 1):
                found = conversations.by_id(tx, number)
                return number, (found and found[1].state.wake_at) or until
        return None

    def _message(self, number: int, address: str, language: str, text: str) -> dict[str, object]:
        """A private message as Telegram writes it, as far as we read it."""
        chat = int(address)
        return {
            "message_id": number,
            "date": int(self.clock().timestamp()),
            "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": False, "first_name": "Invented", "language_code": language or "en"},
            "text": text,
        }
