"""The privacy notices as files, in every language that has one, and the short notice for one text message."""

from dataclasses import replace

from kit.sandbox import ADDRESS
from privacy.papers.page import WARNING, Page, plain

from bot.language.notice import Notice
from bot.language.sms_parts import count
from bot.privacy.papers import Brief, files


def test_a_notice_is_in_its_language_and_direction_and_says_that_it_is_a_draft(
    brief: Brief, notice: Notice, papers: dict[str, str]
) -> None:
    assert {tongue.direction for tongue in brief.noticed} == {"ltr", "rtl"}
    for tongue in brief.noticed:
        page = Page(papers[f"privacy-{tongue.code}.html"])
        root = dict(page.tags)["html"]
        assert root["lang"] == ("en-GB" if tongue.code == "en" else tongue.code)
        assert root["dir"] == tongue.direction
        for heading, text in notice.sections(tongue.code):
            assert plain(heading) in page.text
            assert plain(text) in page.text
        drafted = plain(notice.text("draft", tongue.code)) in page.text
        assert drafted == (tongue.code != "en")
        links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
        assert links == [f"privacy-{other.code}.html" for other in brief.noticed if other.code != tongue.code]


def test_an_approved_notice_is_no_draft_translation(brief: Brief, notice: Notice) -> None:
    arabic = next(tongue for tongue in brief.tongues if tongue.code == "ar")
    approved = replace(brief, tongues=(replace(arabic, approved="by Ana, 2026-11-20"),))
    page = Page(files(approved, notice)["privacy-ar.html"])
    assert plain(notice.text("draft", "ar")) not in page.text
    assert WARNING in page.text
    assert "a" not in dict(page.tags), "a link to another language, where there is one notice only"


def test_the_short_notice_stands_in_every_language_with_its_parts(brief: Brief, papers: dict[str, str]) -> None:
    head, *blocks = papers["privacy-sms.txt"].split("\n\n")
    assert "(address)" not in head
    assert len(blocks) == len(brief.noticed)
    for block, tongue in zip(blocks, brief.noticed, strict=True):
        line, text = block.strip().split("\n")
        cost = count(text)
        assert line.startswith(f"[{tongue.code}] {tongue.english}: {cost.encoding}, {cost.parts} part")
        assert ("more than one text should take" in line) == (cost.parts > (2 if cost.encoding == "GSM-7" else 5))
        assert "draft: no speaker has approved it" in line
        assert f"{ADDRESS}/privacy/thrive/" in text


def test_without_a_public_address_the_short_notice_says_where_it_belongs(brief: Brief, notice: Notice) -> None:
    text = files(replace(brief, public_url="", tongues=brief.tongues[:1]), notice)["privacy-sms.txt"]
    assert "OPENEAR_PUBLIC_URL is not set" in text
    assert text.endswith("(address)\n")
