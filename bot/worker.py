"""The worker: wakes conversations that time alone changes, delivers the outbox, keeps the keeping periods.

One loop in one thread, started by `openear worker`, and by `openear serve` beside the web. It may stop at any moment:
what it had claimed is claimed again when the lease runs out. It never decides what to say.
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
#: How long the loop sleeps when nothing calls it: what bounds the delay where web and worker are apart.
_IDLE = 0.2
_WAKE_BATCH = 100
_PURGE_EVERY = timedelta(hours=1)
_SCRUB_EVERY = timedelta(seconds=2)
_LOOK_EVERY = timedelta(minutes=1)


class Worker:
    """One worker over one installation."""

    def __init__(self, installation: Installation, senders: Mapping[Channel, Sender]) -> None:
        self._installation = installation
        self._senders = senders
        self._called = threading.Event()
        self._stopping = threading.Event()
        self._purged: datetime | None = None
        self._scrubbed: datetime | None = None
        self._looked: datetime | None = None

    def notify(self) -> None:
        """Something was queued: deliver it now rather than at the next look."""
        self._called.set()

    def stop(self) -> None:
        """Finish the batch in hand, then return from `run`."""
        self._stopping.set()
        self._called.set()

    def run(self) -> None:
        """Work until stopped. A database that is gone is waited for; what nobody foresaw is logged, no more."""
        while not self._stopping.is_set():
            try:
                busy = self.once()
            except UnavailableError as problem:
                log.warning("the worker waits: %s", problem)
                busy = False
                self._stopping.wait(1)
            except Exception as problem:  # noqa: BLE001 (a worker that has died answers nobody)
                log.error("the worker met %s", place_of(problem))
                busy = False
                self._stopping.wait(1)
            if not busy:
                self._called.wait(_IDLE)
                self._called.clear()

    def once(self) -> bool:
        """One round: wake, deliver, keep house. True when there may be more to do at once."""
        woken = wake_due(self._installation)
        sent = deliver_due(self._installation, self._senders)
        self._keep_house()
        return bool(woken or sent)

    def _keep_house(self) -> None:
        now = self._installation.clock()
        if self._scrubbed is None or now - self._scrubbed >= _SCRUB_EVERY:
            self._scrubbed = now
            with self._installation.read() as tx:
                wanted = facts.get(tx, facts.SCRUB)
            if wanted:
                self._installation.scrub()
        if self._looked is None or now - self._looked >= _LOOK_EVERY:
            self._looked = now
            remind(self._installation)
            mark_other_languages(self._installation)
        if self._purged is None or now - self._purged >= _PURGE_EVERY:
            self._purged = now
            purge(self._installation)


def wake_due(installation: Installation) -> int:
    """Tell every conversation whose time has come. Returns how many were told; one that fails stops no other."""
    with installation.read() as tx:
        due = conversations.due(tx, installation.clock(), _WAKE_BATCH)
    told = 0
    for number in due:
        try:
            pass_time(installation, number)
            told += 1
        except UnavailableError:
            raise
        except Exception as problem:  # noqa: BLE001 (it is tried again at the next look)
            log.error("conversation %s met %s", number, place_of(problem))
    return told
