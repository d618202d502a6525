"""Time passing in the demo and in rehearsals: whatever falls due on the way happens when it is due."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.installation import Installation
from bot.messaging.receive import pass_time
from bot.store import conversations

#: Far more than any span needs: an error that always wakes again must not hang the demo.
_MOST = 2000


def wake_until(installation: Installation, until: datetime, move_to: Callable[[datetime], None]) -> Iterator[int]:
    """Wake each conversation that is due by `until`, in order, then yield its id.

    `move_to` sets the clock of the installation; it never goes back, and shows `until` or later at the end.
    """
    for _ in range(_MOST):
        with installation.read() as tx:
            due = conversations.due(tx, until, 1)
            found = conversations.by_id(tx, due[0]) if due else None
        if found is None:
            break
        wake_at = found[1].state.wake_at
        if wake_at and wake_at > installation.clock():
            move_to(wake_at)
        pass_time(installation, due[0])
        yield due[0]
    if until > installation.clock():
        move_to(until)
