"""The demo's seed: two hundred invented residents tell stories over the past six weeks, through the real engine.

Each enters as in production: by a first message or a hub's link, then consent, the story in one to three texts, and
some or all of the other questions. Some refuse, some never answer, some stop, some delete. The same seed gives the same
people. Writes to the store through the use cases only.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.demo.driver import Driver
from bot.demo.invented_stories import InventedStories, InventedStory, languages
from bot.engine.campaign import Campaign, Step, StepKind
from bot.engine.model import Channel
from bot.installation import Installation
from bot.store import hubs
from bot.store.hubs import Hub

STORIES = 200
_SEED = 2023
_DAYS = 42
#: Stories of a hundred in each language; the others are in the default language.
_SHARES = {"es": 16, "pl": 14, "so": 12, "ar": 11, "ta": 8}
#: Long enough to end a burst of texts.
_QUIET = timedelta(minutes=4)
#: Invented hubs. No story begins with one of these codes.
_HUBS = (
    ("LANTERN", "Lantern Community Kitchen (example)", ""),
    ("OAKFIELD", "Oakfield Primary School parents (example)", ""),
    ("STBRANNOC", "St Brannoc's Church (example)", ""),
    ("NIGHTSHIFT", "Night Shift Workers' Circle (example)", ""),
    ("DHAMBAAL", "Dhambaal Women's Group (example)", "so"),
    ("KOTWICA", "Kotwica Saturday School (example)", "pl"),
)
#: By theme, the groups that its tellers may belong to, as ids of the shipped campaign.
_GROUPS = {
    "housing": ("low_pay", "carer_lone_parent", "disabled", "ethnic_minority"),
    "migration_race": ("migrant", "ethnic_minority", "injustice"),
    "work_wages": ("low_pay", "health_care_staff", "migrant"),
    "mental_health": ("disabled", "carer_lone_parent", "lgbtq"),
    "children_parents": ("carer_lone_parent", "under_25", "low_pay"),
}


class Fate(StrEnum):
    """How far a resident gets."""

    FINISHED = "finished"
    LEFT = "left"  # after the story
    TIRED = "tired"  # during the short questions
    STOPPED = "stopped"  # STOP after the story, which stays
    DELETED = "deleted"  # DELETE: a tombstone remains
    REFUSED = "refused"  # NO: nothing is kept
    UNANSWERED = "unanswered"  # no answer to FIRST: the words are deleted after a day


_FATES = {Fate.FINISHED: 66, Fate.LEFT: 15, Fate.TIRED: 14, Fate.STOPPED: 5}
_BESIDE = {Fate.DELETED: 9, Fate.REFUSED: 8, Fate.UNANSWERED: 7}


@dataclass(frozen=True, slots=True)
class Resident:
    """One invented person."""

    channel: Channel
    address: str
    hub: Hub | None
    fate: Fate
    story: InventedStory
    at: datetime


def seed(driver: Driver, campaign: Campaign, stories: int = STORIES) -> None:
    """Add the hubs and let every resident write. At the end the clock shows the present."""
    present = driver.clock()
    lots = random.Random(_SEED)  # noqa: S311 (invented people, not keys)
    began = present - timedelta(days=_DAYS + 1)
    partners = _add_hubs(driver.installation, campaign)
    driver.clock.move_to(began)
    driver.prompt = False
    for resident in invent(campaign, partners, stories, present, lots):
        driver.pass_until(resident.at)
        _Telling(driver, campaign, resident, lots).tell()
        driver.deliver()
    driver.prompt = True
    driver.pass_until(present)
    driver.clock.to_present()


def invent(
    campaign: Campaign, partners: list[Hub], stories: int, present: datetime, lots: random.Random
) -> list[Resident]:
    """The residents, in the order in which they write; `stories` of them tell a story that is kept."""
    fates = lots.choices(list(_FATES), weights=list(_FATES.values()), k=stories)
    for fate, number in _BESIDE.items():
        fates += [fate] * max(1, number * stories // STORIES)
    lots.shuffle(fates)
    spoken = _languages(campaign, len(fates), lots)
    tellers = {language: InventedStories(language, lots) for language in dict.fromkeys(spoken)}
    days = sorted(_moment(campaign, present, lots) for _ in fates)
    people = []
    for number, (fate, language, at) in enumerate(zip(fates, spoken, days, strict=True)):
        channel = lots.choices((Channel.SMS, Channel.TELEGRAM), weights=(6, 4))[0]
        # Ofcom reserves +44 7700 900000 to 900999 for fiction.
        address = f"+447700900{number:03d}" if channel is Channel.SMS else str(7_000_000 + number)
        fitting = [hub for hub in partners if hub.language in {"", language}]
        hub = lots.choice(fitting) if fitting and lots.random() < 0.6 else None
        people.append(Resident(channel, address, hub, fate, tellers[language].tell(), at))
    return people


def _add_hubs(installation: Installation, campaign: Campaign) -> list[Hub]:
    partners = [Hub(code, campaign.slug, name, language) for code, name, language in _HUBS]
    partners = [hub for hub in partners if hub.language in {"", *campaign.languages}]
    with installation.write() as tx:
        for hub in partners:
            hubs.add(tx, hub)
    return partners


def _languages(campaign: Campaign, people: int, lots: random.Random) -> list[str]:
    offered = [code for code in languages() if code in campaign.languages]
    spoken = [code for code, share in _SHARES.items() if code in offered for _ in range(share * people // 100)]
    spoken += [campaign.default_language if campaign.default_language in offered else "en"] * (people - len(spoken))
    lots.shuffle(spoken)
    return spoken


def _moment(campaign: Campaign, present: datetime, lots: random.Random) -> datetime:
    """A moment between 09:00 and 20:00 of one of the past days, more often of the later ones."""
    today = campaign.day(present).toordinal()
    day = today - 1 - int(_DAYS * lots.betavariate(1.2, 1.6))
    minutes = lots.randrange(9 * 60, 20 * 60)
    here = datetime.combine(date.fromordinal(day), time(minutes // 60, minutes % 60), tzinfo=campaign.zone)
    return here.astimezone(UTC)


class _Telling:
    """One resident's conversation, from the first message to the last."""

    def __init__(self, driver: Driver, campaign: Campaign, resident: Resident, lots: random.Random) -> None:
        self._driver = driver
        self._campaign = campaign
        self._me = resident
        self._lots = lots
        self._language = resident.story.language
        self._words = campaign.vocabulary.lexicon(self._language)
        self._wording = driver.installation.wordings[campaign.slug]

    def tell(self) -> None:
        """Write until this resident's fate ends it."""
        fate = self._me.fate
        told = self._open(story_first=fate is Fate.UNANSWERED or (not self._me.hub and self._lots.random() < 0.3))
        if fate is Fate.UNANSWERED:
            return
        self._answer("consent", yes=fate is not Fate.REFUSED)
        if fate is Fate.REFUSED:
            return
        if not told:
            self._texts()
            self._wait(_QUIET)
        if fate is Fate.STOPPED:
            self._driver.deliver()  # a real reply came long ago; STOP would drop it from the queue
            self._say(self._word("stop"))
        elif fate is not Fate.LEFT:
            self._questions()
        if fate is Fate.DELETED:
            self._driver.deliver()  # as with a stop
            self._say(self._word("delete"))
            self._answer("delete", yes=True)

    def _open(self, *, story_first: bool) -> bool:
        """The first contact. Returns whether the story was in it."""
        hub, telegram = self._me.hub, self._me.channel is Channel.TELEGRAM
        if story_first:
            self._texts()
        elif hub and telegram:
            self._say(f"/start {hub.code}_{self._language}")
        elif hub:
            self._say(hub.code if hub.language else f"{hub.code} {self._language.upper()}")
        else:
            self._say("/start" if telegram else self._word("greeting").capitalize())
        if story_first and self._last() != self._wording.text("first", self._language):
            # The words did not settle the language, so the reply was the list of languages: name one.
            self._say(self._words.own_name)
        return story_first

    def _texts(self) -> None:
        for text in self._me.story.texts:
            self._say(text)
            self._wait(timedelta(seconds=self._lots.randrange(15, 45)))

    def _questions(self) -> None:
        """Answer the questions after the story."""
        steps = [step for step in self._campaign.steps if step.kind is not StepKind.STORY]
        if self._me.fate is Fate.TIRED:
            steps = steps[: self._lots.randrange(1, len(steps))]
        for step in steps:
            if step.kind is StepKind.TEXT:
                self._say(self._me.story.wish)
                self._wait(_QUIET)
            elif step.kind is StepKind.PERMISSION:
                likely = 0.75 if step.id == "may_quote" else 0.4
                self._answer(step.id, yes=self._lots.random() < likely)
            else:
                self._choose(step)

    def _choose(self, step: Step) -> None:
        """Answer with numbers by SMS, with taps on Telegram."""
        ids = [choice for choice, _label in step.choices]
        if step.kind is StepKind.ONE:
            chosen = [self._lots.choice(ids)]
        else:
            likely = [one for one in _GROUPS.get(self._me.story.theme, ()) if one in ids] or ids
            chosen = self._lots.sample(likely, k=self._lots.randint(1, min(2, len(likely))))
        if self._me.channel is Channel.SMS:
            self._say(" ".join(str(ids.index(one) + 1) for one in chosen))
            return
        for one in (*chosen, *((".done",) if step.kind is StepKind.SEVERAL else ())):
            self._driver.tap(self._me.address, f"{step.id}:{one}", self._language)
        self._wait(timedelta(seconds=10))

    def _answer(self, question: str, *, yes: bool) -> None:
        answer = "yes" if yes else "no"
        if self._me.channel is Channel.TELEGRAM:
            self._driver.tap(self._me.address, f"{question}:{answer}", self._language)
            self._wait(timedelta(seconds=8))
        else:
            word = self._word(answer)
            self._say(self._lots.choice((word, word.lower(), word.capitalize())))

    def _say(self, text: str) -> None:
        self._driver.say(self._me.channel, self._me.address, text, self._language)
        self._wait(timedelta(seconds=self._lots.randrange(5, 15)))

    def _wait(self, span: timedelta) -> None:
        self._driver.pass_until(self._driver.clock() + span)

    def _word(self, name: str) -> str:
        return self._words.shown[name].strip()

    def _last(self) -> str:
        self._driver.deliver()
        inbox = self._driver.senders[self._me.channel].inbox(self._me.address)
        return inbox[-1].message.text if inbox else ""
