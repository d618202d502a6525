"""The rows of a download, and CSV."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.downloads import SUNDAY_NIGHT, download, rows_of
from kit.stories import ORGANISER, RAW, StoryWriter

from bot.engine.campaign import Campaign
from bot.installation import Installation
from bot.store.organisers import Grant
from bot.stories.formats.csv import guarded
from bot.stories.formats.csv import line as csv_line
from bot.stories.formats.rows import columns

DANGEROUS = "=+-@＝＋－＠\t\r\n\x00"


# Rows


def test_the_row_of_the_contract(installation: Installation, teller: StoryWriter) -> None:
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


def test_list_answers_in_own_words_declined_or_of_another_time(installation: Installation, teller: StoryWriter) -> None:
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
    installation: Installation, teller: StoryWriter, file_format: str
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


def test_csv_has_a_mark_for_excel_and_can_do_without(installation: Installation, teller: StoryWriter) -> None:
    teller.tell("Żółć")
    assert download(installation, "csv").startswith(b'\xef\xbb\xbf"story_id"')
    assert download(installation, "csv", bom=False).startswith(b'"story_id"')
    assert download(installation, "csv").endswith(b"\r\n")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5))
def test_csv_gives_back_what_went_in(values: list[str]) -> None:
    (parsed,) = csv.reader(io.StringIO(csv_line(values), newline=""), strict=True)
    overrides = re.compile("[\u202a-\u202e\u2066-\u2069]")
    assert [unguarded(value) for value in parsed] == [overrides.sub("", value) for value in values]


def unguarded(text: str) -> str:
    """`text` without the apostrophe of `guarded`: to remove it in front of a risky text is always right."""
    return text[1:] if text.startswith("'") and guarded(text) != text else text


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
    installation: Installation, teller: StoryWriter
) -> None:
    teller.tell("a\u202e=1\u2066b")
    teller.tell("\u202e=1+1")
    assert [row["pressure"] for row in rows_of(download(installation, "csv"))] == ["a=1b", "'=1+1"]
    assert json.loads(download(installation, "jsonl").splitlines()[0])["messages"][0]["text"] == "a\u202e=1\u2066b"
