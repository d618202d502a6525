"""What leaves the house: which stories, in which columns, and what each format does to words."""

import csv
import gc
import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.stories import NOW, ORGANISER, RAW, Storyteller, make_installation
from sqlalchemy import delete, select, update

from bot.engine.campaign import Campaign
from bot.errors import FilterError, NotAllowedError, NotFoundError
from bot.installation import Installation
from bot.store import erasure, tables
from bot.store.organisers import Grant
from bot.store.stories import Filters, count, read_stories
from bot.stories.export import open_export, open_tombstones, read_filters
from bot.stories.formats.csv import guarded, unguarded
from bot.stories.formats.csv import line as csv_line
from bot.stories.formats.rows import columns
from bot.stories.formats.wordml import paragraph

SUNDAY_NIGHT = datetime(2026, 9, 6, 23, 30, tzinfo=UTC)  # Monday already in London
DANGEROUS = "=+-@＝＋－＠\t\r\n\x00"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def teller(installation: Installation) -> Storyteller:
    return Storyteller(installation)


@pytest.fixture
def campaign(installation: Installation) -> Campaign:
    return installation.campaigns["thrive"]


def download(
    installation: Installation,
    file_format: str,
    grant: Grant = ORGANISER,
    *,
    bom: bool = True,
    invented: bool = False,
    **filters: str,
) -> bytes:
    thrive = installation.campaigns["thrive"]
    chosen = read_filters(installation, thrive, filters)
    export = open_export(installation, grant, thrive, file_format, chosen, bom=bom, invented=invented)
    return b"".join(export.body)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def ids(installation: Installation, **filters: str) -> set[str]:
    return {
        row["story_id"]
        for row in rows_of(download(installation, "csv", ORGANISER, bom=True, invented=False, **filters))
    }


# Which stories


def test_only_told_stories_that_stand_are_exported(installation: Installation, teller: Storyteller) -> None:
    story = teller.tell("rent")
    teller.tell("withdrawn", withdrawn_at=NOW)
    teller.tell(told=False)
    teller.tell("elsewhere", campaign="other")
    teller.draft("waits for a yes")
    content = download(installation, "jsonl", RAW).decode()
    assert [json.loads(line)["story_id"] for line in content.splitlines()] == [story]
    assert "waits" not in content


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "abc"),
        ({"since": "2026-09-07"}, "bc"),
        ({"since": "2026-09-08"}, "c"),
        ({"until": "2026-09-06"}, "a"),
        ({"until": "2026-09-07"}, "ab"),
        ({"since": "2026-09-07", "until": "2026-09-07"}, "b"),
        ({"language": "so"}, "b"),
        ({"language": "SO"}, "b"),
        ({"hub": "LRMN"}, "c"),
        ({"hub": "lrmn"}, "c"),
        ({"hub": "LRMN", "language": "so"}, ""),
        ({"theme": "housing"}, ""),
    ],
)
def test_filters(installation: Installation, teller: Storyteller, filters: dict[str, str], found: str) -> None:
    with installation.database.write() as connection:
        connection.execute(
            tables.hubs.insert().values(code="lrmn", shown="LRMN", campaign="thrive", name="LRMN", added_at=NOW)
        )
    named = {
        teller.tell("1", at=datetime(2026, 9, 6, 12, tzinfo=UTC)): "a",
        teller.tell("2", at=SUNDAY_NIGHT, language="so"): "b",
        teller.tell("3", hub="LRMN"): "c",
    }
    assert "".join(sorted(named[one] for one in ids(installation, **filters))) == found
    thrive = installation.campaigns["thrive"]
    with installation.read() as tx:
        assert count(tx, thrive, read_filters(installation, thrive, filters)) == len(found)


