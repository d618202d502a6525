"""The demo's world: an installation of its own in a folder, invented stories in it, and two phones to talk to it with.

`open_world` is called by `openear demo`; the page (`webhooks/demo.py`) calls the methods of `World`. Whatever is said goes through
the real engine, store and outbox; the way out is a console. It must never open a database that is not the demo's, and
nothing leaves this machine.
"""

import itertools
import threading
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.campaigns import load_campaigns
from bot.channels.console import ConsoleSender
from bot.demo.clock import Clock
from bot.demo.driver import Driver
from bot.demo.seed import STORIES, seed
from bot.demo.shelf import Shelf, shelf
from bot.demo.tales import samples
from bot.engine.campaign import Campaign
from bot.engine.model import Channel
from bot.errors import OpenEarError
from bot.installation import Installation
from bot.language import segments
from bot.language.detect import guess_language, prepare
from bot.settings import Settings
from bot.store import keyring, migrations, organisers
from bot.store.database import Database
from bot.store.hubs import every

FOLDER = Path("var/demo")
#: The demo's organiser, who may download the invented stories.
ORGANISER = "demo@example.org"
_SPANS = (timedelta(), timedelta(days=31))
_KEPT = 500  # entries on one phone; a demo left open for weeks must not fill the memory
#: Lists of the languages' words that the page suggests to send.
_SUGGESTED = ("greeting", "yes", "no", "done", "stop", "start", "delete", "help")


class UnknownPhoneError(OpenEarError):
    """There is no such phone."""


class UnknownButtonError(OpenEarError):
    """There is no such button on this phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on a phone's screen. `kind`: `in` (from us), `out` (the resident's), `tap` (a button was tapped), `note`."""

    seq: int
    kind: str
    text: str
    at: datetime
    language: str = ""  # where that is plain from the words
    buttons: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    parts: int = 0


@dataclass(slots=True)
class Phone:
    """One invented phone; a new one has a new number and an empty screen."""

    channel: Channel
    address: str
    language: str
    entries: list[Entry] = field(default_factory=list)
    read: int = 0  # how many of the console's messages are on the screen


class World:
    """What the demo page talks to. Safe to share between threads: one thing happens at a time."""

    def __init__(self, installation: Installation, clock: Clock, token: str) -> None:
        self.installation = installation
        self.clock = clock
        self.token = token  # shown on the page: it opens invented stories only
        self.version = 0  # grows with everything that may have changed the shelf
        self._consoles = {channel: ConsoleSender(channel) for channel in Channel}
        self.driver = Driver(installation, clock, self._consoles)
        self._lock = threading.RLock()
        self._seq = itertools.count(1)
        self._numbers = itertools.count(500)
        self.phones: dict[Channel, Phone] = {}
        self._shelf: tuple[int, int, Shelf] | None = None
        for channel in Channel:
            self.new_phone(channel.value, self.campaign.default_language)

    @property
    def campaign(self) -> Campaign:
        """The campaign that the demo shows."""
        return next(iter(self.installation.campaigns.values()))

    def new_phone(self, name: str, language: str = "") -> Phone:
        """Put the old phone away and take a new one, set to `language`. Raises UnknownPhoneError."""
        channel = _channel(name)
        number = next(self._numbers)
        # Ofcom keeps +44 7700 900000 to 900999 for fiction; the seeded residents have the first of them.
        address = f"+447700900{500 + number % 500}" if channel is Channel.SMS else str(8_000_000 + number)
        code = language if language in self.campaign.languages else self.campaign.default_language
        with self._lock:
            read = len(self._consoles[channel].inbox(address))
            self.phones[channel] = Phone(channel, address, code, read=read)
            return self.phones[channel]

    def say(self, name: str, text: str, language: str = "") -> None:
        """Send one text from a phone. Raises UnknownPhoneError."""
        with self._lock:
            phone = self._phone(name, language)
            self._show(phone, "out", text)
            self.driver.say(phone.channel, phone.address, text, phone.language)
            self._collect()

    def tap(self, name: str, data: str, language: str = "") -> None:
        """Tap a button that stands on the phone's screen. Raises UnknownPhoneError or UnknownButtonError."""
        with self._lock:
            phone = self._phone(name, language)
            label = next((shown for one in phone.entries for shown, value in one.buttons if value == data), None)
            if label is None:
                raise UnknownButtonError("There is no such button on this phone.")
            self._show(phone, "tap", label)
            self.driver.tap(phone.address, data, phone.language)
            self._collect()

    def let_time_pass(self, span: timedelta) -> None:
        """Move the clock forward; what falls due on the way happens when it is due."""
        if not _SPANS[0] < span <= _SPANS[1]:
            raise ValueError("a span is longer than nothing and 31 days at most")
        with self._lock:
            self.driver.pass_until(self.clock() + span)
            self._collect()

    def catch_up(self) -> None:
        """Do what the real time that passed made due, as the worker would."""
        with self._lock:
            self.driver.pass_until(self.clock())
            self._collect(changed=False)

    def messages(self, name: str, since: int = 0) -> list[Entry]:
        """What came onto the phone's screen after the entry `since`. Raises UnknownPhoneError."""
        with self._lock:
            return [one for one in self._phone(name).entries if one.seq > since]

    def shelf(self, newest: int = 12) -> Shelf:
        """What the organiser would download now."""
        with self._lock:
            if self._shelf is None or self._shelf[:2] != (self.version, newest):
                self._shelf = (self.version, newest, shelf(self.installation, self.campaign, newest))
            return self._shelf[2]

    def suggestions(self, language: str) -> list[tuple[str, str]]:
        """Things to send in `language`: (what it is, the text), from the language's own words, and stories."""
        shown = self.campaign.vocabulary.lexicon(language).shown
        words = [(name, shown[name].strip()) for name in _SUGGESTED if name in shown]
        with self.installation.database.read() as connection:
            codes = [hub.code for hub in every(connection, self.campaign.slug) if not hub.language][:1]
        return [*words, *(("hub", f"{code} {language.upper()}") for code in codes)] + [
            ("story", text) for text in samples(language)
        ]

    def close(self) -> None:
        """Let go of the database."""
        self.installation.database.close()

    def _phone(self, name: str, language: str = "") -> Phone:
        phone = self.phones[_channel(name)]
        if language in self.campaign.languages:
            phone.language = language
        return phone

    def _collect(self, *, changed: bool = True) -> None:
        """Put onto the screens what the console has for them."""
        for phone in self.phones.values():
            for sent in self._consoles[phone.channel].inbox(phone.address, phone.read):
                phone.read += 1
                changed = True
                if not sent.message.callback:
                    self._show(phone, "in", sent.message.text, sent.message.buttons)
                elif sent.message.text:
                    self._show(phone, "note", sent.message.text)
        self.version += changed

    def _show(self, phone: Phone, kind: str, text: str, buttons: tuple[tuple[str, str], ...] = ()) -> None:
        entry = Entry(
            seq=next(self._seq),
            kind=kind,
            text=text,
            at=self.clock(),
            language=guess_language(text, self.campaign.vocabulary),
            buttons=buttons,
        )
        if phone.channel is Channel.SMS:
            counted = segments.count(text)
            entry = replace(entry, encoding=counted.encoding, parts=counted.parts)
        phone.entries.append(entry)
        del phone.entries[:-_KEPT]


