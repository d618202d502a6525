"""A flag is raised wherever danger is told, once."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from kit.flags import DANGER, LEA, add_lead, alerts
from kit.people import ADA, BOILER
from kit.sandbox import Sandbox

from bot import safeguarding
from bot.engine.folding import words
from bot.engine.model import Kind
from bot.store import tables

SENTENCES = sorted(Path(__file__).parents[1].joinpath("languages").glob("*.toml"))


# --- raised


@cache
def sentences(path: Path) -> tuple[str, ...]:
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["crisis"]["danger"])


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.stem)
def test_every_sentence_of_danger_makes_one_flag_however_often_it_is_delivered(sandbox: Sandbox, path: Path) -> None:
    thrive = sandbox.installation.campaigns["thrive"]
    phrases = thrive.vocabulary.safety
    heard = [text for text in sentences(path) if (found := phrases.find(words(text), text)) and found.tier == "danger"]
    assert len(heard) >= 29
    for number, text in enumerate(heard):
        sender = f"+4479112{number:05}"
        taken = [sandbox.arrive(text, sender, key=f"SM{number}") for _delivery in range(3)]
        assert taken == [True, False, False]
    raised = sandbox.rows(tables.flags)
    assert [row["tier"] for row in raised] == ["danger"] * len(heard)
    keys = sandbox.installation.keys
    assert [keys.decrypt(row["evidence"], "flags.evidence", row["id"]) for row in raised] == heard


def test_deliveries_of_one_message_at_the_same_moment_make_one_flag_and_one_alert(sandbox: Sandbox) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    add_lead(sandbox)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _delivery: sandbox.arrive(DANGER, key="SM1"), range(24)))
    assert Counter(taken) == {True: 1, False: 23}
    assert len(sandbox.rows(tables.flags)) == 1
    assert alerts(sandbox) == [LEA[1]]


@pytest.mark.parametrize(
    "place", ["bot.store.outbox.add", "bot.store.flags.set_alerted", "bot.store.conversations.save"]
)
def test_message_flag_and_alert_are_there_together_or_not_at_all(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    add_lead(sandbox)
    sandbox.arrive("hello")
    before = {table.name: sandbox.rows(table) for table in tables.metadata.sorted_tables}

    def fail(*_all: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(place, fail)
        with pytest.raises(ZeroDivisionError):
            sandbox.arrive(DANGER, key="SM1")
    assert {table.name: sandbox.rows(table) for table in tables.metadata.sorted_tables} == before
    assert sandbox.arrive(DANGER, key="SM1")
    assert len(sandbox.rows(tables.flags)) == 1
    assert alerts(sandbox) == [LEA[1]]


@pytest.mark.parametrize("before", [[], ["hello"], ["hello", "yes", BOILER], ["hello", "no"], ["hello", "STOP"]])
def test_danger_is_flagged_wherever_the_conversation_stands(sandbox: Sandbox, before: list[str]) -> None:
    for text in before:
        sandbox.arrive(text)
    sandbox.arrive(DANGER)
    (flag,) = safeguarding.queue(sandbox.installation, ["thrive"])
    assert (flag.tier, flag.status, flag.owner, flag.decision, flag.kept) == ("danger", "new", "", "", True)


def test_danger_in_an_edited_message_is_flagged(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", ADA)
    sandbox.arrive("yes", ADA)
    sandbox.arrive(BOILER, ADA, key="m1")
    sandbox.arrive(DANGER, ADA, key="m1:edit", message="m1", kind=Kind.EDIT)
    assert [row["tier"] for row in sandbox.rows(tables.flags)] == ["danger"]


def test_hardship_raises_nothing(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.tell_story(BOILER, "we are five people in one room, and hungry")
    assert sandbox.rows(tables.flags) == []
    assert alerts(sandbox) == []
