"""Fetches messages without webhooks: Telegram's by long polling, Twilio's by listing inbound texts.

`openear serve --poll` uses both. Without it, Twilio's texts are listed once an hour to find those whose webhook failed.
All messages go through `receive`, which recognises those that came by webhook too. Telegram's offset moves after the
commit (law 4).
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.port import SendError
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
#: Each list begins this long before the last one ended: clocks differ, and Twilio lists some texts late.
_OVERLAP = timedelta(minutes=10)
_FIRST_LOOK_BACK = timedelta(days=1)
POLL_SECONDS = 3.0
SWEEP_SECONDS = 3600.0


class Poller:
    """A thread that fetches from one provider, again and again."""

    def __init__(self, name: str, fetch: Callable[[], None], pause: float) -> None:
        self._fetch = fetch
        self._pause = pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end after the current fetch."""
        self._stopping.set()

    def _run(self) -> None:
        wait = self._pause
        while not self._stopping.is_set():
            try:
                self._fetch()
                wait = self._pause
            except (SendError, UnavailableError) as problem:
                wait = min(max(wait, 1.0) * 2, 60.0)
                log.warning(
                    "fetching from %s failed (%s); next attempt in %.0f seconds", self._thread.name, problem, wait
                )
            except Exception as problem:  # noqa: BLE001 (a dead thread would fetch nothing)
                wait = min(max(wait, 1.0) * 2, 60.0)
                log.error(
                    "fetching from %s failed with %s; next attempt in %.0f seconds",
                    self._thread.name,
                    place_of(problem),
                    wait,
                )
            self._stopping.wait(wait)


def fetch_updates(
    installation: Installation, telegram: TelegramSender, on_received: Callable[[], None], timeout: int
) -> None:
    """One long poll of Telegram, of at most `timeout` seconds. Commits each update before the offset moves past it."""
    with installation.read() as tx:
        offset, username = facts.get(tx, _OFFSET), facts.get(tx, facts.TELEGRAM_USERNAME)
    for update in telegram.get_updates(int(offset) if offset else None, timeout):
        try:
            receive(installation, parse(update, username))
            on_received()
        except (UnusableError, MalformedError) as problem:
            log.info("skipped an update from Telegram: %s", problem)
        with installation.write() as tx:
            facts.put(tx, _OFFSET, str(int(update["update_id"]) + 1))


def fetch_texts(installation: Installation, twilio: TwilioSender, on_received: Callable[[], None]) -> None:
    """List Twilio's inbound texts since the last list."""
    assert installation.settings.twilio is not None
    began = installation.clock()
    with installation.read() as tx:
        until = facts.get(tx, _LISTED)
    since = datetime.fromisoformat(until) - _OVERLAP if until else began - _FIRST_LOOK_BACK
    for arrival in twilio.list_inbound(since, installation.settings.twilio.own_addresses):
        if receive(installation, arrival):
            on_received()
    with installation.write() as tx:
        facts.put(tx, _LISTED, began.isoformat())


def introduce(installation: Installation, telegram: TelegramSender) -> None:
    """Store the bot's name, and set its menu of commands in every offered language."""
    name = telegram.get_me()
    with installation.write() as tx:
        facts.put(tx, facts.TELEGRAM_USERNAME, name)
    telegram.set_commands(_menus(installation))


def _menus(installation: Installation) -> dict[str, list[tuple[str, str]]]:
    """The menu of commands: pairs of command and description, by language."""
    wording = next(iter(installation.wordings.values()))
    keys = ("start", "help", "language", "skip", "back", "done", "my_story", "delete", "stop")
    return {
        code: [(key.replace("_", ""), wording.text(f"command {key}", code)) for key in keys]
        for code in wording.campaign.vocabulary.languages
    }
