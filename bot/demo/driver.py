"""What the web app and the worker do in production, at once and on a moved clock: receive, let time pass, deliver.

Messages enter through the parsers of the real channels, so the demo's phones follow the rules of Telegram and SMS.
"""

import itertools
from collections.abc import Mapping
from datetime import datetime

from bot.channels.console import ConsoleSender
from bot.channels.port import Arrival
from bot.channels.telegram import inbound as telegram
from bot.channels.twilio import inbound as twilio
from bot.demo.clock import Clock
from bot.demo.wakes import wake_until
from bot.engine.model import Channel
from bot.installation import Installation
from bot.messaging.deliver import deliver_due
from bot.messaging.receive import receive


class Driver:
    """Sends messages to one installation, and delivers its replies."""

    def __init__(self, installation: Installation, clock: Clock, senders: Mapping[Channel, ConsoleSender]) -> None:
        self.installation = installation
        self.clock = clock
        self.senders = senders
        self.prompt = True  # deliver after every message; the seed delivers only before it reads
        self._numbers = itertools.count(1)

    def say(self, channel: Channel, address: str, text: str, language: str = "") -> None:
        """Send one text from a phone. `language` is that of the phone's app; SMS does not tell it."""
        number = next(self._numbers)
        if channel is Channel.SMS:
            arrival = twilio.text_arrival(sid=f"SM{number:032x}", sender=address, body=text, media=0)
        else:
            arrival = telegram.parse({"update_id": number, "message": self._message(number, address, language, text)})
        self._receive(arrival)

    def tap(self, address: str, data: str, language: str = "") -> None:
        """Tap a button in a Telegram chat."""
        number = next(self._numbers)
        message = self._message(number, address, language, "")
        tap = {"id": str(number), "from": message["from"], "message": message, "data": data}
        self._receive(telegram.parse({"update_id": number, "callback_query": tap}))

    def pass_until(self, moment: datetime) -> int:
        """Let time pass until `moment`. Returns how often a conversation was woken."""
        woken = 0
        for _conversation in wake_until(self.installation, moment, self.clock.move_to):
            woken += 1
            if self.prompt:
                self.deliver()
        if self.prompt:
            self.deliver()
        return woken

    def deliver(self) -> None:
        """Send all that is due."""
        while deliver_due(self.installation, self.senders):
            pass

    def _receive(self, arrival: Arrival) -> None:
        """Take in one message and deliver the replies."""
        receive(self.installation, arrival)
        if self.prompt:
            self.deliver()

    def _message(self, number: int, address: str, language: str, text: str) -> dict[str, object]:
        """A private message as Telegram sends it, with the fields that we read."""
        chat = int(address)
        return {
            "message_id": number,
            "date": int(self.clock().timestamp()),
            "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": False, "first_name": "Invented", "language_code": language or "en"},
            "text": text,
        }
