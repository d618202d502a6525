"""A database of the code that landed first, upgraded: what was said of it is still said of it, and it lives on.

What the newer code says may hold more than what landed, never less.
"""

import csv
import io
import json
import logging
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.landed import EXPECTED, NOW, STORIES, TALKS, Json, Upgraded, as_it_landed, named, opened, restore
from sqlalchemy import func, select

from bot import safeguarding
from bot.engine.model import Channel
from bot.messaging.receive import pass_time
from bot.privacy import complaints, recalls
from bot.privacy.erasure import Purged, erase_contact, purge
from bot.store import audit, consents, conversations, flags, hubs, marks, migrations, organisers, outbox, tables
from bot.store.moments import to_micros
from bot.store.organisers import Grant
from bot.store.stories import read_tombstones
from bot.stories import numbers
from bot.stories.export import ExportRequest, open_export

#: Counts columns, so it may differ.
VERSION = "schema_version"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the keyring and the database, upgraded once."""
    folder = tmp_path_factory.mktemp("landed")
    restore(folder)
    return folder


@pytest.fixture
def installed(upgraded: Path, tmp_path: Path) -> Iterator[Upgraded]:
    shutil.copytree(upgraded, tmp_path, dirs_exist_ok=True)
    found = opened(tmp_path)
    yield found
    found.installation.database.close()


def still(found: Iterable[Mapping[str, Any]], landed: list[Json]) -> bool:
    """Whether all that `landed` holds is found, row by row. As JSON: lists for tuples, microseconds for moments."""
    rows: list[Json] = json.loads(json.dumps(list(found), default=to_micros))
    known = [{name: row.get(name) for name in one} for row, one in zip(rows, landed, strict=True)]
    assert known == landed
    return True


def contents(raw: sqlite3.Connection) -> dict[str, list[Any]]:
    """Every row of every table, by the columns' names; the ids of a download's stories in one order."""
    raw.row_factory = sqlite3.Row
    found: dict[str, list[Any]] = {}
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        rows = [dict(row) for row in raw.execute(f"SELECT * FROM {name}")]
        for row in rows if name == "downloads" else ():
            row["stories"] = sorted(row["stories"].split())
        found[name] = sorted(rows, key=repr)
    return found


def test_the_tables_are_the_newest_and_no_row_is_lost(installed: Upgraded) -> None:
    assert migrations.at_head(installed.installation.database)
    with installed.installation.read() as tx:
        count = {
            name: tx.connection.scalar(select(func.count()).select_from(tables.metadata.tables[name]))
            for name in EXPECTED["rows"]
        }
    assert count == EXPECTED["rows"]


def test_each_download_has_the_stories_that_it_had(installed: Upgraded) -> None:
    with as_it_landed() as raw:
        had = raw.execute("SELECT id, stories FROM downloads").fetchall()
    pairs = {(number, story) for number, stories in had for story in stories.split()}
    assert {(row.download, row.story) for row in installed.rows(tables.download_stories)} == pairs != set()


def test_the_way_back_gives_the_landed_code_its_tables_and_every_row(installed: Upgraded) -> None:
    database = installed.installation.database
    migrations.downgrade(database, EXPECTED["revision"])
    with as_it_landed() as raw, closing(sqlite3.connect(str(database.url.database))) as back:
        assert contents(back) == contents(raw)
    migrations.upgrade(database)
    assert len(installed.rows(tables.downloads)) == EXPECTED["rows"]["downloads"]
    assert still(
        (asdict(one) | {"erased": one.stories} for one in recalls.to_clean(installed.installation)), EXPECTED["recalls"]
    )


@pytest.mark.parametrize("role", ["raw", "organiser"])
def test_every_story_is_exported_as_it_was(installed: Upgraded, role: str) -> None:
    for slug, campaign in installed.installation.campaigns.items():
        landed = [story for story in STORIES if story["campaign"] == slug]
        for name in ("csv", "jsonl"):
            grant = Grant("ana@example.org", role, slug)
            export = open_export(installed.installation, grant, campaign, ExportRequest(name, bom=False))
            text = b"".join(export.body).decode()
            rows: Iterable[Json] = csv.DictReader(io.StringIO(text, newline="")) if name == "csv" else map(
                json.loads, text.removesuffix("\n").split("\n")
            )  # fmt: skip
            told = [{key: value for key, value in one[f"{name} {role}"].items() if key != VERSION} for one in landed]
            assert still(rows, told)


def test_flags_and_who_is_told_of_them_are_as_they_were(installed: Upgraded) -> None:
    installation = installed.installation
    found = [asdict(flag) for flag in safeguarding.queue(installation, list(installation.campaigns), closed=True)]
    with installation.read() as tx:
        for flag in found:
            flag["words"] = flags.words(tx, flag["id"])
            flag["writer"] = flags.writer(tx, flag["id"]) or ()
        told = {slug: flags.alert_addresses(tx, slug) for slug in installation.campaigns}
    assert still(found, EXPECTED["flags"])
    assert still([told], [EXPECTED["alerted"]])


def test_hubs_organisers_tokens_and_facts_are_as_they_were(installed: Upgraded) -> None:
    with installed.installation.read() as tx:
        assert still(map(asdict, hubs.every(tx)), EXPECTED["hubs"])
        assert still(map(asdict, organisers.everyone(tx)), EXPECTED["organisers"])
        for token in EXPECTED["tokens"].values():
            grants = organisers.grants_of(tx, token["token"])
            assert still(map(asdict, grants or ()), token["grants"] or [])
            assert (grants is None) is (token["grants"] is None)
    assert {row.name: row.value for row in installed.rows(tables.facts)} == EXPECTED["facts"]


def test_marks_complaints_recalls_and_tombstones_are_as_they_were(installed: Upgraded) -> None:
    installation = installed.installation
    publics = {row.id: row.public for row in installed.rows(tables.stories)}
    with installation.read() as tx:
        marked = marks.of_stories(tx, list(publics))
    found = {publics[number]: [[one.kind, one.words] for one in those] for number, those in marked.items()}
    assert found == EXPECTED["marks"]
    assert still(map(asdict, complaints.everything(installation, closed=True)), EXPECTED["complaints"])
    to_clean = [asdict(one) | {"erased": one.stories} for one in recalls.to_clean(installation)]
    assert still(to_clean, EXPECTED["recalls"])
    for slug, landed in EXPECTED["tombstones"].items():
        gone = read_tombstones(installation.read, slug)
        assert [[one.story_id, one.erased_on] for one in gone] == landed


def test_the_ledger_of_consent_is_as_it_was(installed: Upgraded) -> None:
    with installed.installation.read() as tx:
        for story, landed in EXPECTED["consents"].items():
            assert still(map(asdict, consents.of_story(tx, story)), landed)


def test_the_numbers_are_as_they_were(installed: Upgraded) -> None:
    campaign = installed.installation.campaigns["thrive"]
    for role, landed in EXPECTED["numbers"].items():
        hub = "OAKFIELD" if role == "leader" else ""
        grant = Grant("finn@example.org", role, campaign.slug, hub)
        assert [list(row) for row in numbers.rows(installed.installation, grant, campaign)] == landed


def test_the_audit_holds_and_goes_on(installed: Upgraded) -> None:
    anchor = audit.Anchor.parse(EXPECTED["audit"]["head"])
    with installed.installation.write() as tx:
        assert audit.head(tx) == anchor
        audit.record(tx, "system", "test", {})
        assert audit.verify(tx, anchor) is None
        assert audit.head(tx) != anchor


def test_every_conversation_stands_where_it_stood(installed: Upgraded) -> None:
    found = []
    for landed in TALKS:
        contact, talk = installed.talk(landed)
        state = asdict(talk.state) | {"left": talk.state.interrupted or ""}
        found.append({
            "remembered": contact.remembered, "stopped": contact.stopped,
            "held": installed.words(conversation=talk.id, story=None),
            "wake_at": state["wake_at"] and state["wake_at"].isoformat(),
            "care_until": state["care_until"] and state["care_until"].isoformat(),
            "state": {name: state[name] for name in landed["state"]},
        })  # fmt: skip
    assert still(found, [{name: one[name] for name in found[0]} for one in TALKS])


def test_what_waits_to_be_sent_is_as_it_was_and_goes_out(installed: Upgraded) -> None:
    rows = [row for row in installed.rows(tables.outbox) if row.status in outbox.WAITING]
    landed = EXPECTED["outbox"]["waiting"]
    found = []
    for row in rows:
        one = outbox.decrypted(installed.installation.keys, row)
        more = {"status": row.status, "error": row.error, "not_before": row.not_before.isoformat()}
        found.append(asdict(one) | asdict(one.message) | more)
    assert still(found, landed)
    for hours in (0, 1, 24):
        installed.clock.now = NOW + timedelta(hours=hours)
        installed.deliver()
    for one in landed:
        inbox = installed.senders[Channel(one["channel"])].inbox(one["address"])
        assert one["text"] in [sent.message.text for sent in inbox], one["id"]


def test_a_message_that_was_taken_in_is_not_taken_in_again(installed: Upgraded) -> None:
    known = EXPECTED["known message"]
    number = int(known["sid"].removeprefix("SM"), 16)
    assert not installed.say({"channel": "sms", "address": known["sender"]}, "hello", number)


def test_every_conversation_takes_one_more_text(installed: Upgraded, caplog: pytest.LogCaptureFixture) -> None:
    told = {row.public for row in installed.rows(tables.stories)}
    for number, landed in enumerate(TALKS, 2_000_000):
        assert installed.say(landed, "hello", number)
    installed.deliver()
    assert told == {row.public for row in installed.rows(tables.stories)}
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_words_that_waited_become_a_story_with_a_yes(installed: Upgraded) -> None:
    landed = named("words held (sms")
    yes = installed.installation.wordings["thrive"].text("word yes", landed["state"]["language"])
    _, talk = installed.talk(landed)
    assert installed.say(landed, yes, 2_000_000)
    assert installed.words(conversation=talk.id, story=None) == []
    assert installed.words(story=installed.talk(landed)[1].story) == landed["held"]


def test_an_edit_finds_the_message_that_it_changes(installed: Upgraded) -> None:
    landed, known = named("an edited message ("), EXPECTED["edited message"]
    story = installed.talk(landed)[1].story
    before = installed.words(story=story)
    installed.say(landed, "[Invented] changed", int(known["message"]), edit_date=int(NOW.timestamp()))
    assert installed.words(story=story) == ["[Invented] changed", *before[1:]] != before


def test_time_passes_for_all_that_falls_due(installed: Upgraded, caplog: pytest.LogCaptureFixture) -> None:
    woken = set()
    for days in (0, 1, 2, 9):
        installed.clock.now = NOW + timedelta(days=days)
        with installed.installation.read() as tx:
            due = conversations.due(tx, tx.now, 1000)
        for talk in due:
            pass_time(installed.installation, talk)
        woken.update(due)
        installed.deliver()
    late = (NOW + timedelta(days=9)).isoformat()
    assert len(woken) >= sum(bool(one["wake_at"]) and one["wake_at"] <= late for one in TALKS) > 40
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_the_keeping_periods_go_on_from_where_they_were(installed: Upgraded) -> None:
    assert purge(installed.installation) == Purged(0, 0, 0)
    installed.clock.now = NOW + timedelta(days=3 * 366)
    assert purge(installed.installation).stories == EXPECTED["rows"]["stories"]
    assert installed.rows(tables.stories) == installed.rows(tables.answers) == []


def test_one_erasure_leaves_nothing(installed: Upgraded) -> None:
    landed = named("two campaigns")
    contact = installed.talk(landed)[0].id
    talks = [row.id for row in installed.rows(tables.conversations, contact=contact)]
    stories = [row for talk in talks for row in installed.rows(tables.stories, conversation=talk)]
    bodies = [row.body for talk in talks for row in installed.rows(tables.answers, conversation=talk)]
    assert len(talks) == len(stories) == 2
    gone = erase_contact(installed.installation, Channel(landed["channel"]), landed["address"], "command line")
    assert gone == [row.public for row in stories]
    assert not any(
        installed.rows(table, conversation=talk) for talk in talks for table in (tables.stories, tables.answers)
    )
    assert installed.rows(tables.outbox, contact=contact) == []
    (left,) = installed.rows(tables.contacts, id=contact)
    assert left.address is None
    assert [
        row.evidence for story in gone for row in installed.rows(tables.consents, story=story) if row.evidence
    ] == []
    assert {row.story for row in installed.rows(tables.tombstones)} >= set(gone)
    folder = installed.installation.database.folder()
    assert folder is not None
    files = b"".join(path.read_bytes() for path in folder.iterdir())
    assert bodies
    assert not [body for body in bodies if body in files]
