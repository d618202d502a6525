"""Fetches what arrived, where no public address is: Telegram by long polling, Twilio by listing its inbound texts.

Started by `openear serve --poll`; the list of Twilio's texts is also fetched once an hour otherwise, so that a
webhook that never came is found. Everything goes through `receive`, whose dedupe makes the two ways one. The offset
moves after the commit (law 4).
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.port import Arrival, SendError
from bot.channels.telegram.inbound import parse
from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.sender import TwilioSender
from bot.errors import MalformedError, UnavailableError, UnusableError
from bot.installation import Installation
from bot.logs import place_of
from bot.messaging.receive import receive
from bot.store import facts

log = logging.getLogger(__name__)
_OFFSET = "telegram offset"
_LISTED = "twilio listed until"
#: Each list begins this much before the last one ended: Twilio's clock and ours, and texts listed late.
_OVERLAP = timedelta(minutes=10)
_FIRST_LOOK_BACK = timedelta(days=1)
POLL_SECONDS = 3.0
SWEEP_SECONDS = 3600.0


class Poller:
    """One provider's fetching loop, in a thread of its own."""

    def __init__(self, name: str, fetch: Callable[[], None], pause: float) -> None:
        self._fetch = fetch
        self._pause = pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the fetch in hand."""
        self._stopping.set()

    def _run(self) -> None:
        wait = self._pause
        while not self._stopping.is_set():
            try:
                self._fetch()
                wait = self._pause
            except (SendError, UnavailableError) as problem:
                wait = min(max(wait, 1.0) * 2, 60.0)
                log.warning("%s: fetching failed (%s); again in %.0f seconds", self._thread.name, problem, wait)
            except Exception as problem:  # noqa: BLE001 (a thread that has died fetches nothing)
                wait = min(max(wait, 1.0) * 2, 60.0)
                log.error("%s met %s; again in %.0f seconds", self._thread.name, place_of(problem), wait)
            self._stopping.wait(wait)


def fetch_updates(
    installation: Installation, telegram: TelegramSender, taken: Callable[[], None], timeout: int
) -> None:
    """One long poll of Telegram; each update is committed before the offset moves past it."""
    with installation.read() as tx:
        offset, username = facts.get(tx, _OFFSET), facts.get(tx, facts.TELEGRAM_USERNAME)
    for update in telegram.get_updates(int(offset) if offset else None, timeout):
        try:
            receive(installation, parse(update, username))
            taken()
        except (UnusableError, MalformedError) as problem:
            log.info("an update from Telegram was left: %s", problem)
        with installation.write() as tx:
            facts.put(tx, _OFFSET, str(int(update["update_id"]) + 1))


def fetch_texts(installation: Installation, twilio: TwilioSender, taken: Callable[[], None]) -> None:
    """One list of Twilio's inbound texts since the last one."""
    assert installation.settings.twilio is not None
    began = installation.clock()
    with installation.read() as tx:
        until = facts.get(tx, _LISTED)
    since = datetime.fromisoformat(until) - _OVERLAP if until else began - _FIRST_LOOK_BACK
    for arrival in twilio.list_inbound(since, installation.settings.twilio.own_addresses):
        _take(installation, arrival, taken)
    with installation.write() as tx:
        facts.put(tx, _LISTED, began.isoformat())


def introduce(installation: Installation, telegram: TelegramSender) -> None:
    """Learn the bot's name and set its menu of commands in every offered language. Harmless when repeated."""
    name = telegram.get_me()
    with installation.write() as tx:
        facts.put(tx, facts.TELEGRAM_USERNAME, name)
    telegram.set_commands(menus(installation))


def menus(installation: Installation) -> dict[str, list[tuple[str, str]]]:
    """Telegram's menu of commands, by language."""
    wording = next(iter(installation.wordings.values()))
    keys = ("start", "help", "language", "skip", "back", "done", "my_story", "delete", "stop")
    return {
        code: [(key.replace("_", ""), wording.text(f"command {key}", code)) for key in keys]
        for code in wording.campaign.vocabulary.languages
    }


def _take(installation: Installation, arrival: Arrival, taken: Callable[[], None]) -> None:
    if receive(installation, arrival):
        taken()
