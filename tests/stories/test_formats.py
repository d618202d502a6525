"""JSON Lines and Word."""

import io
import json
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.downloads import SUNDAY_NIGHT, download
from kit.stories import ORGANISER, RAW, StoryWriter, make_installation
from sqlalchemy import delete

from bot.installation import Installation
from bot.store import tables
from bot.store.organisers import Grant
from bot.stories.formats.wordml import paragraph

# JSON Lines


def test_json_lines_carry_every_message_by_itself(installation: Installation, teller: StoryWriter) -> None:
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
    teller = StoryWriter(installation)

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


def test_the_transcript_opens_with_its_headings(installation: Installation, teller: StoryWriter) -> None:
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
    installation: Installation, teller: StoryWriter, grant: Grant, said: str
) -> None:
    document = opened(download(installation, "docx", grant))
    assert said in document.sections[0].footer.paragraphs[0].text
    assert "redacted" in document.sections[0].header.paragraphs[0].text.lower()
    assert "invented" not in document.sections[0].header.paragraphs[0].text


def test_the_demos_transcript_says_that_it_is_invented(installation: Installation, teller: StoryWriter) -> None:
    document = opened(download(installation, "docx", invented=True))
    assert "all stories are invented" in document.sections[0].header.paragraphs[0].text


def test_words_written_from_the_right_are_marked_so(installation: Installation, teller: StoryWriter) -> None:
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


def test_equal_stories_make_equal_transcripts(installation: Installation, teller: StoryWriter) -> None:
    teller.tell("rent")
    first, second = (zipfile.ZipFile(io.BytesIO(download(installation, "docx"))) for _ in range(2))
    assert {one.filename: one.CRC for one in first.infolist()} == {one.filename: one.CRC for one in second.infolist()}
    assert first.testzip() is None
