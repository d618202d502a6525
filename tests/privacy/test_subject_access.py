"""The pack for who asks what we hold about them: all of theirs, nothing of anybody else, and no table forgotten."""

import json
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kit.sandbox import CHAT, PHONE, Sandbox, ScriptedSender
from sqlalchemy import update

from bot.engine.model import Channel
from bot.errors import NotFoundError
from bot.messaging.deliver import deliver_due
from bot.privacy import subject_access as packs
from bot.store import flags, organisers, tables
from bot.store.organisers import Grant
from bot.stories import marks
from bot.stories.export import ExportRequest, open_export

ADA, BEA, CAI = str(CHAT), "+447911123457", "+447911123458"
DANGER = "I want to kill myself"
BOILER, COLD = "my landlord will not mend the boiler", "and my flat is cold all winter long"
ORGANISER, RAW = Grant("ana@example.org", "organiser", "thrive"), Grant("raw@example.org", "raw", "thrive")
#: What must stand in nobody else's pack.
CANARY = "zebrafinch"


def pack(sandbox: Sandbox, path: Path, address: str = PHONE, *, flagged: bool = True) -> tuple[str, dict[str, Any]]:
    """What there is to read, and the data."""
    channel = Channel.SMS if address.startswith("+") else Channel.TELEGRAM
    file = path / "pack.zip"
    packs.write(sandbox.installation, channel, address, file, "command line", flagged=flagged)
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        assert sorted(packed.namelist()) == ["your-data.json", "your-data.txt"]
        return packed.read("your-data.txt").decode(), json.loads(packed.read("your-data.json"))


def download(sandbox: Sandbox, grant: Grant) -> None:
    thrive = sandbox.installation.campaigns["thrive"]
    list(open_export(sandbox.installation, grant, thrive, ExportRequest("csv", reason="a test")).body)


def neighbour(sandbox: Sandbox) -> None:
    """Somebody else, in every table that is about people, with a canary in all of it."""
    with sandbox.installation.write() as tx:
        organisers.add(tx, f"{CANARY}@example.org", "safeguarding", "thrive", "")
        flags.set_alert_address(tx, f"{CANARY}@example.org", "sms", CAI)
    sandbox.arrive("hello", BEA)
    sandbox.arrive(f"yes {CANARY} consents", BEA)
    sandbox.arrive(f"{CANARY} told a story", BEA)
    sandbox.arrive(f"{DANGER}, says {CANARY}", BEA)
    (story,) = (row["public"] for row in sandbox.rows(tables.stories))
    marks.add(sandbox.installation, story, "name", CANARY, f"{CANARY}@example.org")
    sandbox.arrive(f"{CANARY} waits for a yes", ADA)


# --- no table forgotten


#: Tables whose rows about a resident are in the answer.
COVERED = {"contacts", "conversations", "stories", "answers", "wordings", "consents", "outbox", "flags", "marks"}
COVERED |= {"downloads", "download_stories"}
#: Tables whose rows are not, and why.
APART = {
    "seen": "keyed hashes of messages, which lead to nobody",
    "tombstones": "ids of erased stories, tied to nobody",
    "complaints": "not tied to a contact; whoever complained knows its number",
    "hubs": "organisations",
    "organisers": "people with a role",
    "tokens": "of people with a role",
    "alerts": "of people with a role",
    "audit": "what people with a role did; names stories by id only",
    "facts": "about the installation",
    "spending": "sums",
    "sendings": "how many messages went to a contact on a day; deleted after 30 days",
}


def test_every_table_is_covered_or_said_to_be_apart_with_a_reason() -> None:
    known = set(tables.metadata.tables)
    assert known == COVERED | APART.keys()
    assert not COVERED & APART.keys()
    assert all(APART.values())


