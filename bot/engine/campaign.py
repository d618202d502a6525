"""One listening campaign as a value: its steps, languages, dates, limits and keeping periods."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.engine.vocabulary import Vocabulary


class StepKind(StrEnum):
    """What a step asks for."""

    STORY = "story"  # the story, in as many texts as it takes
    TEXT = "text"  # the resident's own words
    PERMISSION = "permission"  # yes or no; an entry in the consent ledger
    ONE = "one"  # one of a list
    SEVERAL = "several"  # any of a list


class Disclosure(StrEnum):
    """How small counts are shown to people who may not read the stories (`bot/stories/disclosure.py`)."""

    NHS = "nhs"
    STRICT10 = "strict10"
    LT5 = "lt5"
    EXACT = "exact"


RATHER_NOT = "rather_not"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a campaign sends at most. Helplines do not count, and what arrives is kept in any case."""

    per_person_hour: int = 40
    per_person_day: int = 120
    spend_per_day: float = 2500.0  # pounds; 0: no limit
    spend: float = 25000.0  # pounds, in all; 0: no limit
    part_price: float = 0.04  # pounds for one SMS part
    countries: tuple[str, ...] = ()  # whose numbers get texts, like "GB"; empty: all

    @property
    def parts_per_day(self) -> float:
        """The SMS parts that a day's money buys."""
        return _parts(self.spend_per_day, self.part_price)

    @property
    def parts(self) -> float:
        """The SMS parts that the campaign's money buys."""
        return _parts(self.spend, self.part_price)


def _parts(pounds: float, price: float) -> float:
    return pounds / price if pounds > 0 and price > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a campaign."""

    id: str
    kind: StepKind
    text: str
    choices: tuple[tuple[str, str], ...] = ()  # (id, English label), numbered from 1
    rather_not: bool = False  # whether a last choice has the number 0

    @property
    def free(self) -> bool:
        """Whether any words are an answer."""
        return self.kind in {StepKind.STORY, StepKind.TEXT}

    @property
    def listed(self) -> bool:
        """Whether the answer is chosen from a list."""
        return self.kind in {StepKind.ONE, StepKind.SEVERAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign. `bot/campaigns/thrive.toml` explains each field."""

    slug: str
    opens: date
    closes: date | None
    assembly: date
    report_back: date
    zone: ZoneInfo
    nation: str
    minimum_age: int
    default_language: str
    languages: tuple[str, ...]  # those offered
    wanted_languages: tuple[str, ...] = ()  # those that its file lists
    example: bool
    name: str
    short_name: str
    controllers: tuple[str, ...]
    telephone: str
    story_months: int
    contact_days: int
    flag_days: int = 90
    limits: Limits = Limits()
    disclosure: Disclosure = Disclosure.NHS
    steps: tuple[Step, ...]
    themes: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)  # its own English texts, by key
    vocabulary: Vocabulary = field(repr=False)
    ends_at: datetime | None = field(init=False, default=None)  # midnight after the closing day

    def __post_init__(self) -> None:
        if self.closes is not None:
            midnight = datetime.combine(self.closes + timedelta(days=1), time(), tzinfo=self.zone)
            object.__setattr__(self, "ends_at", midnight.astimezone(UTC))

    def step(self, step: str) -> Step | None:
        """The step with this id, or None."""
        return next((one for one in self.steps if one.id == step), None)

    @property
    def story_step(self) -> Step:
        """The step that asks for the story. Each campaign has one: loading checks it."""
        return next(one for one in self.steps if one.kind is StepKind.STORY)

    def after(self, step: str) -> Step | None:
        """The step that follows; None after the last."""
        ids = [one.id for one in self.steps]
        at = ids.index(step) + 1 if step in ids else 0
        return self.steps[at] if at < len(self.steps) else None

    def before(self, step: str) -> Step | None:
        """The step that precedes; None before the first."""
        ids = [one.id for one in self.steps]
        at = ids.index(step) - 1 if step in ids else -1
        return self.steps[at] if at >= 0 else None

    def closed(self, at: datetime) -> bool:
        """Whether the campaign has ended at this moment; the closing day itself still counts."""
        return self.ends_at is not None and at >= self.ends_at

    def local(self, at: datetime) -> datetime:
        """`at` in the campaign's time zone."""
        return at.astimezone(self.zone)

    def day(self, at: datetime) -> date:
        """The day of `at` in the campaign's time zone."""
        return self.local(at).date()

    def morning_after(self, at: datetime) -> datetime:
        """09:00 local time on the first morning after `at`."""
        here = self.local(at)
        nine = datetime.combine(here.date(), time(9), tzinfo=self.zone)
        if nine <= here:
            nine = datetime.combine(date.fromordinal(here.toordinal() + 1), time(9), tzinfo=self.zone)
        return nine

    def daytime(self, at: datetime) -> bool:
        """Whether `at` is between 09:00 and 20:00 local time, when we may text unasked."""
        return time(9) <= self.local(at).time() < time(20)
