"""Reads stories for downloads and numbers: told, not withdrawn, decrypted, in pages.

Each page is one statement in its own short transaction: a reader that stays open for a whole download would keep the
write-ahead log from being emptied, and an erasure waits for that. A story erased between two pages is left out.
Must not redact or format, and never reads a text that waits for a yes.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, select, update

from bot.engine.campaign import Campaign
from bot.store import hubs, marks
from bot.store.crypto import Keys
from bot.store.marks import Mark
from bot.store.moments import EPOCH
from bot.store.tables import answers, stories, tombstones
from bot.store.transaction import Transaction
from bot.store.turns import read_body

_PAGE = 200
#: Opens a transaction that reads: `Installation.read`.
Read = Callable[[], AbstractContextManager[Transaction]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which stories. `since` and `until` are days of the campaign's time zone, both included."""

    since: date | None = None
    until: date | None = None
    language: str = ""
    hub: str = ""
    theme: str = ""
    told_by: datetime | None = None  # when the download began: stories told later are left out


@dataclass(frozen=True, slots=True)
class Answer:
    """One text of a story, or one answer to a list. `codes` are the ids of the choices made."""

    step: str
    text: str
    codes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStory:
    """One story as downloads may show it: no contact, no resident. Formats show only the days of its answers."""

    story_id: str
    campaign: str
    hub: str
    channel: str
    language: str
    day: date
    answers: tuple[Answer, ...]  # in the order of arrival
    may_quote: str
    may_recontact: str
    consent_version: str
    themes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    def answers_to(self, step: str) -> tuple[Answer, ...]:
        """The answers to one step."""
        return tuple(answer for answer in self.answers if answer.step == step)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The id and day of an erased story, so that earlier downloads can be cleaned."""

    story_id: str
    erased_on: str


def count(tx: Transaction, campaign: Campaign, filters: Filters) -> int:
    """How many stories `read_stories` would give now."""
    found = tx.connection.scalar(select(func.count()).select_from(stories).where(*_conditions(campaign, filters)))
    return int(found or 0)


def newest_told(tx: Transaction, campaign: Campaign) -> datetime:
    """When the newest story was told: rather than the clock, which may have been set back since."""
    newest = select(func.max(stories.c.told_at)).where(stories.c.campaign == campaign.slug)
    return tx.connection.scalar(newest) or EPOCH


def ids(campaign: Campaign, filters: Filters) -> Select[tuple[str]]:
    """A query for the public ids of these stories, so that the database can copy any number of them."""
    return select(stories.c.public).where(*_conditions(campaign, filters))


def read_stories(read: Read, campaign: Campaign, filters: Filters) -> Iterator[ExportStory]:
    """The stories of `campaign` in the order in which they began. Holds one page in memory."""
    last = 0
    while True:
        with read() as tx:
            rows = _page(tx, campaign, filters, last)
            marked = marks.of_stories(tx, [row.id for row in rows])
        if not rows:
            return
        last = rows[-1].id
        for number, group in itertools.groupby(rows, key=lambda row: row.id):
            yield _story(list(group), tx.keys, campaign, marked.get(number, ()))


def read_tombstones(read: Read, campaign: str) -> Iterator[Tombstone]:
    """The tombstones of `campaign`, by story id."""
    last = ""
    while True:
        query = (
            select(tombstones.c.story, tombstones.c.erased_on)
            .where(tombstones.c.campaign == campaign, tombstones.c.story > last)
            .order_by(tombstones.c.story)
            .limit(_PAGE)
        )
        with read() as tx:
            rows = tx.connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].story
        yield from (Tombstone(row.story, row.erased_on) for row in rows)


def hub_code(tx: Transaction, campaign: str, typed: str) -> str:
    """The code, as stories carry it, of the hub that was typed; empty if this campaign never had it."""
    hub = hubs.find(tx, typed)
    if hub and hub.campaign == campaign:
        return hub.code
    return typed if _any_told(tx, stories.c.campaign == campaign, stories.c.hub == typed) else ""


def known_language(tx: Transaction, campaign: str, code: str) -> bool:
    """Whether a story of this campaign was told in this language, which it may no longer offer."""
    return _any_told(tx, stories.c.campaign == campaign, stories.c.language == code)


def _any_told(tx: Transaction, *conditions: ColumnElement[bool]) -> bool:
    return tx.connection.scalar(select(stories.c.id).where(*conditions).limit(1)) is not None


def _conditions(campaign: Campaign, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [
        stories.c.campaign == campaign.slug,
        stories.c.told_at <= filters.told_by if filters.told_by else stories.c.told_at.is_not(None),
        stories.c.withdrawn_at.is_(None),
    ]
    if filters.since:
        conditions.append(stories.c.told_at >= _midnight(campaign, filters.since))
    if filters.until:
        conditions.append(stories.c.told_at < _midnight(campaign, filters.until + timedelta(days=1)))
    if filters.language:
        conditions.append(stories.c.language == filters.language)
    if filters.hub:
        conditions.append(stories.c.hub == filters.hub)
    if filters.theme:
        conditions.append(false())  # stories cannot be coded yet, so none has a theme
    return conditions


def _midnight(campaign: Campaign, day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=campaign.zone)


def _page(tx: Transaction, campaign: Campaign, filters: Filters, last: int) -> list[Row[Any]]:
    """The next stories, a row for each answer. One statement, so that it sees an erasure whole or not at all."""
    page = (
        select(stories)
        .where(*_conditions(campaign, filters), stories.c.id > last)
        .order_by(stories.c.id)
        .limit(_PAGE)
        .subquery()
    )
    query = (
        select(page, answers.c.id.label("answer"), answers.c.step, answers.c.body, answers.c.at)
        .join(answers, answers.c.story == page.c.id, isouter=True)
        .order_by(page.c.id, answers.c.id)
    )
    return list(tx.connection.execute(query).all())


def _story(rows: list[Row[Any]], keys: Keys, campaign: Campaign, marked: tuple[Mark, ...]) -> ExportStory:
    story = rows[0]
    return ExportStory(
        story_id=story.public,
        campaign=story.campaign,
        hub=story.hub,
        channel=story.channel,
        language=story.language,
        day=campaign.day(story.told_at),
        answers=tuple(_answer(row, keys) for row in rows if row.answer is not None),
        may_quote=story.may_quote,
        may_recontact=story.may_recontact,
        consent_version=story.consent_version,
        marks=marked,
    )


def _answer(row: Row[Any], keys: Keys) -> Answer:
    text, codes = read_body(keys, row.answer, row.body)
    return Answer(row.step, text, codes, row.at)


@dataclass(frozen=True, slots=True)
class Unread:
    """A story whose language has not been looked at yet, with its words decrypted."""

    id: int
    campaign: str
    text: str = field(repr=False)


def unread(tx: Transaction, before: datetime, limit: int) -> list[Unread]:
    """Stories told before a moment whose language has not been looked at, the oldest first."""
    waiting = stories.c.read_at.is_(None), stories.c.told_at < before, stories.c.withdrawn_at.is_(None)
    query = select(stories.c.id, stories.c.campaign).where(*waiting).order_by(stories.c.id).limit(limit)
    return [Unread(row.id, row.campaign, _own_words(tx, row.id)) for row in tx.connection.execute(query).all()]


def set_language(tx: Transaction, story: int, language: str) -> None:
    """Record that the language of a story was looked at; with `language`, set it."""
    values: dict[str, Any] = {"read_at": tx.now}
    if language:
        values["language"] = language
    tx.connection.execute(update(stories).where(stories.c.id == story).values(**values))


def _own_words(tx: Transaction, story: int) -> str:
    rows = tx.connection.execute(
        select(answers.c.id, answers.c.body).where(answers.c.story == story).order_by(answers.c.at)
    )
    bodies = (read_body(tx.keys, row.id, row.body) for row in rows)
    return " ".join(text for text, codes in bodies if not codes)


_BY = {"hub": stories.c.hub, "language": stories.c.language, "channel": stories.c.channel}


def counts(tx: Transaction, campaign: str, before: datetime, by: str | None = None, hub: str = "") -> dict[str, int]:
    """How many stories were told before a moment, by `hub`, `language` or `channel`; under "all" if `by` is None."""
    conditions = [stories.c.campaign == campaign, stories.c.told_at < before, stories.c.withdrawn_at.is_(None)]
    if hub:
        conditions.append(stories.c.hub == hub)
    if by is None:
        total = select(func.count()).select_from(stories).where(*conditions)
        return {"all": int(tx.connection.execute(total).scalar_one())}
    column = _BY[by]
    rows = tx.connection.execute(select(column, func.count()).where(*conditions).group_by(column).order_by(column))
    return {value: int(count) for value, count in rows}
