"""Which stories are exported, to whom, and that their number does not matter."""

import gc
import json
import re
import tracemalloc
from datetime import UTC, date, datetime

import pytest
from kit.downloads import SUNDAY_NIGHT, download, rows_of
from kit.stories import NOW, ORGANISER, RAW, StoryWriter
from sqlalchemy import select, update

from bot.engine.campaign import Campaign
from bot.errors import FilterError, NotAllowedError, NotFoundError
from bot.installation import Installation
from bot.store import erasure, tables
from bot.store.organisers import Grant
from bot.store.stories import Filters, count, read_stories
from bot.stories.export import ExportRequest, open_export, open_tombstones, read_filters


def ids(installation: Installation, **filters: str) -> set[str]:
    return {
        row["story_id"]
        for row in rows_of(download(installation, "csv", ORGANISER, bom=True, invented=False, **filters))
    }


# Which stories


def test_only_told_stories_that_stand_are_exported(installation: Installation, teller: StoryWriter) -> None:
    story = teller.tell("rent")
    teller.tell("withdrawn", withdrawn_at=NOW)
    teller.tell(told=False)
    teller.tell("elsewhere", campaign="other")
    teller.draft("waits for a yes")
    content = download(installation, "jsonl", RAW).decode()
    assert [json.loads(line)["story_id"] for line in content.splitlines()] == [story]
    assert "waits" not in content


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "abc"),
        ({"since": "2026-09-07"}, "bc"),
        ({"since": "2026-09-08"}, "c"),
        ({"until": "2026-09-06"}, "a"),
        ({"until": "2026-09-07"}, "ab"),
        ({"since": "2026-09-07", "until": "2026-09-07"}, "b"),
        ({"language": "so"}, "b"),
        ({"language": "SO"}, "b"),
        ({"hub": "LRMN"}, "c"),
        ({"hub": "lrmn"}, "c"),
        ({"hub": "LRMN", "language": "so"}, ""),
        ({"theme": "housing"}, ""),
    ],
)
def test_filters(installation: Installation, teller: StoryWriter, filters: dict[str, str], found: str) -> None:
    with installation.database.write() as connection:
        connection.execute(
            tables.hubs.insert().values(code="lrmn", shown="LRMN", campaign="thrive", name="LRMN", added_at=NOW)
        )
    named = {
        teller.tell("1", at=datetime(2026, 9, 6, 12, tzinfo=UTC)): "a",
        teller.tell("2", at=SUNDAY_NIGHT, language="so"): "b",
        teller.tell("3", hub="LRMN"): "c",
    }
    assert "".join(sorted(named[one] for one in ids(installation, **filters))) == found
    thrive = installation.campaigns["thrive"]
    with installation.read() as tx:
        assert count(tx, thrive, read_filters(installation, thrive, filters)) == len(found)


@pytest.mark.parametrize(
    ("filters", "mend"),
    [
        ({"since": "yesterday"}, "since=2026-11-21"),
        ({"since": "2026-02-30"}, "since=2026-11-21"),
        ({"until": "20261121"}, "until=2026-11-21"),
        ({"since": "2026-11-21", "until": "2026-11-20"}, "swap"),
        ({"language": "klingon"}, "en, es"),
        ({"hub": "nowhere"}, "hub list"),
        ({"hub": ""}, "leave it out"),
        ({"theme": "weather"}, "housing"),
        ({"colour": "red"}, "since, until"),
    ],
)
def test_a_filter_that_cannot_be_meant_says_the_mend(
    installation: Installation, filters: dict[str, str], mend: str
) -> None:
    with pytest.raises(FilterError, match=re.escape(mend)):
        read_filters(installation, installation.campaigns["thrive"], filters)


def test_a_story_erased_between_two_pages_does_not_come(
    installation: Installation, teller: StoryWriter, campaign: Campaign
) -> None:
    teller.tell_many(450, "words")
    stream = read_stories(installation.read, campaign, Filters())
    first = next(stream)
    with installation.write() as tx:
        later = list(tx.connection.execute(select(tables.stories.c.public).order_by(tables.stories.c.id)).scalars())[-1]
        erasure.erase_story(tx, later, "2026-11-21")
    rest = [story.story_id for story in stream]
    assert first.story_id not in rest
    assert later not in rest
    assert len(rest) == 448


