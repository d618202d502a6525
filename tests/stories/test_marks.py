"""An organiser's marks: masked in every redacted download, for nobody else's eyes, and gone with the story."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.stories import NOW, ORGANISER, RAW, StoryWriter, make_installation
from sqlalchemy import select

from bot.engine.model import Channel
from bot.errors import InvalidError, NotFoundError
from bot.installation import Installation
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import tables
from bot.store.marks import KINDS, Mark
from bot.store.organisers import Grant
from bot.store.stories import Answer, ExportStory
from bot.stories import marks
from bot.stories.export import ExportRequest, open_export
from bot.stories.formats.rows import redacted

ANA, PLACE = "Ana Pérez", "Hawthorn House"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


def download(installation: Installation, grant: Grant = ORGANISER, file_format: str = "csv") -> bytes:
    found = open_export(
        installation, grant, installation.campaigns["thrive"], ExportRequest(file_format, reason="a test")
    )
    return b"".join(found.body)


def texts(installation: Installation, grant: Grant = ORGANISER) -> list[str]:
    lines = download(installation, grant, "jsonl").decode().splitlines()
    return [message["text"] for line in lines for message in json.loads(line)["messages"]]


def words_of(raw: bytes, file_format: str) -> str:
    """All that a reader of the file sees."""
    if file_format != "docx":
        return raw.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))


def mark_rows(installation: Installation) -> list[dict[str, object]]:
    with installation.database.read() as connection:
        return [dict(row) for row in connection.execute(select(tables.marks)).mappings()]


def on_disk(installation: Installation) -> bytes:
    folder = installation.database.folder()
    assert folder is not None
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "docx"])
def test_marked_words_are_masked_in_every_redacted_format_and_stand_in_none_for_raw(
    installation: Installation, file_format: str
) -> None:
    story = StoryWriter(installation).tell(f"{ANA} in {PLACE} has no heating", ("change", f"ask {ANA}", ()))
    marks.add(installation, story, "name", ANA, "ana@example.org")
    marks.add(installation, story, "place", PLACE, "ana@example.org")
    seen = words_of(download(installation, file_format=file_format), file_format)
    assert ANA not in seen and PLACE not in seen
    assert "[name] in [place] has no heating" in seen
    assert "ask [name]" in seen
    raw = words_of(download(installation, RAW, file_format), file_format)
    assert f"{ANA} in {PLACE} has no heating" in raw
    assert "[name]" not in raw


@pytest.mark.parametrize(
    ("marked", "said", "shown"),
    [
        ("Ana", "ANA, ana and Ana", "[name], [name] and [name]"),
        ("ana pérez", "ANA PÉREZ", "[name]"),
        ("Ana  \n Pérez", "Ana Pérez", "[name]"),
        ("Ana Pérez", "Ana\n\tPérez\u00a0came", "[name]\u00a0came"),
        ("Ana", "Anabel, Mariana, Ana's, (Ana)", "Anabel, Mariana, [name]'s, ([name])"),
        ("Ana", "my Ana", "my [name]"),
        ("a+b (c)", "say a+b (c) now", "say [name] now"),
        (r"\d+", r"42 and \d+", r"42 and [name]"),
        ("Ayşe", "AYŞE ile Ayşe", "[name] ile [name]"),
        ("Олена", "ОЛЕНА і Олена", "[name] і [name]"),
        ("أمينة", "اسمي أمينة حسن", "اسمي [name] حسن"),
        ("கமலா", "என் பெயர் கமலா.", "என் பெயர் [name]."),
        ("👩🏽‍👦 we two", "it is 👩🏽‍👦 we two here", "it is [name] here"),
    ],
)
def test_marks_are_found_in_any_case_and_over_any_white_space_as_whole_words(
    marked: str, said: str, shown: str
) -> None:
    assert masked(said, Mark("name", " ".join(marked.split()))) == shown


@pytest.mark.parametrize(("marked", "said"), [("王伟", "我叫王伟住在伦敦"), ("陳大文", "我是陳大文的媽媽")])
def test_a_name_in_chinese_is_masked_within_its_sentence(marked: str, said: str) -> None:
    assert marked not in masked(said, Mark("name", marked))


@pytest.mark.parametrize(("marked", "said"), [("Pérez", "Pe\u0301rez"), ("Ọlá", "O\u0323la\u0301")])
def test_a_name_is_masked_however_its_accents_were_typed(marked: str, said: str) -> None:
    assert masked(f"it is {said} here", Mark("name", marked)) == "it is [name] here"


def test_marks_that_overlap_in_the_story_leave_nothing_of_either() -> None:
    said = masked("Ana Pérez Gómez came", Mark("name", "Ana Pérez"), Mark("name", "Pérez Gómez"))
    assert "Ana" not in said and "Gómez" not in said


def masked(said: str, *marks: Mark) -> str:
    """`said` as a redacted download shows it under these marks."""
    story = ExportStory(
        story_id="s", campaign="thrive", hub="", channel="sms", language="en", day=NOW.date(),
        answers=(Answer("pressure", said, (), NOW),), may_quote="", may_recontact="", consent_version="v", marks=marks,
    )  # fmt: skip
    return redacted(story).answers[0].text


def test_the_longest_mark_counts_first() -> None:
    assert masked(f"{ANA}, or Ana", Mark("name", "Ana"), Mark("detail", ANA)) == "[detail], or [name]"


def test_what_has_a_form_is_masked_beside_marks() -> None:
    assert masked(f"{ANA} 07911 123456", Mark("name", ANA)) == "[name] [phone]"


@given(
    st.text(st.characters(categories=("Ll", "Lu", "Nd", "Zs", "Po", "Sm"), max_codepoint=0x4FF), max_size=60),
    st.from_regex(r"[A-Za-z]{2,12}( [A-Za-z]{2,12}){0,2}", fullmatch=True),
)
def test_no_marked_word_of_its_own_is_left_in_any_text(around: str, words: str) -> None:
    if words.lower() in KINDS or set(words.lower().split()) & set(KINDS):
        return
    said = masked(f"{around} {words} {around}", Mark("name", words))
    outside = said.replace("[name]", " | ")
    assert f" {words.lower()} " not in f" {' '.join(outside.split()).lower()} "
    assert "[name]" in said


def test_one_storys_marks_touch_no_other_story(installation: Installation) -> None:
    teller = StoryWriter(installation)
    marked, other = teller.tell(f"{ANA} came"), teller.tell(f"{ANA} left")
    marks.add(installation, marked, "name", ANA, "ana@example.org")
    assert texts(installation) == ["[name] came", f"{ANA} left"]
    assert other


def test_a_mark_that_cannot_be_says_the_mend_and_leaves_no_trace(installation: Installation) -> None:
    story = StoryWriter(installation).tell("first")
    for args in (
        (story, "name", "A"), (story, "name", ""), (story, "name", "   "), (story, "name", "x" * 201),
        (story, "person", ANA), ("nothing", "name", ANA), ("", "name", ANA), ("' OR 1=1", "name", ANA),
    ):  # fmt: skip
        with pytest.raises((InvalidError, NotFoundError)):
            marks.add(installation, *args, "ana@example.org")
    assert mark_rows(installation) == []
    assert audit(installation) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_is_audited_by_story_and_kind_without_its_words(installation: Installation, kind: str) -> None:
    story = StoryWriter(installation).tell(ANA)
    marks.add(installation, story, kind, ANA, "ana@example.org")
    assert marks.clear(installation, story, "bo@example.org") == 1
    assert marks.clear(installation, story, "bo@example.org") == 0
    rows = audit(installation)
    assert rows == [
        ("ana@example.org", "mark.add", {"kind": kind, "story": story}),
        ("bo@example.org", "mark.clear", {"marks": 1, "story": story}),
    ]
    assert "Ana P" not in str(rows)


def audit(installation: Installation) -> list[tuple[str, str, dict[str, object]]]:
    with installation.database.read() as connection:
        query = select(tables.audit).order_by(tables.audit.c.id)
        return [(row.actor, row.action, json.loads(row.detail)) for row in connection.execute(query)]


def test_marks_taken_off_show_the_words_again(installation: Installation) -> None:
    story = StoryWriter(installation).tell(f"{ANA} came")
    marks.add(installation, story, "name", ANA, "ana@example.org")
    marks.clear(installation, story, "ana@example.org")
    assert texts(installation) == [f"{ANA} came"]


def test_marked_words_are_ciphertext_at_rest(installation: Installation) -> None:
    story = StoryWriter(installation).tell("first")
    marks.add(installation, story, "place", PLACE, "ana@example.org")
    assert PLACE.encode() not in on_disk(installation)


@pytest.mark.parametrize("how", ["story", "contact", "keeping period"])
def test_marks_go_with_their_story_from_every_file(installation: Installation, how: str) -> None:
    teller = StoryWriter(installation)
    at = NOW - timedelta(days=900) if how == "keeping period" else NOW
    story = teller.tell(f"{ANA} came", at=at)
    stays = "" if how == "contact" else teller.tell(f"{ANA} left")
    for one in filter(None, (story, stays)):
        marks.add(installation, one, "name", ANA, "ana@example.org")
    gone = bytes(mark_rows(installation)[0]["body"])  # type: ignore[call-overload]
    if how == "story":
        erase_story(installation, story, "ana@example.org")
    elif how == "contact":
        erase_contact(installation, Channel.SMS, "+447911123456", "ana@example.org")
    else:
        assert purge(installation).stories == 1
    assert len(mark_rows(installation)) == bool(stays)
    assert gone[13:] not in on_disk(installation)


def test_a_csv_cell_of_marks_is_still_safe(installation: Installation) -> None:
    story = StoryWriter(installation).tell("Ana=1+1", "Ana")
    marks.add(installation, story, "name", "Ana", "ana@example.org")
    (row,) = csv.DictReader(io.StringIO(download(installation).decode("utf-8-sig"), newline=""))
    assert row["pressure"] == "[name]=1+1\n[name]"