def test_every_covered_table_that_is_about_a_person_changes_their_pack(sandbox: Sandbox, tmp_path: Path) -> None:
    """Each of them holds a row of this person, and the pack shows it."""
    sandbox.arrive("hello")
    sandbox.arrive("yes please")
    sandbox.arrive(f"{BOILER} with Ana")
    sandbox.arrive("1")
    sandbox.arrive(DANGER)
    deliver_due(sandbox.installation, {Channel.SMS: ScriptedSender()})
    story = str(sandbox.rows(tables.stories)[0]["public"])
    marks.add(sandbox.installation, story, "name", "Ana", "ana@example.org")
    download(sandbox, ORGANISER)
    for name in COVERED:
        assert sandbox.count(tables.metadata.tables[name]), name
    said, data = pack(sandbox, tmp_path)
    contact = sandbox.contact()
    assert (data["resident"], data["channel"], data["address_kept"]) == (contact["resident"], "sms", True)
    assert [talk["campaign"] for talk in data["conversations"]] == ["thrive"]
    (held,) = data["stories"]
    assert [one["text"] for one in held["said"]] == sandbox.words()
    assert held["marks"] == [{"kind": "name", "words": "Ana"}]
    assert [(one["role"], one["format"]) for one in held["downloads"]] == [("organiser", "csv")]
    assert [(one["purpose"], one["decision"], one["reply"]) for one in data["consents"]] == [
        ("take_part", "granted", "yes please")
    ]
    assert data["consents"][0]["body"] == sandbox.rows(tables.wordings)[0]["body"]
    assert [one["words"] for one in data["flags"]] == [DANGER]
    assert len(data["sent"]) == sandbox.count(tables.outbox)
    for word in (BOILER, DANGER, story, "yes please", "16 or over", "organiser", "Ana"):
        assert word in said, word


# --- all of theirs