@pytest.mark.parametrize(
    ("filters", "mend"),
    [
        ({"since": "yesterday"}, "since=2026-11-21"),
        ({"since": "2026-02-30"}, "since=2026-11-21"),
        ({"until": "20261121"}, "until=2026-11-21"),
        ({"since": "2026-11-21", "until": "2026-11-20"}, "exchange"),
        ({"language": "klingon"}, "en, es"),
        ({"hub": "nowhere"}, "hub list"),
        ({"hub": ""}, "leave it out"),
        ({"theme": "weather"}, "housing"),
        ({"colour": "red"}, "since, until"),
    ],
)
def test_a_filter_that_cannot_be_meant_says_the_mend(
    installation: Installation, filters: dict[str, str], mend: str
) -> None:
    with pytest.raises(FilterError, match=re.escape(mend)):
        read_filters(installation, installation.campaigns["thrive"], filters)


def test_a_story_erased_between_two_pages_does_not_come(
    installation: Installation, teller: Storyteller, campaign: Campaign
) -> None:
    teller.tell_many(450, "words")
    stream = read_stories(installation.read, campaign, Filters())
    first = next(stream)
    with installation.write() as tx:
        later = list(tx.connection.execute(select(tables.stories.c.public).order_by(tables.stories.c.id)).scalars())[-1]
        erasure.erase_story(tx, later, "2026-11-21")
    rest = [story.story_id for story in stream]
    assert first.story_id not in rest
    assert later not in rest
    assert len(rest) == 448


def test_no_transaction_stays_open_between_pages(
    installation: Installation, teller: Storyteller, campaign: Campaign
) -> None:
    teller.tell_many(450, "words")
    stream = read_stories(installation.read, campaign, Filters())
    next(stream)
    assert installation.database.scrub()  # False while any reader holds the write-ahead log


def test_tombstones(installation: Installation, teller: Storyteller, campaign: Campaign) -> None:
    gone = teller.tell("words")
    with installation.write() as tx:
        erasure.erase_story(tx, gone, "2026-11-20")
        tx.connection.execute(tables.tombstones.insert().values(story="x", campaign="other", erased_on="2026-11-20"))
    export = open_tombstones(installation, ORGANISER, campaign, bom=False)
    assert b"".join(export.body) == f'"story_id","erased_on"\r\n"{gone}","2026-11-20"\r\n'.encode()


# Rows


def test_the_row_of_the_contract(installation: Installation, teller: Storyteller) -> None:
    story = teller.tell(
        "The rent.",
        "And damp.\nEverywhere.",
        ("change", "Repairs", ()),
        ("area", "4", ("lambeth",)),
        ("about_you", "2 7", ("migrant", "carer_lone_parent")),
        hub="LRMN",
        channel="telegram",
        language="so",
        may_quote="yes",
        at=SUNDAY_NIGHT,
    )
    (row,) = rows_of(download(installation, "csv"))
    assert row == {
        "story_id": story,
        "campaign": "thrive",
        "hub": "LRMN",
        "channel": "telegram",
        "language": "so",
        "day": "2026-09-07",
        "pressure": "The rent.\nAnd damp.\nEverywhere.",
        "change": "Repairs",
        "area": "Lambeth",
        "about_you": "Migrant; Carer/lone parent",
        "may_quote": "yes",
        "may_recontact": "",
        "consent_version": "v1",
        "themes": "",
        "messages": "5",
        "schema_version": "1",
    }


def test_list_answers_in_own_words_declined_or_of_another_time(installation: Installation, teller: Storyteller) -> None:
    teller.tell("x", ("area", "near the old docks", ()), ("about_you", "0", ("rather_not",)))
    teller.tell("y", ("area", "", ("atlantis",)))
    first, second = rows_of(download(installation, "csv"))
    assert (first["area"], first["about_you"], second["area"]) == (
        "near the old docks",
        "Rather not say",
        "atlantis",
    )


