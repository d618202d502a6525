"""The demo's two phones, its clock and its addresses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.demo.clock import Clock
from bot.demo.invented_stories import samples
from bot.demo.world import World
from bot.engine.model import Channel
from bot.errors import NotFoundError, UnknownButtonError
from bot.language.catalogue import load
from bot.store.organisers import grants_of
from webhooks.app import create_app
from webhooks.auth import undeclared
from webhooks.pages.demo import blueprint

LANGUAGES = tuple(load().languages)


@pytest.fixture
def fresh(world: World) -> World:
    """The same, with new phones."""
    for name in ("sms", "telegram"):
        world.new_phone(name)
    return world


def heard(world: World, name: str) -> list[str]:
    return [entry.text for entry in world.messages(name) if entry.kind == "in"]


def text(world: World, key: str, language: str = "en") -> str:
    return world.installation.wordings[world.campaign.slug].text(key, language)


def test_the_token_opens_downloads_however_much_time_passes(world: World) -> None:
    with world.installation.read() as tx:
        grants = grants_of(replace(tx, now=world.clock() + timedelta(days=3000)), world.token)
    assert [grant.role for grant in grants or []] == ["organiser"]


# The phones


def test_a_story_by_sms_is_in_the_list_and_gone_after_delete(fresh: World) -> None:
    before = fresh.stories()
    fresh.say("sms", "dzień dobry")
    assert heard(fresh, "sms") == [text(fresh, "first", "pl")]
    fresh.say("sms", "tak")
    fresh.say("sms", samples("pl")["housing"])
    assert fresh.stories().count == before.count + 1
    assert fresh.stories().rows[0]["pressure"] == samples("pl")["housing"]
    fresh.let_time_pass(timedelta(minutes=3))
    assert heard(fresh, "sms")[-1] == text(fresh, "step change", "pl")
    fresh.say("sms", "usuń")
    fresh.say("sms", "tak")
    after = fresh.stories()
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
    before = world.stories().count
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
    assert world.stories().count == before + 1


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
    assert first["organiser"]["count"] == fresh.stories().count
    last = first["phones"]["sms"]["messages"][-1]["seq"]
    again = client.get(f"/demo/state?since={last}&version={first['version']}").get_json()
    assert again["phones"]["sms"]["messages"] == []
    assert again["organiser"] is None
    assert client.post("/demo/new-phone", json={"phone": "sms", "language": "so"}).status_code == 200
