"""The papers say this campaign's own figures."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from privacy.papers.page import ENGLISH, Page, plain

from bot.engine.campaign import Disclosure, Limits
from bot.privacy.papers import Brief, day, values_of, written
from bot.stories.disclosure import RULES


def _texts(brief: Brief) -> list[str]:
    values = values_of(brief)
    return [Page(written(paper, values)).text for paper in ENGLISH]


@settings(max_examples=25, deadline=None)
@given(
    flag=st.integers(1, 4000), contact=st.integers(1, 4000), months=st.integers(1, 99), age=st.integers(13, 25),
    per_day=st.integers(1, 9999), spend=st.integers(1, 999_999), rule=st.sampled_from(sorted(RULES)),
    controllers=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), min_size=1),
)  # fmt: skip
def test_every_figure_of_a_changed_campaign_shows_up(
    brief: Brief, flag: int, contact: int, months: int, age: int, per_day: int, spend: int, rule: Disclosure,
    controllers: list[str],
) -> None:  # fmt: skip
    changed = replace(
        brief.campaign, flag_days=flag, contact_days=contact, story_months=months, minimum_age=age, disclosure=rule,
        limits=Limits(per_person_day=per_day, spend=spend), controllers=tuple(controllers), opens=date(2031, 2, 3),
    )  # fmt: skip
    pages = _texts(replace(brief, campaign=changed))
    for text in pages:
        assert f"{flag} days" in text
        assert f"{months} months" in text
        assert f"The age asked for is {age}." in text or text is pages[1]
        assert all(controller in text for controller in controllers)
    assert f"{contact} days after the last message" in pages[0]
    assert f"{contact} days after the last message" in pages[1]
    assert f"{age} or over" in pages[0]
    assert f"{per_day} a day go to one person" in pages[0]
    assert f"£{spend:,} in all" in pages[0]
    assert "3 February 2031" in pages[0]
    assert ("NOTHING IS HIDDEN" in pages[0]) == (rule == "exact")


def test_no_figure_of_the_shipped_campaign_is_left_in_another_ones_papers(brief: Brief) -> None:
    changed = replace(
        brief.campaign, flag_days=41, contact_days=17, story_months=7, minimum_age=19,
        controllers=("Somebody else",), limits=Limits(1, 2, 3, 4),
    )  # fmt: skip
    for text in _texts(replace(brief, campaign=changed, first="First", questions=())):
        assert text.count("90 days") == text.count("token ends after 90 days")
        for old in ("24 months", "30 days after the last message", "16 or over", "Citizens UK (example)", "£2,500"):
            assert old not in text, old


def test_no_limit_is_called_so_and_no_closing_day_is_a_place_to_fill(brief: Brief) -> None:
    open_end = replace(brief.campaign, closes=None, limits=Limits(spend=0, spend_per_day=0))
    text = _texts(replace(brief, campaign=open_end))[0]
    assert "no limit a day, no limit in all" in text
    assert "closing day; none is set: ________" in text


def test_what_people_are_asked_stands_as_it_is_sent(brief: Brief, papers: dict[str, str]) -> None:
    text = Page(papers["dpia.html"]).text
    assert brief.first in text
    assert [step.id for step, _text in brief.questions] == [step.id for step in brief.campaign.steps]
    for step, asked in brief.questions:
        assert plain(asked) in text
        assert all(label in text for _code, label in step.choices)


def test_a_language_day_is_written_as_people_read_it() -> None:
    assert day(date(2026, 3, 5)) == "5 March 2026"
