"""A clock that can be moved forward, so that a demo need not wait eight days to show what happens after eight days.

Handed to an Installation as its `clock`. It goes on by itself at the real pace. Nothing in production may use it.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.installation import now


class Clock:
    """The demo's time: the real one, and what it was moved by. Safe to share between threads."""

    def __init__(self, real: Callable[[], datetime] = now) -> None:
        self._real = real
        self._lock = threading.Lock()
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """The moment, aware."""
        with self._lock:
            return self._real() + self._ahead

    @property
    def ahead(self) -> timedelta:
        """By how much this clock is before the real one; negative while the past is being invented."""
        with self._lock:
            return self._ahead

    def move_to(self, moment: datetime) -> None:
        """Make it `moment` now."""
        with self._lock:
            self._ahead = moment - self._real()

    def to_present(self) -> None:
        """Make it the real time again."""
        with self._lock:
            self._ahead = timedelta()