def test_the_columns_follow_the_campaign(campaign: Campaign) -> None:
    shorter = replace(campaign, steps=campaign.steps[:1])
    assert columns(shorter)[5:8] == ("day", "pressure", "may_quote")


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "docx"])
def test_every_format_is_redacted_unless_the_role_is_raw(
    installation: Installation, teller: Storyteller, file_format: str
) -> None:
    teller.tell("ring 07911 123456", ("area", "SE15 4QA", ()))

    def text(grant: Grant) -> str:
        content = download(installation, file_format, grant)
        if file_format == "docx":
            return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
        return content.decode()

    assert "ring [phone]" in text(ORGANISER)
    assert "[postcode]" in text(ORGANISER)
    assert "07911" not in text(ORGANISER)
    assert "ring 07911 123456" in text(RAW)
    assert "SE15 4QA" in text(RAW)


# CSV


def test_csv_has_a_mark_for_excel_and_can_do_without(installation: Installation, teller: Storyteller) -> None:
    teller.tell("Żółć")
    assert download(installation, "csv").startswith(b'\xef\xbb\xbf"story_id"')
    assert download(installation, "csv", bom=False).startswith(b'"story_id"')
    assert download(installation, "csv").endswith(b"\r\n")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5))
def test_csv_gives_back_what_went_in(values: list[str]) -> None:
    (parsed,) = csv.reader(io.StringIO(csv_line(values), newline=""), strict=True)
    overrides = re.compile("[\u202a-\u202e\u2066-\u2069]")
    assert [unguarded(value) for value in parsed] == [overrides.sub("", value) for value in values]


@given(
    st.text(alphabet="\ufeff\u200b\u200d\u2060\u202e\u2067\xa0\u3000\u2800 \x0b\x1f\xad", max_size=4),
    st.sampled_from("=+-@＝＋－＠﹦﹢﹣﹫−"),
    st.text(max_size=10),
)
def test_no_field_is_a_formula(before: str, sign: str, after: str) -> None:
    (parsed,) = csv.reader(io.StringIO(csv_line([before + sign + after]), newline=""))
    assert parsed[0].startswith("'")


@pytest.mark.parametrize("first", DANGEROUS)
def test_each_dangerous_letter_is_guarded(first: str) -> None:
    assert guarded(f"{first}SUM(A1)") == f"'{first}SUM(A1)"


@pytest.mark.parametrize("text", ["rent", "1 = 2", "'tis", "", " x", "£5", "(=)"])
def test_plain_words_are_not_guarded(text: str) -> None:
    assert guarded(text) == text


def test_direction_overrides_leave_the_csv_alone_of_all_formats(
    installation: Installation, teller: Storyteller
) -> None:
    teller.tell("a\u202e=1\u2066b")
    teller.tell("\u202e=1+1")
    assert [row["pressure"] for row in rows_of(download(installation, "csv"))] == ["a=1b", "'=1+1"]
    assert json.loads(download(installation, "jsonl").splitlines()[0])["messages"][0]["text"] == "a\u202e=1\u2066b"


# JSON Lines


def test_json_lines_carry_every_message_by_itself(installation: Installation, teller: Storyteller) -> None:
    story = teller.tell("=1+1", "two\r\nlines", ("area", "4", ("lambeth",)), at=SUNDAY_NIGHT)
    assert json.loads(download(installation, "jsonl")) == {
        "story_id": story,
        "campaign": "thrive",
        "hub": "",
        "channel": "sms",
        "language": "en",
        "day": "2026-09-07",
        "messages": [
            {"step": "pressure", "text": "=1+1", "codes": [], "day": "2026-09-07"},
            {"step": "pressure", "text": "two\r\nlines", "codes": [], "day": "2026-09-07"},
            {"step": "area", "text": "4", "codes": ["lambeth"], "day": "2026-09-07"},
        ],
        "may_quote": "",
        "may_recontact": "",
        "consent_version": "v1",
        "themes": [],
        "schema_version": 1,
        "redacted": True,
    }


