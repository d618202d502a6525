"""Calling erased stories back from downloads: who holds what, what has to be cleaned, and that it is noted."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.stories import NOW, ORGANISER, RAW, StoryWriter, make_installation
from sqlalchemy import create_engine, select

from bot.errors import NotFoundError
from bot.installation import Installation
from bot.privacy import recalls
from bot.privacy.erasure import erase_story
from bot.store import downloads, tables
from bot.store.crypto import Keys
from bot.store.organisers import Grant
from bot.store.stories import Filters, Tombstone, read_tombstones
from bot.store.transaction import Transaction
from bot.stories.export import ExportRequest, open_export, open_tombstones


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


def download(
    installation: Installation, grant: Grant = ORGANISER, file_format: str = "csv", filters: Filters | None = None
) -> bytes:
    campaign = installation.campaigns[grant.campaign]
    return b"".join(open_export(installation, grant, campaign, ExportRequest(file_format, filters or Filters())).body)


def rows(installation: Installation) -> list[dict[str, object]]:
    with installation.database.read() as connection:
        return [dict(row) for row in connection.execute(select(tables.downloads)).mappings()]


def audited(installation: Installation, action: str) -> list[dict[str, object]]:
    with installation.database.read() as connection:
        query = select(tables.audit.c.detail).where(tables.audit.c.action == action).order_by(tables.audit.c.id)
        return [json.loads(detail) for detail in connection.scalars(query)]


def held(installation: Installation) -> set[tuple[int, str]]:
    """Every download with the public id of each story it held."""
    with installation.database.read() as connection:
        return {(row.download, row.story) for row in connection.execute(select(tables.download_stories))}


def test_a_download_is_remembered_with_who_how_and_exactly_its_stories(installation: Installation) -> None:
    teller = StoryWriter(installation)
    one, two = teller.tell("first story"), teller.tell("second story", language="so")
    unfinished = teller.tell("third", told=False)
    teller.draft("waits for a yes")
    download(installation, RAW, "jsonl")
    download(installation, filters=Filters(language="so"))
    all_, some = rows(installation)
    assert held(installation) == {(all_["id"], one), (all_["id"], two), (some["id"], two)}
    assert unfinished not in {story for _download, story in held(installation)}
    assert (all_["actor"], all_["role"], all_["format"], all_["at"]) == (RAW.email, "raw", "jsonl", NOW)
    assert [detail["download"] for detail in audited(installation, "export")] == [all_["id"], some["id"]]
    assert "story" not in str(rows(installation)).replace("stories", "")  # no word of any


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "docx"])
def test_every_format_is_remembered(installation: Installation, file_format: str) -> None:
    one = StoryWriter(installation).tell("first")
    download(installation, file_format=file_format)
    with installation.read() as tx:
        (held,) = downloads.holding(tx, one)
    assert held.format == file_format


def test_the_ids_of_tombstones_are_no_download_to_clean(installation: Installation) -> None:
    one = StoryWriter(installation).tell("first")
    erase_story(installation, one, "ana@example.org")
    b"".join(open_tombstones(installation, ORGANISER, installation.campaigns["thrive"]).body)
    assert rows(installation) == []
    assert recalls.to_clean(installation) == []


def test_a_download_that_broke_off_was_one(installation: Installation) -> None:
    one = StoryWriter(installation).tell("first")
    open_export(installation, ORGANISER, installation.campaigns["thrive"], ExportRequest("csv"))
    assert [found.actor for found in recalls.holding(installation, one)] == [ORGANISER.email]


def test_an_erased_story_is_called_back_from_each_download_that_held_it(installation: Installation) -> None:
    teller = StoryWriter(installation)
    gone, stays = teller.tell("first"), teller.tell("second")
    download(installation)
    download(installation, RAW)
    assert recalls.to_clean(installation) == []
    erase_story(installation, gone, "ana@example.org")
    download(installation)  # held it no more
    found = recalls.to_clean(installation)
    assert [(one.actor, one.stories) for one in found] == [
        (ORGANISER.email, (gone,)), (RAW.email, (gone,)),
    ]  # fmt: skip
    assert {one.at for one in found} == {NOW}
    assert [one.id for one in recalls.holding(installation, gone)] == [one.id for one in found]
    assert len(recalls.holding(installation, stays)) == 3
    assert list(read_tombstones(installation.read, "thrive")) == [Tombstone(gone, "2026-11-21")]


def test_a_cleaned_download_is_asked_for_no_more_until_another_of_its_stories_is_erased(
    installation: Installation,
) -> None:
    teller = StoryWriter(installation)
    first, second = teller.tell("first"), teller.tell("second")
    download(installation)
    erase_story(installation, first, "ana@example.org")
    (one,) = recalls.to_clean(installation)
    recalls.cleaned(installation, one.id, "ana@example.org")
    assert recalls.to_clean(installation) == []
    assert recalls.holding(installation, first) == []
    assert audited(installation, "recall.cleaned") == [{"download": one.id}]
    erase_story(installation, second, "ana@example.org")
    (again,) = recalls.to_clean(installation)
    assert (again.id, again.stories) == (one.id, (second,))
    assert again.cleaned_at == NOW


@pytest.mark.parametrize("number", [0, 1, -1, 2**62])
def test_a_download_that_there_is_not_cannot_be_cleaned(installation: Installation, number: int) -> None:
    with pytest.raises(NotFoundError, match="openear recalls list"):
        recalls.cleaned(installation, number, "ana@example.org")
    assert audited(installation, "recall.cleaned") == []


def test_an_id_that_is_part_of_another_is_not_that_other(installation: Installation) -> None:
    StoryWriter(installation).tell("first", public="abc")
    download(installation)
    for other in ("ab", "abcd", "", " ", "b"):
        assert recalls.holding(installation, other) == []


@given(
    held=st.lists(st.sets(st.integers(0, 9)), min_size=1, max_size=5),
    erased=st.sets(st.integers(0, 9)),
    cleaned=st.sets(st.integers(0, 4)),
)
@settings(deadline=None)
def test_what_has_to_be_cleaned_is_what_is_both_held_and_erased(
    held: list[set[int]], erased: set[int], cleaned: set[int]
) -> None:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    of_download = {"at": NOW, "actor": "a", "role": "raw", "campaign": "thrive", "format": "csv"}
    with engine.begin() as connection:
        tx = Transaction(connection, Keys({1: b"e" * 32}, b"l" * 32, b"d" * 32, b"a" * 32), NOW)
        for number, stories in enumerate(held, 1):
            connection.execute(tables.downloads.insert().values(**of_download, id=number))
            rows = [{"download": number, "story": f"story{one}"} for one in stories]
            for row in rows:
                connection.execute(tables.download_stories.insert().values(**row))
        for story, campaign in [*((f"story{one}", "thrive") for one in erased), ("of-another", "other")]:
            values = {"story": story, "campaign": campaign, "erased_on": "2026-11-21"}
            connection.execute(tables.tombstones.insert().values(**values))
        for place in cleaned & set(range(len(held))):
            assert downloads.clean(tx, place + 1)
        found = {one.id: set(one.stories) for one in downloads.to_clean(tx)}
    engine.dispose()
    assert found == {
        number: {f"story{one}" for one in stories & erased}
        for number, stories in enumerate(held, 1)
        if stories & erased and number - 1 not in cleaned
    }