def test_no_transaction_stays_open_between_pages(
    installation: Installation, teller: StoryWriter, campaign: Campaign
) -> None:
    teller.tell_many(450, "words")
    stream = read_stories(installation.read, campaign, Filters())
    next(stream)
    assert installation.database.scrub()  # False while any reader holds the write-ahead log


def test_tombstones(installation: Installation, teller: StoryWriter, campaign: Campaign) -> None:
    gone = teller.tell("words")
    with installation.write() as tx:
        erasure.erase_story(tx, gone, "2026-11-20")
        tx.connection.execute(tables.tombstones.insert().values(story="x", campaign="other", erased_on="2026-11-20"))
    export = open_tombstones(installation, ORGANISER, campaign, bom=False)
    assert b"".join(export.body) == f'"story_id","erased_on"\r\n"{gone}","2026-11-20"\r\n'.encode()


# The use case


@pytest.mark.parametrize("role", ["leader", "safeguarding", "admin"])
def test_other_roles_get_nothing(installation: Installation, campaign: Campaign, role: str) -> None:
    with pytest.raises(NotAllowedError):
        open_export(installation, Grant("x@example.org", role, "thrive"), campaign, ExportRequest("csv"))


def test_another_campaigns_grant_gets_nothing(installation: Installation) -> None:
    with pytest.raises(NotAllowedError):
        open_export(installation, ORGANISER, installation.campaigns["other"], ExportRequest("csv"))
    with pytest.raises(NotAllowedError):
        open_tombstones(installation, ORGANISER, installation.campaigns["other"])


def test_an_unknown_format_names_those_there_are(installation: Installation, campaign: Campaign) -> None:
    with pytest.raises(NotFoundError, match="csv, jsonl, docx"):
        open_export(installation, ORGANISER, campaign, ExportRequest("pdf"))


def test_the_audit_tells_of_the_download_before_its_first_byte(
    installation: Installation, teller: StoryWriter, campaign: Campaign
) -> None:
    teller.tell("rent", language="so")
    filters = read_filters(installation, campaign, {"language": "so", "since": "2026-09-01"})
    export = open_export(installation, RAW, campaign, ExportRequest("csv", filters, reason="a quote to check"))
    with installation.database.read() as connection:
        row = connection.execute(select(tables.audit)).one()
        download = connection.execute(select(tables.downloads)).one()
    assert (row.actor, row.action, export.count) == ("raw@example.org", "export", 1)
    assert json.loads(row.detail) == {
        "campaign": "thrive", "role": "raw", "format": "csv", "stories": 1, "language": "so", "since": "2026-09-01",
        "reason": "a quote to check", "download": download.id,
    }  # fmt: skip
    assert (download.actor, download.role, download.format) == ("raw@example.org", "raw", "csv")
    assert export.filename == "thrive-stories-raw-2026-11-21.csv"


def test_a_ciphertext_of_another_row_is_not_exported(installation: Installation, teller: StoryWriter) -> None:
    teller.tell("one")
    teller.tell("two")
    with installation.database.write() as connection:
        body = connection.execute(select(tables.answers.c.body).limit(1)).scalar_one()
        connection.execute(update(tables.answers).values(body=body))
    with pytest.raises(Exception, match=r"answers\.body of row \d+"):
        download(installation, "csv")


@pytest.mark.slow
@pytest.mark.parametrize("file_format", ["csv", "jsonl", "docx"])
def test_memory_does_not_grow_with_the_stories(
    installation: Installation, teller: StoryWriter, campaign: Campaign, file_format: str
) -> None:
    def peak() -> tuple[int, int]:
        gc.collect()
        tracemalloc.start()
        try:
            export = open_export(installation, RAW, campaign, ExportRequest(file_format))
            size = sum(map(len, export.body))
            return tracemalloc.get_traced_memory()[1], size
        finally:
            tracemalloc.stop()

    text = "The rent goes up and the damp stays. " * 20
    teller.tell_many(600, text)
    peak()  # makes whatever is made once
    small, _size = peak()
    teller.tell_many(2400, text)
    large, size = peak()
    assert file_format == "docx" or size > 3000 * len(text)
    assert large < 2 * small + 512 * 1024  # a page may wait for the collector; all five times as many would be far more


def test_the_day_is_that_of_the_campaigns_clock(installation: Installation, teller: StoryWriter) -> None:
    teller.tell("late", at=SUNDAY_NIGHT)
    (row,) = rows_of(download(installation, "csv"))
    assert date.fromisoformat(row["day"]) == date(2026, 9, 7)
    assert NOW.isoformat() not in str(row)
