"""The demo's world: an installation of its own in a folder, with invented stories, and two phones to write to it.

Messages go through the real engine, store and outbox; replies go to a console. Nothing leaves this machine.
"""

import itertools
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.campaigns import load_campaigns
from bot.demo import FOLDER
from bot.demo.clock import Clock
from bot.demo.downloads import StoryList, story_list
from bot.demo.driver import Driver
from bot.demo.invented_stories import samples
from bot.demo.phones import Entry, Phone, StampedConsole, channel_named, new_phone
from bot.demo.seed import STORIES, seed
from bot.engine.campaign import Campaign
from bot.engine.model import Channel
from bot.installation import Installation
from bot.language.detect import guess_language, prepare
from bot.settings import Settings
from bot.store import keyring, migrations, organisers
from bot.store.database import Database
from bot.store.hubs import every

#: The demo's organiser, who may download the invented stories.
ORGANISER = "demo@example.org"
LONGEST = timedelta(days=31)
#: The words of a language that the page suggests to send.
_SUGGESTED = ("greeting", "yes", "no", "done", "skip", "help", "stop", "start", "delete")


class World:
    """What the demo page shows and changes. Safe to share between threads: a lock lets one act at a time."""

    def __init__(self, installation: Installation, clock: Clock, token: str) -> None:
        self.installation = installation
        self.clock = clock
        self.token = token  # the page shows it: it opens invented stories only
        self.version = 1  # increases with everything that may change the stories
        self._consoles = {channel: StampedConsole(channel, clock) for channel in Channel}
        self.driver = Driver(installation, clock, self._consoles)
        self._lock = threading.RLock()
        self._seq = itertools.count(1)
        self._numbers = itertools.count()
        self._stories: tuple[int, int, StoryList] | None = None
        self.phones: dict[Channel, Phone] = {}
        for channel in Channel:
            self.new_phone(channel.value)

    @property
    def campaign(self) -> Campaign:
        """The campaign that the demo shows."""
        return next(iter(self.installation.campaigns.values()))

    def new_phone(self, name: str, language: str = "") -> Phone:
        """Replace a phone by a new one, set to `language`. Raises NotFoundError."""
        channel = channel_named(name)
        with self._lock:
            code = language if language in self.campaign.languages else self.campaign.default_language
            phone = new_phone(channel, next(self._numbers), code)
            phone.read = len(self._consoles[channel].inbox(phone.address))
            self.phones[channel] = phone
            return phone

    def say(self, name: str, text: str, language: str = "") -> None:
        """Send one text from a phone. Raises NotFoundError."""
        with self._lock:
            phone = self._phone(name, language)
            self._show(phone, "out", text)
            self.driver.say(phone.channel, phone.address, text, phone.language)
            self._collect()

    def tap(self, name: str, data: str, language: str = "") -> None:
        """Tap a button on the screen of a phone. Raises NotFoundError or UnknownButtonError."""
        with self._lock:
            phone = self._phone(name, language)
            self._show(phone, "tap", phone.label(data))
            self.driver.tap(phone.address, data, phone.language)
            self._collect()

    def let_time_pass(self, span: timedelta) -> None:
        """Move the clock forward. Raises ValueError for a span that is not positive or longer than `LONGEST`."""
        if not timedelta() < span <= LONGEST:
            raise ValueError("the time must be positive and at most 31 days")
        with self._lock:
            self.driver.pass_until(self.clock() + span)
            self._collect()

    def catch_up(self) -> None:
        """Do what fell due in real time, as the worker would."""
        with self._lock:
            if self.driver.pass_until(self.clock()):
                self.version += 1
            self._collect(changed=False)

    def messages(self, name: str, since: int = 0) -> list[Entry]:
        """The entries of a phone's screen after the entry `since`. Raises NotFoundError."""
        with self._lock:
            return [one for one in self._phone(name).entries if one.seq > since]

    def stories(self, newest: int = 12) -> StoryList:
        """What an organiser would download now."""
        with self._lock:
            if self._stories is None or self._stories[:2] != (self.version, newest):
                self._stories = (self.version, newest, story_list(self.installation, self.campaign, newest))
            return self._stories[2]

    def suggestions(self, name: str, language: str) -> list[tuple[str, str]]:
        """What to send from a phone in `language`, as (kind, text): words of the language, a hub's code, stories."""
        shown = self.campaign.vocabulary.lexicon(language).shown
        words = [(key, shown[key].strip()) for key in _SUGGESTED if key in shown]
        with self.installation.read() as tx:
            codes = [hub.code for hub in every(tx, self.campaign.slug) if not hub.language][:1]
        link = "/start {}_{}" if channel_named(name) is Channel.TELEGRAM else "{} {}"
        hubs = [("hub", link.format(code, language if "_" in link else language.upper())) for code in codes]
        return [*words, *hubs, *((f"story {theme}", text) for theme, text in samples(language).items())]

    def close(self) -> None:
        """Close the database."""
        self.installation.database.close()

    def _phone(self, name: str, language: str = "") -> Phone:
        phone = self.phones[channel_named(name)]
        if language in self.campaign.languages:
            phone.language = language
        return phone

    def _collect(self, *, changed: bool = True) -> None:
        """Move what the console holds for the phones to their screens."""
        for phone in self.phones.values():
            console = self._consoles[phone.channel]
            for sent in console.inbox(phone.address, phone.read):
                phone.read += 1
                kind = "note" if sent.message.callback else "in"  # the answer to a tap appears only briefly
                if sent.message.text:
                    self._show(phone, kind, sent.message.text, sent.message.buttons, console.sent_at(sent))
        self.version += changed

    def _show(
        self, phone: Phone, kind: str, text: str, buttons: tuple[tuple[str, str], ...] = (), at: datetime | None = None
    ) -> None:
        language = guess_language(text, self.campaign.vocabulary)
        phone.show(next(self._seq), kind, text, at or self.clock(), language, buttons)