def test_texts_that_wait_for_a_yes_are_in_the_pack(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.arrive(BOILER)
    said, data = pack(sandbox, tmp_path)
    assert [one["text"] for one in data["waiting"]] == [BOILER]
    assert BOILER in said


def test_every_story_every_answer_and_every_permission_is_in_the_pack(sandbox: Sandbox, tmp_path: Path) -> None:
    texts = [f"{BOILER} {number}" for number in range(30)]
    sandbox.tell_story(*texts)
    for text in ("1", "mend it", "1", "yes", "no", "4", "2 7"):
        sandbox.arrive(text)
    sandbox.later("30d")
    sandbox.tell_story(COLD)
    said, data = pack(sandbox, tmp_path)
    assert len(data["stories"]) == 2
    assert [one["text"] for story in data["stories"] for one in story["said"]] == sandbox.words()
    assert all(text in said for text in (*texts, COLD, "mend it", "Lambeth", "Migrant"))
    assert "May we quote it: yes. May we contact you again: no." in said
    assert len(data["consents"]) == sandbox.count(tables.consents)


def test_refusals_and_withdrawals_are_in_the_pack(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("no")
    _said, data = pack(sandbox, tmp_path)
    assert [(one["decision"], one["reply"]) for one in data["consents"]] == [("refused", "")]
    assert data["address_kept"] is False


def test_after_delete_the_pack_says_what_little_is_left(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive(DANGER)
    sandbox.later("13h")
    sandbox.arrive("DELETE")
    sandbox.arrive("yes")
    said, data = pack(sandbox, tmp_path)
    assert (data["stories"], data["waiting"], data["address_kept"]) == ([], [], False)
    assert BOILER not in said and DANGER not in said
    assert [one["decision"] for one in data["consents"]] == ["granted", "withdrawn"]


def test_who_downloaded_is_said_by_role_and_not_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.tell_story(BOILER)
    download(sandbox, ORGANISER)
    download(sandbox, RAW)
    said, data = pack(sandbox, tmp_path)
    assert [one["role"] for one in data["stories"][0]["downloads"]] == ["organiser", "raw"]
    assert "Downloaded by: organiser, 21 November 2026; raw, 21 November 2026." in said
    assert "example.org" not in said + json.dumps(data)


def test_only_messages_that_went_out_are_counted_as_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.arrive("hello")
    deliver_due(sandbox.installation, {Channel.SMS: ScriptedSender()})
    sandbox.arrive("MY STORY")
    sandbox.arrive("STOP")
    said, data = pack(sandbox, tmp_path)
    assert "Messages that we sent you: 1." in said
    assert "You asked us to stop on 21 November 2026." in said
    assert [one["status"] for one in data["sent"]] == ["sent", "dropped", "queued"]


def test_keeping_periods_and_who_is_responsible_are_said(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.arrive("hello")
    said, _data = pack(sandbox, tmp_path)
    thrive = sandbox.installation.campaigns["thrive"]
    for word in (*thrive.controllers, thrive.telephone, "24 months", "30 days", "90 days"):
        assert word in said


def test_moments_can_be_read(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.tell_story(BOILER)
    _said, data = pack(sandbox, tmp_path)
    assert data["stories"][0]["began_at"].startswith("2026-11-21T12:00:00")
    assert data["stories"][0]["said"][0]["at"].startswith("2026-11-21T12:00:00")
    assert data["consents"][0]["at"].startswith("2026-11-21T12:00:00")
    assert not [text for text in _numbers(data) if text > 10**12]


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, int):
        yield value


# --- nothing of anybody else


@pytest.mark.parametrize("address", [PHONE, CAI])
def test_nothing_of_a_neighbour_is_in_the_pack(sandbox: Sandbox, tmp_path: Path, address: str) -> None:
    neighbour(sandbox)
    sandbox.tell_story(BOILER, sender=address)
    sandbox.arrive(DANGER, address)
    download(sandbox, Grant(f"{CANARY}@example.org", "raw", "thrive"))
    said, data = pack(sandbox, tmp_path, address)
    everything = said + json.dumps(data, ensure_ascii=False)
    assert BOILER in everything
    assert CANARY not in everything
    others = {row["resident"] for row in sandbox.rows(tables.contacts)} - {data["resident"]}
    stories = {row["public"] for row in sandbox.rows(tables.stories)} - {one["public"] for one in data["stories"]}
    assert stories
    assert not [one for one in others | stories | {BEA, ADA, PHONE, CAI} if one in everything]


def test_the_neighbours_own_pack_has_the_canary_everywhere(sandbox: Sandbox, tmp_path: Path) -> None:
    """So that the test above can fail."""
    neighbour(sandbox)
    _said, data = pack(sandbox, tmp_path, BEA)
    for part in ("stories", "consents", "flags"):
        assert CANARY in json.dumps(data[part]), part
    assert CANARY in json.dumps(data["stories"][0]["marks"])
    _said, data = pack(sandbox, tmp_path, ADA)
    assert CANARY in json.dumps(data["waiting"])


def test_the_same_number_on_another_channel_is_another_contact(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.arrive(BOILER)
    with pytest.raises(NotFoundError):
        pack(sandbox, tmp_path, "447911123456")


# --- the making


def test_nobody_gets_no_file_and_no_audit(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.arrive("hello", BEA)
    with pytest.raises(NotFoundError, match="no message ever came"):
        pack(sandbox, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert sandbox.rows(tables.audit) == []


def test_the_pack_is_for_the_operators_eyes_and_its_making_is_audited_without_the_address(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.tell_story(BOILER)
    (tmp_path / "pack.zip").write_bytes(b"an older one")
    (tmp_path / "pack.zip").chmod(0o644)
    pack(sandbox, tmp_path)
    assert stat.S_IMODE((tmp_path / "pack.zip").stat().st_mode) == 0o600
    (row,) = sandbox.rows(tables.audit)
    assert (row["action"], json.loads(row["detail"])) == ("mydata", {"stories": 1, "flags": True})


def test_whoever_holds_the_phone_reads_nothing_of_flags_without_the_leads_word(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.arrive("I want to kill myself")
    text, data = pack(sandbox, tmp_path, flagged=False)
    assert data["flags"] == []
    assert "marked for a named person" not in text
    assert "marked for a named person" in pack(sandbox, tmp_path)[0]


def test_words_in_any_script_are_as_they_were_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    odd = 'எனக்கு வீடு இல்லை "quoted" \\ \u202e👩🏽‍👦 <b>&amp;\n=1+1 ﷽'
    sandbox.tell_story(odd)
    said, data = pack(sandbox, tmp_path)
    assert data["stories"][0]["said"][0]["text"] == odd
    assert "எனக்கு வீடு இல்லை" in said


def test_a_campaign_that_is_gone_from_the_settings_still_gives_its_stories(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.tell_story(BOILER)
    with sandbox.installation.database.write() as connection:
        for table in (tables.stories, tables.conversations, tables.consents):
            connection.execute(update(table).values(campaign="closed"))
    said, data = pack(sandbox, tmp_path)
    assert BOILER in said
    assert data["stories"][0]["campaign"] == "closed"
