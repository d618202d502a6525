"""The demo's world: two hundred invented stories through the real engine, two phones, and a clock that can be moved."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from bot.demo.clock import Clock
from bot.demo.invented_stories import MARK, Tales, languages, samples
from bot.demo.world import World, open_world
from bot.engine.campaign import RATHER_NOT
from bot.engine.model import Channel
from bot.errors import NotFoundError, UnknownButtonError
from bot.language.catalogue import load
from bot.store.organisers import grants_of
from bot.store.stories import ExportStory, Filters, read_stories, read_tombstones
from bot.store.tables import flags, outbox, stories
from bot.stories.redaction import redact
from webhooks.app import create_app
from webhooks.auth import undeclared
from webhooks.pages.demo import blueprint

LANGUAGES = tuple(load().languages)


@pytest.fixture(scope="module", autouse=True)
def _noon() -> Iterator[None]:
    """The real time, which the demo's clock goes by, stands still."""
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The whole demo, as it opens. Read only."""
    world = open_world(tmp_path_factory.mktemp("full"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A few stories, and phones to play with."""
    world = open_world(tmp_path_factory.mktemp("few"), stories=6)
    yield world
    world.close()


@pytest.fixture
def fresh(world: World) -> World:
    """The same, with new phones."""
    for name in ("sms", "telegram"):
        world.new_phone(name)
    return world


def told(world: World) -> list[ExportStory]:
    return list(read_stories(world.installation.read, world.campaign, Filters()))


def heard(world: World, name: str) -> list[str]:
    return [entry.text for entry in world.messages(name) if entry.kind == "in"]


def text(world: World, key: str, language: str = "en") -> str:
    return world.installation.wordings[world.campaign.slug].text(key, language)


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
    first, second = Tales("so", random.Random(7)), Tales("so", random.Random(7))
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
    world = open_world(tmp_path, stories=1)  # a second start begins anew
    assert len(told(world)) == 1
    world.close()


def test_the_token_opens_downloads_however_much_time_passes(world: World) -> None:
    with world.installation.read() as tx:
        grants = grants_of(replace(tx, now=world.clock() + timedelta(days=3000)), world.token)
    assert [grant.role for grant in grants or []] == ["organiser"]


# The phones


def test_a_story_by_sms_is_on_the_shelf_and_gone_after_delete(fresh: World) -> None:
    before = fresh.shelf()
    fresh.say("sms", "dzień dobry")
    assert heard(fresh, "sms") == [text(fresh, "first", "pl")]
    fresh.say("sms", "tak")
    fresh.say("sms", samples("pl")["housing"])
    assert fresh.shelf().count == before.count + 1
    assert fresh.shelf().rows[0]["pressure"] == samples("pl")["housing"]
    fresh.let_time_pass(timedelta(minutes=3))
    assert heard(fresh, "sms")[-1] == text(fresh, "step change", "pl")
    fresh.say("sms", "usuń")
    fresh.say("sms", "tak")
    after = fresh.shelf()
    assert (after.count, after.tombstones) == (before.count, before.tombstones + 1)


def test_telegram_is_tapped_and_may_be_tapped_only_where_a_button_is(fresh: World) -> None:
    fresh.new_phone("telegram", "ar")
    fresh.say("telegram", "/start", "ar")
    entry = fresh.messages("telegram")[-1]
    assert entry.text == text(fresh, "first", "ar")
    assert entry.language == "ar"
    with pytest.raises(UnknownButtonError):
        fresh.tap("telegram", "may_quote:yes")
    fresh.tap("telegram", entry.buttons[0][1])
    assert heard(fresh, "telegram")[-1] == text(fresh, "step pressure", "ar")


def test_parts_are_counted_on_the_sms_phone_only(fresh: World) -> None:
    fresh.say("sms", "hello")
    fresh.say("telegram", "/start")
    assert [(entry.encoding, entry.parts) for entry in fresh.messages("sms")] == [("GSM-7", 1), ("GSM-7", 2)]
    assert {entry.parts for entry in fresh.messages("telegram")} == {0}


def test_what_falls_due_on_the_way_happens_when_it_is_due(fresh: World) -> None:
    """A text without a yes: the reminder comes in daytime, the words go after a day, and both before eight days."""
    fresh.say("sms", "the rent is too high and nobody answers the phone at the council")
    asked = fresh.messages("sms")[0].at
    fresh.let_time_pass(timedelta(days=8))
    nudge = fresh.messages("sms")[-1]
    assert nudge.text == text(fresh, "nudge")
    assert timedelta(hours=4) <= nudge.at - asked < timedelta(hours=24)
    assert fresh.campaign.daytime(nudge.at)


def test_time_that_passes_by_itself_counts_too(fresh: World) -> None:
    fresh.say("telegram", "/start")
    fresh.tap("telegram", "consent:yes")
    fresh.say("telegram", "the damp makes my children ill")
    fresh.clock.move_to(fresh.clock() + timedelta(seconds=61))
    fresh.catch_up()
    assert heard(fresh, "telegram")[-1] == text(fresh, "step change")


