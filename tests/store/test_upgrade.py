"""A database of the code that landed first, upgraded: what was said of it is still said of it, and it lives on.

What the newer code says may hold more than what landed, never less.
"""

import csv
import io
import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bot.erase import Purged, erase_contact, purge
from bot.export import open_export
from bot.receive import pass_time
from bot.store.exporting import Filters, read_tombstones
from landed_kit import EXPECTED, NOW, STORIES, TALKS, House, Json, named, opened, restore
from sqlalchemy import func, select

from bot import complaints, numbers, recall, safeguarding
from bot.engine.model import Channel
from bot.store import audit, conversations, flags, hubs, ledger, marks, migrations, organisers, outbox, tables
from bot.store.moments import to_micros
from bot.store.organisers import Grant

#: Counts columns, so it may differ.
VERSION = "schema_version"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the keyring and the database, upgraded once."""
    folder = tmp_path_factory.mktemp("landed")
    restore(folder)
    return folder


@pytest.fixture
def house(upgraded: Path, tmp_path: Path) -> Iterator[House]:
    shutil.copytree(upgraded, tmp_path, dirs_exist_ok=True)
    found = opened(tmp_path)
    yield found
    found.installation.database.close()


def still(found: Iterable[Mapping[str, Any]], landed: list[Json]) -> bool:
    """Whether all that `landed` holds is found, row by row. As JSON, which knows no tuples."""
    rows: list[Json] = json.loads(json.dumps(list(found)))
    known = [{name: row.get(name) for name in one} for row, one in zip(rows, landed, strict=True)]
    assert known == landed
    return True


def test_the_tables_are_the_newest_and_no_row_is_lost(house: House) -> None:
    assert migrations.at_head(house.installation.database)
    with house.installation.database.read() as connection:
        count = {
            name: connection.scalar(select(func.count()).select_from(tables.metadata.tables[name]))
            for name in EXPECTED["rows"]
        }
    assert count == EXPECTED["rows"]


@pytest.mark.parametrize("role", ["raw", "organiser"])
def test_every_story_is_exported_as_it_was(house: House, role: str) -> None:
    for slug, campaign in house.installation.campaigns.items():
        landed = [story for story in STORIES if story["campaign"] == slug]
        for name in ("csv", "jsonl"):
            grant = Grant("ana@example.org", role, slug)
            export = open_export(house.installation, grant, campaign, name, Filters(), bom=False)
            text = b"".join(export.body).decode()
            rows: Iterable[Json] = csv.DictReader(io.StringIO(text, newline="")) if name == "csv" else map(
                json.loads, text.removesuffix("\n").split("\n")
            )  # fmt: skip
            told = [{key: value for key, value in one[f"{name} {role}"].items() if key != VERSION} for one in landed]
            assert still(rows, told)


def test_flags_and_who_is_told_of_them_are_as_they_were(house: House) -> None:
    installation = house.installation
    found = [asdict(flag) for flag in safeguarding.queue(installation, list(installation.campaigns), closed=True)]
    with installation.database.read() as connection:
        for flag in found:
            flag["words"] = flags.words(connection, installation.keys, flag["id"])
            flag["writer"] = flags.writer(connection, installation.keys, flag["id"]) or ()
        told = {slug: flags.leads(connection, installation.keys, slug) for slug in installation.campaigns}
    assert still(found, EXPECTED["flags"])
    assert still([told], [EXPECTED["alerted"]])


def test_hubs_organisers_tokens_and_facts_are_as_they_were(house: House) -> None:
    with house.installation.database.read() as connection:
        assert still(map(asdict, hubs.every(connection)), EXPECTED["hubs"])
        assert still(map(asdict, organisers.everyone(connection)), EXPECTED["organisers"])
        for token in EXPECTED["tokens"].values():
            grants = organisers.grants_of(connection, token["token"], NOW)
            assert still(map(asdict, grants or ()), token["grants"] or [])
            assert (grants is None) is (token["grants"] is None)
    assert {row.name: row.value for row in house.rows(tables.facts)} == EXPECTED["facts"]


def test_marks_complaints_recalls_and_tombstones_are_as_they_were(house: House) -> None:
    installation = house.installation
    publics = {row.id: row.public for row in house.rows(tables.stories)}
    with installation.database.read() as connection:
        marked = marks.of_stories(connection, installation.keys, list(publics))
    found = {publics[number]: [[one.kind, one.words] for one in those] for number, those in marked.items()}
    assert found == EXPECTED["marks"]
    assert still(map(asdict, complaints.everything(installation, closed=True)), EXPECTED["complaints"])
    assert still((asdict(one.download) for one in recall.to_clean(installation)), EXPECTED["recalls"])
    for slug, landed in EXPECTED["tombstones"].items():
        gone = read_tombstones(installation.database, slug)
        assert [[one.story_id, one.erased_on] for one in gone] == landed


def test_the_ledger_of_consent_is_as_it_was(house: House) -> None:
    with house.installation.database.read() as connection:
        for story, landed in EXPECTED["consents"].items():
            assert still(map(asdict, ledger.of_story(connection, house.installation.keys, story)), landed)


def test_the_numbers_are_as_they_were(house: House) -> None:
    campaign = house.installation.campaigns["thrive"]
    for role, landed in EXPECTED["numbers"].items():
        hub = "OAKFIELD" if role == "leader" else ""
        grant = Grant("finn@example.org", role, campaign.slug, hub)
        assert [list(row) for row in numbers.rows(house.installation, grant, campaign)] == landed


def test_the_audit_holds_and_goes_on(house: House) -> None:
    installation, anchor = house.installation, audit.Anchor.parse(EXPECTED["audit"]["head"])
    with installation.database.write() as connection:
        assert audit.head(connection) == anchor
        audit.record(connection, installation.keys, NOW, "system", "test", {})
        assert audit.verify(connection, installation.keys, anchor) is None
        assert audit.head(connection) != anchor


def test_every_conversation_stands_where_it_stood(house: House) -> None:
    found = []
    for landed in TALKS:
        contact, talk = house.talk(landed)
        state = talk.conversation
        found.append({
            "remembered": contact.remembered, "stopped": contact.stopped,
            "held": house.words(conversation=talk.id, story=None),
            "wake_at": state.wake_at and state.wake_at.isoformat(),
            "care_until": state.care_until and state.care_until.isoformat(),
            "state": {name: getattr(state, name) for name in landed["state"]},
        })  # fmt: skip
    assert still(found, [{name: one[name] for name in found[0]} for one in TALKS])


def test_what_waits_to_be_sent_is_as_it_was_and_goes_out(house: House) -> None:
    rows = [row for row in house.rows(tables.outbox) if row.status in outbox.WAITING]
    landed = EXPECTED["outbox"]["waiting"]
    found = []
    for row in rows:
        one = outbox.opened(house.installation.keys, row)
        found.append(asdict(one) | asdict(one.message) | {"status": row.status, "error": row.error})
    assert still(found, [{name: one[name] for name in one if name != "not_before"} for one in landed])
    for hours in (0, 1, 24):
        house.clock.now = NOW + timedelta(hours=hours)
        house.deliver()
    for one in landed:
        inbox = house.senders[Channel(one["channel"])].inbox(one["address"])
        assert one["text"] in [sent.message.text for sent in inbox], one["id"]


def test_a_message_that_was_taken_in_is_not_taken_in_again(house: House) -> None:
    known = EXPECTED["known message"]
    number = int(known["sid"].removeprefix("SM"), 16)
    assert not house.say({"channel": "sms", "address": known["sender"]}, "hello", number)


def test_every_conversation_takes_one_more_text(house: House, caplog: pytest.LogCaptureFixture) -> None:
    told = {row.public for row in house.rows(tables.stories)}
    for number, landed in enumerate(TALKS, 2_000_000):
        assert house.say(landed, "hello", number)
    house.deliver()
    assert told == {row.public for row in house.rows(tables.stories)}
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_words_that_waited_become_a_story_with_a_yes(house: House) -> None:
    landed = named("words held (sms")
    yes = house.installation.wordings["thrive"].text("word yes", landed["state"]["language"])
    _, talk = house.talk(landed)
    assert house.say(landed, yes, 2_000_000)
    assert house.words(conversation=talk.id, story=None) == []
    assert house.words(story=house.talk(landed)[1].story) == landed["held"]


def test_an_edit_finds_the_message_that_it_changes(house: House) -> None:
    landed, known = named("an edited message ("), EXPECTED["edited message"]
    story = house.talk(landed)[1].story
    before = house.words(story=story)
    house.say(landed, "[Invented] changed", int(known["message"]), edit_date=int(NOW.timestamp()))
    assert house.words(story=story) == ["[Invented] changed", *before[1:]] != before


def test_time_passes_for_all_that_falls_due(house: House, caplog: pytest.LogCaptureFixture) -> None:
    woken = set()
    for days in (0, 1, 2, 9):
        house.clock.now = NOW + timedelta(days=days)
        with house.installation.database.read() as connection:
            due = conversations.due(connection, to_micros(house.clock.now), 1000)
        for talk in due:
            pass_time(house.installation, talk)
        woken.update(due)
        house.deliver()
    late = (NOW + timedelta(days=9)).isoformat()
    assert len(woken) >= sum(bool(one["wake_at"]) and one["wake_at"] <= late for one in TALKS) > 40
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_the_keeping_periods_go_on_from_where_they_were(house: House) -> None:
    assert purge(house.installation) == Purged(0, 0, 0)
    house.clock.now = NOW + timedelta(days=3 * 366)
    assert purge(house.installation).stories == EXPECTED["rows"]["stories"]
    assert house.rows(tables.stories) == house.rows(tables.answers) == []


def test_one_erasure_leaves_nothing(house: House) -> None:
    landed = named("two campaigns")
    contact = house.talk(landed)[0].id
    talks = [row.id for row in house.rows(tables.conversations, contact=contact)]
    stories = [row for talk in talks for row in house.rows(tables.stories, conversation=talk)]
    bodies = [row.body for talk in talks for row in house.rows(tables.answers, conversation=talk)]
    assert len(talks) == len(stories) == 2
    gone = erase_contact(house.installation, Channel(landed["channel"]), landed["address"], "command line")
    assert gone == [row.public for row in stories]
    assert not any(house.rows(table, conversation=talk) for talk in talks for table in (tables.stories, tables.answers))
    assert house.rows(tables.outbox, contact=contact) == []
    (left,) = house.rows(tables.contacts, id=contact)
    assert left.address is None
    assert [row.evidence for story in gone for row in house.rows(tables.consents, story=story) if row.evidence] == []
    assert {row.story for row in house.rows(tables.tombstones)} >= set(gone)
    folder = house.installation.database.folder()
    assert folder is not None
    files = b"".join(path.read_bytes() for path in folder.iterdir())
    assert bodies
    assert not [body for body in bodies if body in files]
