"""The time of a turn with 100,000 stored conversations against 1,000."""

import itertools
from collections.abc import Callable

from bot.channels.port import Arrival
from bot.demo.rehearsal import Rehearsal
from bot.engine.model import Channel, Conversation, Kind, Stage
from bot.messaging.receive import receive
from bot.store import conversations
from scripts.benches.rounds import Result, alternate, seconds

_TURNS = 300
_numbers = itertools.count()


def measure() -> Result:
    """The same turns over two databases."""
    small, large = Rehearsal(), Rehearsal()
    few, many = _filled(small, 1_000), _filled(large, 100_000)
    result = alternate("times the cost of a turn: 100,000 stored conversations against 1,000", "<= 1.2", many, few)
    small.close()
    large.close()
    return result


def _filled(rehearsal: Rehearsal, count: int) -> Callable[[], float]:
    """Store `count` conversations; returns a function that measures a round of turns spread over them."""
    installation = rehearsal.installation
    with installation.write() as tx:
        for person in range(count):
            contact, _ = conversations.find_or_add(tx, Channel.SMS, f"+4479{person:08}")
            conversation = conversations.begin(tx, contact, "thrive")
            changes = {"stage": Stage.SILENT.value, "silence": "stop", "language": "en", "campaign": "thrive"}
            conversation.state = Conversation.from_json(changes)
            conversations.save(tx, conversation, None)

    def round_() -> float:
        def turns() -> None:
            for number in range(_TURNS):
                key = f"g{next(_numbers)}"
                sender = f"+4479{number * 7919 % count:08}"
                receive(installation, Arrival(channel=Channel.SMS, key=key, sender=sender, kind=Kind.TEXT, text="ok"))

        return seconds(turns)

    return round_