def open_world(folder: Path = FOLDER, drafts: bool = True, stories: int = STORIES) -> World:
    """A new world in `folder`, replacing the last one. With `drafts`, it offers languages that no speaker approved."""
    data, keys = folder.resolve() / "data", folder.resolve() / "keys" / "demo.keys"
    for path in (keys, *(data / f"demo.db{suffix}" for suffix in ("", "-wal", "-shm", "-journal"))):
        path.unlink(missing_ok=True)
    keyring.make(keys)
    clock = Clock()
    settings = Settings(database_url=f"sqlite:///{data / 'demo.db'}", keyring=keys, draft_languages=drafts)
    wordings, catalogues = load_campaigns(drafts=drafts)
    today = clock().date()
    wordings = {slug: one.for_campaign(_open_now(one.campaign, today)) for slug, one in wordings.items()}
    database = Database(settings.database_url)
    event.listen(database.engine, "connect", _unhurried)
    migrations.upgrade(database)
    opened = keyring.read(keys, database.folder())
    installation = Installation(settings, database, opened, clock, (wordings, catalogues))
    prepare()
    world = World(installation, clock, _token(installation, next(iter(wordings))))
    seed(world.driver, world.campaign, stories)
    return world


def _unhurried(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Do not wait for the disk after each message: the next demo deletes everything anyway."""
    connection.cursor().execute("PRAGMA synchronous=OFF")


def _open_now(campaign: Campaign, today: date) -> Campaign:
    """The same campaign, open today and for ever; the days that its texts name move to a later year if need be."""
    later = 0
    while _years_later(campaign.assembly, later) <= today + timedelta(days=60):
        later += 1
    return replace(
        campaign,
        opens=min(campaign.opens, today - timedelta(days=60)),
        closes=None,
        assembly=_years_later(campaign.assembly, later),
        report_back=_years_later(campaign.report_back, later),
    )


def _years_later(day: date, years: int) -> date:
    """The same day of a later year; 1 March for a missing 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _token(installation: Installation, campaign: str) -> str:
    """A token of the demo's organiser that stays valid however far the clock is moved."""
    with installation.write() as tx:
        organisers.add(tx, ORGANISER, "organiser", campaign, "")
        return organisers.new_token(tx, ORGANISER, lasts=timedelta(days=3650))
