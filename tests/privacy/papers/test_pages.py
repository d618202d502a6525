"""The papers as pages: which there are, what each must hold, and that each prints and loads nothing."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import escape
from privacy.papers.page import ENGLISH, WARNING, Page, plain

from bot.language.notice import Notice
from bot.privacy.papers import TEMPLATES, Brief, _filled, blank, values_of, written

ROOT = Path(__file__).parents[3]


def test_every_paper_is_there_and_a_notice_in_every_language_that_has_one(
    notice: Notice, papers: dict[str, str]
) -> None:
    codes = notice.languages()
    assert {"en", "ar"} <= set(codes)
    assert set(papers) == {*ENGLISH, "privacy-sms.txt", *(f"privacy-{code}.html" for code in codes)}


def test_each_is_a_draft_of_a_day_with_places_to_fill_in(papers: dict[str, str]) -> None:
    for name, text in papers.items():
        assert WARNING in text
        assert "21 November 2026" in text
        if name in ENGLISH:
            assert text.count("<mark>") > 10, name


def test_the_assessment_has_the_seven_steps_and_says_why_it_must_be_made(papers: dict[str, str]) -> None:
    page = Page(papers["dpia.html"])
    assert re.findall(r"Step (\d):", page.text) == list("1234567")
    for said in (
        "An assessment is mandatory", "special categories", "vulnerable", "Children may write", "Article 6(1)(a)",
        "Article 9(2)(a)", "Article 6(1)(e)", "Recital 43", "Annex 1", "paragraph 18", "section 164A", "Article 36",
        "decided by a data protection officer: ________",
    ):  # fmt: skip
        assert said in page.text, said


def test_nothing_is_promised_of_downloads_that_they_are_not(papers: dict[str, str]) -> None:
    for name in (*ENGLISH, "privacy-en.html", "privacy-sms.txt"):
        assert "anonym" not in papers[name].lower(), name


def test_every_page_holds_together_loads_nothing_and_has_its_headings_in_order(papers: dict[str, str]) -> None:
    for name, text in papers.items():
        if not name.endswith(".html"):
            continue
        page = Page(text)
        assert page.declared == "doctype html"
        tags = [tag for tag, _attributes in page.tags]
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), name
        assert not {"script", "link", "img", "iframe", "form"} & set(tags)
        assert "url(" not in text
        assert "@import" not in text
        assert tags.count("table") == tags.count("caption")
        for tag, attributes in page.tags:
            assert "style" not in attributes
            assert not [one for one in attributes if one.startswith("on")]
            assert tag != "th" or attributes.get("scope") in {"col", "row"}
            assert tag != "a" or attributes["href"] in papers


def test_rows_are_as_long_as_their_headings(papers: dict[str, str]) -> None:
    for name in ENGLISH:
        for table in re.findall(r"<table>.*?</table>", papers[name], re.DOTALL):
            head, *rows = [len(re.findall(r"<t[hd][ >]", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)]
            assert rows
            assert set(rows) == {head}, table[:200]


# --- what is filled in

NASTY = st.text(st.sampled_from("<>&\"'`{}%#[]/\\_é؟ scriptmark"), min_size=1, max_size=40).filter(str.strip)


def _named(brief: Brief, name: str, controller: str, telephone: str) -> Iterator[Page]:
    campaign = replace(brief.campaign, name=name, controllers=(controller,), telephone=telephone)
    values = values_of(replace(brief, campaign=campaign))
    return (Page(written(paper, values)) for paper in ENGLISH)


@pytest.fixture(scope="module")
def ordinary(brief: Brief) -> list[Page]:
    """The papers of organisers whose names are letters."""
    return list(_named(brief, "N", "C", "T"))


@settings(max_examples=40, deadline=None)
@given(name=NASTY, controller=NASTY, telephone=NASTY)
def test_no_name_of_the_organisers_is_taken_for_html_or_for_a_placeholder(
    brief: Brief, ordinary: list[Page], name: str, controller: str, telephone: str
) -> None:
    for page, usual in zip(_named(brief, name, controller, telephone), ordinary, strict=True):
        assert page.tags == usual.tags
        for said in (name, controller):
            assert plain(said) in page.text


def test_values_are_escaped_and_only_our_own_html_is_not() -> None:
    sentence = "a &lt; b: {{ x }} <code>run {{ y }}</code>"
    [row] = _filled([{"what": sentence, "tests": ["y"]}], {"x": "<i>", "y": "&{{ x }}"})
    assert escape(row["what"]) == "a &lt; b: &lt;i&gt; <code>run &amp;{{ x }}</code>"
    assert row["tests"] == ["y"]
    assert blank("<who>") == "<mark>&lt;who&gt;: ________</mark>"
    [row] = _filled([{"what": "{{ x }}"}], {"x": blank("<who>")})
    assert escape(row["what"]) == "<mark>&lt;who&gt;: ________</mark>"


def test_a_value_that_is_missing_is_an_error_and_no_gap(brief: Brief) -> None:
    values = values_of(brief)
    for missing in ("telephone", "tests", "risks"):
        with pytest.raises(UndefinedError, match=missing):
            written("dpia.html", {name: value for name, value in values.items() if name != missing})


def test_every_template_is_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["bot"]
    shipped = {path for pattern in patterns for path in (ROOT / "bot").glob(pattern)}
    templates = {*TEMPLATES.iterdir(), *(ROOT / "bot" / "campaigns" / "translation" / "templates").iterdir()}
    assert len(templates) > 10
    assert templates <= shipped
