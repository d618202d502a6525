"""A flag is raised wherever danger is told, once."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from kit.flags import DANGER, LEA, add_lead, alerts
from kit.people import ADA, BOILER
from kit.sandbox import House

from bot import safeguarding
from bot.engine.folding import words as folded
from bot.engine.model import Kind
from bot.store import tables

SENTENCES = sorted(Path(__file__).parents[1].joinpath("languages").glob("*.toml"))


# --- raised


@cache
def sentences(path: Path) -> tuple[str, ...]:
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["crisis"]["danger"])


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.stem)
def test_every_sentence_of_danger_makes_one_flag_however_often_it_is_delivered(house: House, path: Path) -> None:
    thrive = house.installation.campaigns["thrive"]
    phrases = thrive.vocabulary.safety
    heard = [text for text in sentences(path) if (found := phrases.find(folded(text))) and found.tier == "danger"]
    assert len(heard) >= 29
    for number, text in enumerate(heard):
        sender = f"+4479112{number:05}"
        taken = [house.arrive(text, sender, key=f"SM{number}") for _delivery in range(3)]
        assert taken == [True, False, False]
    raised = house.rows(tables.flags)
    assert [row["tier"] for row in raised] == ["danger"] * len(heard)
    keys = house.installation.keys
    assert [keys.decrypt(row["evidence"], "flags.evidence", row["id"]) for row in raised] == heard


def test_deliveries_of_one_message_at_the_same_moment_make_one_flag_and_one_alert(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    add_lead(house)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _delivery: house.arrive(DANGER, key="SM1"), range(24)))
    assert Counter(taken) == {True: 1, False: 23}
    assert len(house.rows(tables.flags)) == 1
    assert alerts(house) == [LEA[1]]


@pytest.mark.parametrize("place", ["bot.store.outbox.add", "bot.store.flags.alerted", "bot.store.conversations.save"])
def test_message_flag_and_alert_are_there_together_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    add_lead(house)
    house.arrive("hello")
    before = {table.name: house.rows(table) for table in tables.metadata.sorted_tables}

    def fail(*_all: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(place, fail)
        with pytest.raises(ZeroDivisionError):
            house.arrive(DANGER, key="SM1")
    assert {table.name: house.rows(table) for table in tables.metadata.sorted_tables} == before
    assert house.arrive(DANGER, key="SM1")
    assert len(house.rows(tables.flags)) == 1
    assert alerts(house) == [LEA[1]]


@pytest.mark.parametrize("before", [[], ["hello"], ["hello", "yes", BOILER], ["hello", "no"], ["hello", "STOP"]])
def test_danger_is_flagged_wherever_the_conversation_stands(house: House, before: list[str]) -> None:
    for text in before:
        house.arrive(text)
    house.arrive(DANGER)
    (flag,) = safeguarding.queue(house.installation, ["thrive"])
    assert (flag.tier, flag.status, flag.owner, flag.decision, flag.kept) == ("danger", "new", "", "", True)


def test_danger_in_an_edited_message_is_flagged(house: House) -> None:
    house.arrive("hello", ADA)
    house.arrive("yes", ADA)
    house.arrive(BOILER, ADA, key="m1")
    house.arrive(DANGER, ADA, key="m1:edit", message="m1", kind=Kind.EDIT)
    assert [row["tier"] for row in house.rows(tables.flags)] == ["danger"]


def test_hardship_raises_nothing(house: House) -> None:
    add_lead(house)
    house.storyteller(BOILER, "we are five people in one room, and hungry")
    assert house.rows(tables.flags) == []
    assert alerts(house) == []