def test_a_new_phone_is_empty_and_has_another_number(fresh: World) -> None:
    fresh.say("sms", "hello")
    old = fresh.phones[Channel.SMS].address
    assert fresh.new_phone("sms").address != old
    assert fresh.messages("sms") == []


def test_suggestions_are_the_languages_own_words_and_work(fresh: World) -> None:
    for language in fresh.campaign.languages:
        fresh.new_phone("sms", language)
        given = dict(fresh.suggestions("sms", language))
        fresh.say("sms", given["hub"])
        assert heard(fresh, "sms")[-1] == text(fresh, "first", language)
        fresh.say("sms", given["yes"])
        assert heard(fresh, "sms")[-1] == text(fresh, "step pressure", language)
        fresh.say("sms", given["stop"])
        assert heard(fresh, "sms")[-1] == text(fresh, "stop", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["sms", "telegram"])
def test_a_whole_conversation_in_each_language_on_each_phone(world: World, name: str, language: str) -> None:
    """From the hub's way in to the date when they hear back: each text in that language, and nothing asked twice."""
    world.new_phone(name, language)
    given = dict(world.suggestions(name, language))
    before = world.shelf().count
    quiet = timedelta(minutes=4)
    said: list[str] = []
    for answer in ("hub", "yes", "story housing", None, "story mental_health", None, "no", "no", "1", "2", None):
        seen = len(heard(world, name))
        if answer is None:
            world.let_time_pass(quiet)
        else:
            world.say(name, given.get(answer, answer), language)
        said += heard(world, name)[seen:]
    wanted = ["first", *(f"step {step.id}" for step in world.campaign.steps), "thanks"]
    assert [key for key in wanted if not any(one.startswith(text(world, key, language)) for one in said)] == []
    assert len(said) == len(wanted)
    assert world.shelf().count == before + 1


def test_there_are_two_phones(fresh: World) -> None:
    with pytest.raises(NotFoundError):
        fresh.say("fax", "hello")
    with pytest.raises(ValueError, match="31 days"):
        fresh.let_time_pass(timedelta(days=32))


def test_the_clock_goes_on_from_where_it_was_moved() -> None:
    real = [datetime(2026, 11, 21, 12, tzinfo=UTC)]
    clock = Clock(lambda: real[0])
    clock.move_to(real[0] + timedelta(days=8))
    real[0] += timedelta(minutes=1)
    assert clock() == datetime(2026, 11, 29, 12, 1, tzinfo=UTC)
    clock.to_present()
    assert clock() == real[0]


# The addresses


def test_the_addresses_read_strictly_and_answer_in_one_shape(fresh: World) -> None:
    app = create_app(fresh.installation)
    app.register_blueprint(blueprint(fresh))
    assert undeclared(app) == []
    client = app.test_client()
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"json": {"phone": "fax", "text": "x"}}, 404, "unknown_phone"),
        ({"json": {"phone": "sms", "text": " "}}, 400, "bad_field"),
        ({"json": {"phone": "sms", "text": "x" * 1601}}, 400, "bad_field"),
        ({"json": {"phone": "sms"}}, 400, "bad_field"),
        ({"json": ["sms"]}, 400, "not_json"),
        ({"data": "phone=sms"}, 415, "not_json"),
        ({"data": "x" * 40_000, "content_type": "application/json"}, 413, "too_large"),
        (
            {"json": {"phone": "sms", "text": "x"}, "headers": {"Origin": "https://elsewhere.example"}},
            403,
            "other_origin",
        ),
        ({"json": {"phone": "sms", "text": "x"}, "headers": {"Sec-Fetch-Site": "cross-site"}}, 403, "other_origin"),
        ({"json": {"phone": "sms", "text": "x"}, "headers": {"Host": "elsewhere.example"}}, 403, "bad_host"),
    ]
    for request, status, code in cases:
        answer = client.post("/demo/say", **request)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code), request
    assert client.post("/demo/time", json={"minutes": True}).status_code == 400
    assert (
        client.post("/demo/tap", json={"phone": "telegram", "data": "x:y"}).get_json()["error"]["code"]
        == "unknown_button"
    )
    assert fresh.messages("sms") == []


def test_the_state_tells_only_what_is_new(fresh: World) -> None:
    app = create_app(fresh.installation)
    app.register_blueprint(blueprint(fresh))
    client = app.test_client()
    assert client.get("/").headers["Location"] == "/demo"
    assert client.post("/demo/say", json={"phone": "sms", "text": "hola"}).get_json() == {"done": True}
    first = client.get("/demo/state?since=0&version=0").get_json()
    assert [one["kind"] for one in first["phones"]["sms"]["messages"]] == ["out", "in"]
    assert first["organiser"]["count"] == fresh.shelf().count
    last = first["phones"]["sms"]["messages"][-1]["seq"]
    again = client.get(f"/demo/state?since={last}&version={first['version']}").get_json()
    assert again["phones"]["sms"]["messages"] == []
    assert again["organiser"] is None
    assert client.post("/demo/new-phone", json={"phone": "sms", "language": "so"}).status_code == 200