def test_json_lines_round_trip(tmp_path: Path) -> None:
    installation = make_installation(tmp_path)
    teller = Storyteller(installation)

    @settings(max_examples=50)
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
    def round_trip(texts: list[str]) -> None:
        with installation.database.write() as connection:
            connection.execute(delete(tables.answers))
            connection.execute(delete(tables.stories))
        teller.tell(*texts)
        (line,) = download(installation, "jsonl", RAW).decode().splitlines()
        assert [message["text"] for message in json.loads(line)["messages"]] == texts

    round_trip()
    installation.database.close()


# Word


def opened(content: bytes) -> "docx.document.Document":
    return docx.Document(io.BytesIO(content))


def test_the_transcript_opens_with_its_headings(installation: Installation, teller: Storyteller) -> None:
    story = teller.tell(
        "The rent.",
        "And damp.\nYes.",
        ("area", "4", ("lambeth",)),
        ("gone", "an old step", ()),
        hub="LRMN",
        may_quote="no",
    )
    document = opened(download(installation, "docx"))
    shown = [(one.style.name, one.text) for one in document.paragraphs if one.style]
    assert shown[0] == ("Title", "What we heard: South London Listens (Citizens UK and NHS)")
    body = shown[[text for _style, text in shown].index(story) :]
    assert [style for style, _text in body] == [
        "Heading 1", "Story facts", "Heading 2", "Normal", "Normal", "Heading 2", "Normal", "Heading 2", "Normal",
    ]  # fmt: skip
    facts = body[1][1]
    assert facts.startswith("21 November 2026 · SMS · English · hub LRMN · may be quoted without a name: no")
    assert body[2][1].startswith("What puts pressure on you")
    assert [text for _style, text in body[3:5]] == ["The rent.", "And damp.\nYes."]
    assert [text for _style, text in body[5:]] == ["Where do you live?", "Lambeth", "gone", "an old step"]


@pytest.mark.parametrize(("grant", "said"), [(ORGANISER, "Other names of people"), (RAW, "Not redacted")])
def test_the_transcript_says_what_was_masked(
    installation: Installation, teller: Storyteller, grant: Grant, said: str
) -> None:
    document = opened(download(installation, "docx", grant))
    assert said in document.sections[0].footer.paragraphs[0].text
    assert "redacted" in document.sections[0].header.paragraphs[0].text.lower()
    assert "invented" not in document.sections[0].header.paragraphs[0].text


def test_the_demos_transcript_says_that_it_is_invented(installation: Installation, teller: Storyteller) -> None:
    document = opened(download(installation, "docx", invented=True))
    assert "all stories are invented" in document.sections[0].header.paragraphs[0].text


def test_words_written_from_the_right_are_marked_so(installation: Installation, teller: Storyteller) -> None:
    teller.tell("الإيجار مرتفع NHS جدا", "in English", language="ar")
    document = opened(download(installation, "docx"))
    arabic, english = document.paragraphs[-2:]
    assert arabic._p.pPr is not None and arabic._p.pPr.find(qn("w:bidi")) is not None
    rightwards = [run._r.rPr is not None and run._r.rPr.find(qn("w:rtl")) is not None for run in arabic.runs]
    assert (rightwards, [run.text for run in arabic.runs][1]) == ([True, False, True], "NHS ")
    assert english._p.pPr is None
    assert 'w:lang w:bidi="ar"' in paragraph("مرحبا", language="ar")
    assert 'w:lang w:eastAsia="zh-CN"' in paragraph("房租", language="zh-Hans")
    assert 'w:lang w:val="so"' in paragraph("kirada", language="so")


