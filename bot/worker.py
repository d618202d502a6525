"""The worker: wakes conversations whose time has come, delivers the outbox, enforces the keeping periods.

One loop in one thread. It may stop at any moment: the rows that it claimed are claimed again when their lease runs out.
"""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels.port import Sender
from bot.engine.model import Channel
from bot.errors import UnavailableError
from bot.installation import Installation
from bot.logs import place_of
from bot.messaging.deliver import deliver_due
from bot.messaging.receive import pass_time
from bot.privacy.erasure import purge
from bot.safeguarding import remind
from bot.store import conversations, facts
from bot.stories.other_languages import mark_other_languages

log = logging.getLogger(__name__)
#: How long the loop sleeps, in seconds, unless `notify` wakes it: the longest delay where web and worker are apart.
_IDLE = 0.2
_WAKE_BATCH = 100
_PURGE_EVERY = timedelta(hours=1)
_SCRUB_EVERY = timedelta(seconds=2)
_REMIND_EVERY = timedelta(minutes=1)


class Worker:
    """The worker of one installation."""

    def __init__(self, installation: Installation, senders: Mapping[Channel, Sender]) -> None:
        self._installation = installation
        self._senders = senders
        self._notified = threading.Event()
        self._stopping = threading.Event()
        self._purged: datetime | None = None
        self._scrubbed: datetime | None = None
        self._reminded: datetime | None = None

    def notify(self) -> None:
        """Wake the loop at once, because something was queued."""
        self._notified.set()

    def stop(self) -> None:
        """Make `run` return after its current round."""
        self._stopping.set()
        self._notified.set()

    def run(self) -> None:
        """Work until stopped. Waits for a database that is gone, and logs other errors."""
        while not self._stopping.is_set():
            try:
                busy = self.once()
            except UnavailableError as problem:
                log.warning("the worker waits and tries again: %s", problem)
                busy = False
                self._stopping.wait(1)
            except Exception as problem:  # noqa: BLE001 (a dead worker would answer nobody)
                log.error("a round of the worker failed with %s; it tries again", place_of(problem))
                busy = False
                self._stopping.wait(1)
            if not busy:
                self._notified.wait(_IDLE)
                self._notified.clear()

    def once(self) -> bool:
        """One round: wake, deliver, do the periodic tasks. True if there may be more to do at once."""
        woken = wake_due(self._installation)
        sent = deliver_due(self._installation, self._senders)
        self._do_periodic_tasks()
        return bool(woken or sent)

    def _do_periodic_tasks(self) -> None:
        now = self._installation.clock()
        if self._scrubbed is None or now - self._scrubbed >= _SCRUB_EVERY:
            self._scrubbed = now
            with self._installation.read() as tx:
                wanted = facts.get(tx, facts.SCRUB)
            if wanted:
                self._installation.scrub()
        if self._reminded is None or now - self._reminded >= _REMIND_EVERY:
            self._reminded = now
            remind(self._installation)
            mark_other_languages(self._installation)
        if self._purged is None or now - self._purged >= _PURGE_EVERY:
            self._purged = now
            purge(self._installation)


def wake_due(installation: Installation) -> int:
    """Wake every conversation whose time has come, and count them. One that fails does not stop the others."""
    with installation.read() as tx:
        due = conversations.due(tx, installation.clock(), _WAKE_BATCH)
    woken = 0
    for number in due:
        try:
            pass_time(installation, number)
            woken += 1
        except UnavailableError:
            raise
        except Exception as problem:  # noqa: BLE001 (the next round tries it again)
            log.error("waking conversation %s failed with %s; the next round tries again", number, place_of(problem))
    return woken
