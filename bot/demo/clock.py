"""A clock that can be moved, so that the demo can show in a minute what happens after eight days.

It is the `clock` of the demo's installation, and runs at the real pace. Production must not use it.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.installation import now


class Clock:
    """The real time plus what the clock was moved by. Safe to share between threads."""

    def __init__(self, real: Callable[[], datetime] = now) -> None:
        self._real = real
        self._lock = threading.Lock()
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """The time now, in UTC."""
        with self._lock:
            return self._real() + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far this clock is ahead of the real one; negative while the past is being invented."""
        with self._lock:
            return self._ahead

    def move_to(self, moment: datetime) -> None:
        """Set the clock to `moment`."""
        with self._lock:
            self._ahead = moment - self._real()

    def to_present(self) -> None:
        """Set the clock to the real time."""
        with self._lock:
            self._ahead = timedelta()