def open_world(folder: Path = FOLDER, drafts: bool = True, stories: int = STORIES) -> World:  # noqa: FBT001, FBT002 (agreed)
    """A fresh world in `folder`: the last demo's files go first. With `drafts`, unreviewed languages are offered."""
    data, keys = folder / "data", folder / "keys" / "demo.keys"
    for name in ("demo.db", "demo.db-wal", "demo.db-shm", "demo.db-journal"):
        (data / name).unlink(missing_ok=True)
    keys.unlink(missing_ok=True)
    keyring.make(keys)
    clock = Clock()
    settings = Settings(database_url=f"sqlite:///{data / 'demo.db'}", keyring=keys, draft_languages=drafts)
    catalogues, campaigns, wordings = load_campaigns(drafts=drafts)
    campaigns = {slug: _open_now(one, clock().date()) for slug, one in campaigns.items()}
    database = Database(settings.database_url)
    event.listen(database.engine, "connect", _unhurried)
    migrations.upgrade(database)
    installation = Installation(
        settings, database, keyring.read(keys, database.folder()), campaigns, wordings, catalogues, clock
    )
    prepare()
    world = World(installation, clock, _token(installation, next(iter(campaigns))))
    seed(world.driver, world.campaign, stories)
    world.version += 1
    return world


def _unhurried(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """What the next demo deletes need not survive a power cut: it saves a wait for the disk after each message."""
    connection.cursor().execute("PRAGMA synchronous=OFF")


def _open_now(campaign: Campaign, today: date) -> Campaign:
    """The same campaign, open today and for as long as somebody lets time pass; its days keep the places that texts name."""
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
    """The same day of a later year; 1 March where that year has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _token(installation: Installation, campaign: str) -> str:
    """A token of the demo's organiser that outlasts every stretch of time that somebody lets pass."""
    now = installation.clock()
    with installation.database.write() as connection:
        organisers.add(connection, ORGANISER, "organiser", campaign, "", now)
        return organisers.new_token(connection, ORGANISER, now + timedelta(days=3650))


def _channel(name: str) -> Channel:
    try:
        return Channel(name)
    except ValueError:
        raise UnknownPhoneError(f"There is no phone {name!r}; there are {', '.join(Channel)}.") from None