@given(st.text(max_size=60))
def test_any_text_makes_a_paragraph_that_opens(text: str) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    root = docx.oxml.parse_xml(f'<w:body xmlns:w="{space}">{paragraph(text, language="ar")}</w:body>'.encode())
    breaks = "\n\r\v\f\x85\u2028\u2029"
    allowed = re.sub("[\x00-\x08\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)
    shown = "".join(node.text or "" for node in root.iter(qn("w:t")))
    assert shown == "".join(letter for letter in allowed if letter not in breaks)


def test_equal_stories_make_equal_transcripts(installation: Installation, teller: Storyteller) -> None:
    teller.tell("rent")
    first, second = (zipfile.ZipFile(io.BytesIO(download(installation, "docx"))) for _ in range(2))
    assert {one.filename: one.CRC for one in first.infolist()} == {one.filename: one.CRC for one in second.infolist()}
    assert first.testzip() is None


# The use case


@pytest.mark.parametrize("role", ["leader", "safeguarding", "admin"])
def test_other_roles_get_nothing(installation: Installation, campaign: Campaign, role: str) -> None:
    with pytest.raises(NotAllowedError):
        open_export(installation, Grant("x@example.org", role, "thrive"), campaign, "csv", Filters())


def test_another_campaigns_grant_gets_nothing(installation: Installation) -> None:
    with pytest.raises(NotAllowedError):
        open_export(installation, ORGANISER, installation.campaigns["other"], "csv", Filters())
    with pytest.raises(NotAllowedError):
        open_tombstones(installation, ORGANISER, installation.campaigns["other"])


def test_an_unknown_format_names_those_there_are(installation: Installation, campaign: Campaign) -> None:
    with pytest.raises(NotFoundError, match="csv, jsonl, docx"):
        open_export(installation, ORGANISER, campaign, "pdf", Filters())


def test_the_audit_tells_of_the_download_before_its_first_byte(
    installation: Installation, teller: Storyteller, campaign: Campaign
) -> None:
    teller.tell("rent", language="so")
    filters = read_filters(installation, campaign, {"language": "so", "since": "2026-09-01"})
    export = open_export(installation, RAW, campaign, "csv", filters, reason="a quote to check")
    with installation.database.read() as connection:
        row = connection.execute(select(tables.audit)).one()
        download = connection.execute(select(tables.downloads)).one()
    assert (row.actor, row.action, export.count) == ("raw@example.org", "export", 1)
    assert json.loads(row.detail) == {
        "campaign": "thrive", "role": "raw", "format": "csv", "stories": 1, "language": "so", "since": "2026-09-01",
        "reason": "a quote to check", "download": download.id,
    }  # fmt: skip
    assert (download.actor, download.role, download.format) == ("raw@example.org", "raw", "csv")
    assert export.filename == "thrive-stories-raw-2026-11-21.csv"


def test_a_ciphertext_of_another_row_is_not_exported(installation: Installation, teller: Storyteller) -> None:
    teller.tell("one")
    teller.tell("two")
    with installation.database.write() as connection:
        body = connection.execute(select(tables.answers.c.body).limit(1)).scalar_one()
        connection.execute(update(tables.answers).values(body=body))
    with pytest.raises(Exception, match=r"answers\.body of row \d+"):
        download(installation, "csv")


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "docx"])
def test_memory_does_not_grow_with_the_stories(
    installation: Installation, teller: Storyteller, campaign: Campaign, file_format: str
) -> None:
    def peak() -> tuple[int, int]:
        gc.collect()
        tracemalloc.start()
        try:
            export = open_export(installation, RAW, campaign, file_format, Filters())
            size = sum(map(len, export.body))
            return tracemalloc.get_traced_memory()[1], size
        finally:
            tracemalloc.stop()

    text = "The rent goes up and the damp stays. " * 20
    teller.tell_many(600, text)
    peak()  # makes whatever is made once
    small, _size = peak()
    teller.tell_many(2400, text)
    large, size = peak()
    assert file_format == "docx" or size > 3000 * len(text)
    assert large < 2 * small + 512 * 1024  # a page may wait for the collector; all five times as many would be far more


def test_the_day_is_that_of_the_campaigns_clock(installation: Installation, teller: Storyteller) -> None:
    teller.tell("late", at=SUNDAY_NIGHT)
    (row,) = rows_of(download(installation, "csv"))
    assert date.fromisoformat(row["day"]) == date(2026, 9, 7)
    assert NOW.isoformat() not in str(row)
