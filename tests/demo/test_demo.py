"""The demo as it opens: two hundred invented stories through the real engine."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.demo.invented_stories import InventedStories, languages
from bot.demo.world import World, open_world
from bot.engine.campaign import RATHER_NOT
from bot.store.stories import ExportStory, Filters, read_stories, read_tombstones
from bot.store.tables import flags, outbox, stories
from bot.stories.redaction import redact

#: In the first text of every invented story, in every language.
MARK = "Invented] "


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The whole demo, as it opens. Read only."""
    world = open_world(tmp_path_factory.mktemp("full"))
    yield world
    world.close()


def told(world: World) -> list[ExportStory]:
    return list(read_stories(world.installation.read, world.campaign, Filters()))


# The two hundred


def test_two_hundred_stories_each_its_own_and_marked(full: World) -> None:
    found = told(full)
    words = [tuple(answer.text for answer in story.answers_to("pressure")) for story in found]
    assert len(found) == 200
    assert len(set(words)) == 200
    assert all(texts[0].startswith("[") and MARK in texts[0] for texts in words)
    assert all(1 <= len(texts) <= 3 for texts in words)


def test_the_stories_are_told_in_every_language_that_is_offered(full: World) -> None:
    spoken = Counter(story.language for story in told(full))
    assert set(spoken) == set(full.campaign.languages) & set(languages())
    assert spoken.most_common()[0][0] == "en"
    assert min(spoken.values()) >= 8


def test_people_answer_as_people_do(full: World) -> None:
    """Some finish, some do not; by both channels, through hubs, over weeks."""
    found = told(full)
    assert {story.channel for story in found} == {"sms", "telegram"}
    assert {story.may_quote for story in found} == {"yes", "no", ""}
    assert len({story.hub for story in found}) >= 5
    assert len({story.day for story in found}) >= 20
    finished = [story for story in found if story.answers_to("about_you")]
    assert 100 < len(finished) < 180
    assert not any(RATHER_NOT in answer.codes for story in found for answer in story.answers)


def test_deletions_leave_tombstones_and_no_story(full: World) -> None:
    gone = {one.story_id for one in read_tombstones(full.installation.read, full.campaign.slug)}
    assert 5 <= len(gone) <= 15
    assert not gone & {story.story_id for story in told(full)}


def test_refusals_and_silence_leave_nothing(full: World) -> None:
    with full.installation.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(stories)) == 200
        assert connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.status != "sent")) == 0


def test_no_invented_text_raises_an_alarm_or_names_anybody(full: World) -> None:
    """Nothing that redaction would mask, and no words of danger: helplines are not for a demo's seed."""
    with full.installation.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(flags)) == 0
    for story in told(full):
        for answer in story.answers:
            assert redact(answer.text).text == answer.text


def test_the_same_lots_tell_the_same_tales() -> None:
    first, second = InventedStories("so", random.Random(7)), InventedStories("so", random.Random(7))
    assert [first.tell() for _ in range(20)] == [second.tell() for _ in range(20)]


def test_the_demo_ends_in_the_present(full: World) -> None:
    assert full.clock.ahead == timedelta()
    assert max(story.day for story in told(full)) <= full.campaign.local(full.clock()).date()


# The folder


def test_files_lie_in_the_folder_and_the_keys_outside_the_data(tmp_path: Path) -> None:
    other = tmp_path / "data" / "openear.db"
    other.parent.mkdir()
    other.write_text("somebody's")
    open_world(tmp_path, stories=1).close()
    assert (tmp_path / "data" / "demo.db").exists()
    assert (tmp_path / "keys" / "demo.keys").exists()
    assert other.read_text() == "somebody's"
    world = open_world(tmp_path, stories=1)  # a second start makes a new world
    assert len(told(world)) == 1
    world.close()
