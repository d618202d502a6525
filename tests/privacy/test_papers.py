"""The papers of data protection: they say this campaign's own figures, promise what there is, and hold together."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import click
import pytest
from cli.test_commands import Desk, _logs_as_before, desk, empty  # noqa: F401 (fixtures)
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.sandbox import ADDRESS, House

from bot.campaigns import SHIPPED, approval
from bot.engine.campaign import Disclosure, Limits
from bot.installation import Installation
from bot.language import catalogue
from bot.language.sms_parts import count
from bot.privacy.notice import notice_of
from bot.privacy.papers import dpia, notice, policy, record
from bot.privacy.papers.brief import Brief, brief_of, day
from bot.privacy.papers.bundle import papers_of
from bot.privacy.papers.held import HELD
from bot.privacy.papers.measures import MEASURES
from bot.privacy.papers.page import WARNING, blank, document, html, says, section
from bot.privacy.papers.parties import flow, parties_table, recipients_table, transfers
from bot.privacy.papers.purposes import open_questions
from bot.privacy.papers.risks import LIKELIHOOD, RISKS, SEVERITY, Chance, left_high
from bot.store import tables
from bot.stories.disclosure import RULES
from scripts.cli.main import openear

ROOT = Path(__file__).parents[2]
THRIVE = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")
ENGLISH = ("dpia.html", "record-of-processing.html", "appropriate-policy.html")


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """The shipped campaign, both channels, all languages as drafts."""
    house = House()
    yield house.installation
    house.close()


@pytest.fixture(scope="module")
def brief(installation: Installation) -> Brief:
    return brief_of(installation, installation.campaigns["thrive"])


@pytest.fixture(scope="module")
def papers(installation: Installation) -> dict[str, str]:
    return papers_of(installation, installation.campaigns["thrive"])


class Page(HTMLParser):
    """Reads a page and refuses tags that do not match."""

    EMPTY = frozenset({"meta", "br"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.codes: list[str] = []
        self.declared = ""
        self.feed(source)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_decl(self, decl: str) -> None:
        self.declared = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)
        if "code" in self.open:
            self.codes.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


# --- what is written


def test_every_paper_is_there_and_a_notice_in_every_language_that_has_one(
    installation: Installation, papers: dict[str, str]
) -> None:
    codes = notice_of(installation, installation.campaigns["thrive"]).languages()
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


def test_risks_that_stay_high_are_named_for_the_commissioner(papers: dict[str, str]) -> None:
    after = papers["dpia.html"].split("Prior consultation")[1]
    assert left_high()
    for risk in RISKS:
        assert (risk.name in after) == (risk in left_high())


# --- figures


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
    mine = replace(brief, campaign=changed)
    pages = [Page(dpia.page(mine)).text, Page(record.page(mine)).text, Page(policy.page(mine)).text]
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
    mine = replace(brief, campaign=changed, first="First", questions=())
    for made in (dpia.page, record.page, policy.page):
        text = Page(made(mine)).text
        assert text.count("90 days") == text.count("token ends after 90 days")
        for old in ("24 months", "30 days after the last message", "16 or over", "Citizens UK (example)", "£2,500"):
            assert old not in text, old


def test_no_limit_is_called_so_and_no_closing_day_is_a_place_to_fill(brief: Brief) -> None:
    open_end = replace(brief.campaign, closes=None, limits=Limits(spend=0, spend_per_day=0))
    text = Page(dpia.page(replace(brief, campaign=open_end))).text
    assert "no limit a day, no limit in all" in text
    assert "closing day; none is set: ________" in text


def test_what_people_are_asked_stands_as_it_is_sent(brief: Brief, papers: dict[str, str]) -> None:
    text = Page(papers["dpia.html"]).text
    assert brief.first in text
    assert [step.id for step, _text in brief.questions] == [step.id for step in brief.campaign.steps]
    for step, asked in brief.questions:
        assert re.sub(r"\s+", " ", asked) in text
        assert all(label in text for _code, label in step.choices)


# --- what is configured


def test_a_carrier_stands_only_where_its_channel_is_configured(brief: Brief) -> None:
    for sms, telegram in ((True, True), (True, False), (False, True), (False, False)):
        mine = replace(brief, sms=sms, telegram=telegram)
        for made in (
            flow(mine), parties_table(mine, "Who"), transfers(mine), recipients_table(mine, "To whom"),
            open_questions(mine),
        ):  # fmt: skip
            assert sms or "Twilio" not in made
            assert telegram or "Telegram" not in made
        assert ("Twilio" in parties_table(mine, "Who")) == sms
        assert ("Telegram" in parties_table(mine, "Who")) == telegram
        assert ("no channel is configured yet" in parties_table(mine, "Who")) == (not (sms or telegram))


def test_gateways_and_bot_servers_of_ones_own_ask_who_runs_them(brief: Brief) -> None:
    assert "who runs" not in parties_table(brief, "Who")
    assert "who runs that gateway" in parties_table(replace(brief, other_sms_api=True), "Who")
    assert "Bot API server" in parties_table(replace(brief, own_bot_server=True), "Who")


def test_on_postgresql_nothing_is_promised_that_only_sqlite_does(brief: Brief) -> None:
    lite, postgres = (Page(dpia.page(replace(brief, postgres=one))).text for one in (False, True))
    assert "SQLite overwrites deleted rows" in lite
    assert "SQLite" not in postgres
    assert "until they are vacuumed" in postgres
    assert "OpenEar neither encrypts nor checks them" in postgres


def test_languages_are_listed_with_their_approvals(brief: Brief, papers: dict[str, str]) -> None:
    text = Page(papers["dpia.html"]).text
    assert {tongue.code for tongue in brief.tongues} >= set(brief.campaign.languages)
    assert f"Offered now without any speaker's approval: {', '.join(brief.unapproved)}." in text
    read = replace(brief, tongues=tuple(replace(one, approved="by Ana Pérez, 2026-11-20") for one in brief.tongues))
    said = Page(dpia.page(read)).text
    assert "Every language offered now is approved." in said
    assert said.count("approved by Ana Pérez, 2026-11-20") == len(brief.tongues)


def test_an_approval_is_read_where_it_is_kept(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    campaign = installation.campaigns["thrive"]
    approval.approve(tmp_path, "es", "Ana Pérez", date(2026, 11, 20), [installation.wordings["thrive"]])
    monkeypatch.setattr(catalogue, "LOCALES", tmp_path)
    found = {tongue.code: tongue.approved for tongue in brief_of(installation, campaign).tongues}
    assert found.pop("es") == "by Ana Pérez, 2026-11-20"
    assert not any(found.values())


# --- the lists behind the papers


def _named() -> Iterator[tuple[str, str]]:
    for one in (*RISKS, *MEASURES):
        yield from (("command", command) for command in one.commands)
        yield from (("test", name) for name in one.tests)


@pytest.mark.parametrize("name", sorted({name for kind, name in _named() if kind == "test"}))
def test_every_test_that_is_named_exists(name: str) -> None:
    assert re.search(r"^def test_", (ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8"), re.MULTILINE)


def _is_command(words: list[str]) -> bool:
    command: click.Command | None = openear
    while isinstance(command, click.Group) and words:
        command, words = command.commands.get(words[0]), words[1:]
    return isinstance(command, click.Command) and not isinstance(command, click.Group) and all(map(str.isupper, words))


def test_every_command_that_is_named_exists(papers: dict[str, str]) -> None:
    shown = {code for name in ENGLISH for code in Page(papers[name]).codes if code.startswith("openear")}
    assert {name for kind, name in _named() if kind == "command"} <= shown
    assert len(shown) > 15
    assert [name for name in shown if not _is_command(name.split()[1:])] == []
    assert not _is_command(["audit"])
    assert not _is_command(["anonymise"])


def test_every_risk_has_a_measure_a_proof_and_something_that_remains() -> None:
    for risk in RISKS:
        assert risk.measures
        assert risk.remains
        assert risk.commands or risk.tests, risk.name
        assert risk.after.likelihood <= risk.before.likelihood
        assert risk.after.severity <= risk.before.severity
    assert len({risk.name for risk in RISKS}) == len(RISKS) >= 12


def test_levels_rise_with_likelihood_and_with_severity() -> None:
    order = ("low", "medium", "high")
    grid = [
        [order.index(Chance(row, column).level) for column in range(len(SEVERITY))] for row in range(len(LIKELIHOOD))
    ]
    assert all(row == sorted(row) for row in grid)
    assert all(list(column) == sorted(column) for column in zip(*grid, strict=True))
    assert Chance(0, 0).level == "low"
    assert Chance(1, 2).level == Chance(2, 2).level == "high"
    assert str(Chance(1, 2)) == "possible, severe"


def test_every_table_of_the_database_has_a_line_that_says_how_long_it_is_kept() -> None:
    assert {name for one in HELD for name in one.tables} == set(tables.metadata.tables)


def test_nothing_is_promised_of_downloads_that_they_are_not(papers: dict[str, str]) -> None:
    for name in (*ENGLISH, "privacy-en.html", "privacy-sms.txt"):
        assert "anonym" not in papers[name].lower(), name


# --- pages


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


NASTY = st.text(st.sampled_from("<>&\"'`{}[]/\\_é؟ scriptmark"), min_size=1, max_size=40).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(name=NASTY, controller=NASTY, telephone=NASTY)
def test_no_name_of_the_organisers_is_taken_for_html_or_for_a_placeholder(
    brief: Brief, name: str, controller: str, telephone: str
) -> None:
    nasty = replace(brief.campaign, name=name, controllers=(controller,), telephone=telephone)
    plain = replace(brief.campaign, name="N", controllers=("C",), telephone="T")
    for made in (dpia.page, record.page, policy.page):
        page = Page(made(replace(brief, campaign=nasty)))
        assert page.tags == Page(made(replace(brief, campaign=plain))).tags
        for said in (name, controller):
            assert re.sub(r"\s+", " ", said) in page.text


def test_sentences_and_values_are_escaped_and_only_our_own_html_is_not() -> None:
    assert html("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#x27;"
    assert says("a < b: {x} `run {y}`", x="<i>", y="`&`") == "a &lt; b: &lt;i&gt; <code>run `&amp;`</code>"
    assert says("{x}", x=blank("<who>")) == "<mark>&lt;who&gt;: ________</mark>"
    assert html(section("A & B", says("{x}", x="{y}"))).count("{y}") == 1
    assert '<html lang="ar" dir="rtl">' in document("T", "S", language="ar", direction="rtl")


# --- notices


def test_a_notice_is_in_its_language_and_direction_and_says_that_it_is_a_draft(
    installation: Installation, brief: Brief, papers: dict[str, str]
) -> None:
    said = notice_of(installation, installation.campaigns["thrive"])
    noticed = [tongue for tongue in brief.tongues if tongue.notice]
    assert {tongue.direction for tongue in noticed} == {"ltr", "rtl"}
    for tongue in noticed:
        page = Page(papers[f"privacy-{tongue.code}.html"])
        root = dict(page.tags)["html"]
        assert root["lang"] == ("en-GB" if tongue.code == "en" else tongue.code)
        assert root["dir"] == tongue.direction
        for heading, text in said.sections(tongue.code):
            assert re.sub(r"\s+", " ", heading) in page.text
            assert re.sub(r"\s+", " ", text) in page.text
        drafted = re.sub(r"\s+", " ", said.text("draft", tongue.code)) in page.text
        assert drafted == (tongue.code != "en")
        links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
        assert links == [f"privacy-{other.code}.html" for other in noticed if other.code != tongue.code]


def test_an_approved_notice_is_no_draft_translation(installation: Installation, brief: Brief) -> None:
    said = notice_of(installation, installation.campaigns["thrive"])
    arabic = next(tongue for tongue in brief.tongues if tongue.code == "ar")
    page = Page(notice.page(brief, said, replace(arabic, approved="by Ana, 2026-11-20"), []))
    assert re.sub(r"\s+", " ", said.text("draft", "ar")) not in page.text
    assert WARNING in page.text


def test_the_short_notice_stands_in_every_language_with_its_parts(brief: Brief, papers: dict[str, str]) -> None:
    head, *blocks = papers["privacy-sms.txt"].split("\n\n")
    assert "(address)" not in head
    noticed = [tongue for tongue in brief.tongues if tongue.notice]
    assert len(blocks) == len(noticed)
    for block, tongue in zip(blocks, noticed, strict=True):
        line, text = block.strip().split("\n")
        cost = count(text)
        assert line.startswith(f"[{tongue.code}] {tongue.english}: {cost.encoding}, {cost.parts} part")
        assert ("more than one text should take" in line) == (cost.parts > (2 if cost.encoding == "GSM-7" else 5))
        assert "draft: no speaker has approved it" in line
        assert f"{ADDRESS}/privacy/thrive/" in text


def test_without_a_public_address_the_short_notice_says_where_it_belongs(
    installation: Installation, brief: Brief
) -> None:
    said = notice_of(installation, installation.campaigns["thrive"])
    text = notice.short(replace(brief, public_url=""), said, [brief.tongues[0]])
    assert "OPENEAR_PUBLIC_URL is not set" in text
    assert text.endswith("(address)\n")


# --- the command


@pytest.fixture
def campaigns(desk: Desk) -> Path:  # noqa: F811
    """A folder of one's own with one campaign."""
    folder = desk.folder / "campaigns"
    folder.mkdir()
    text = THRIVE
    for old, new in (
        ('slug = "thrive"', 'slug = "own"'),
        ("flag_days = 90", "flag_days = 41"),
        ("contact_days = 30", "contact_days = 17"),
        ("minimum_age = 16", "minimum_age = 19"),
        ('"Citizens UK (example)"', '"Ours & <Theirs>"'),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    desk.environment["OPENEAR_CAMPAIGNS"] = str(folder)
    return folder


def test_the_papers_of_a_campaign_of_ones_own_lie_in_the_folder(desk: Desk, campaigns: Path) -> None:  # noqa: F811
    folder = desk.folder / "papers"
    said = desk.good("papers", "--output", str(folder))
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert {Path(line).name for line in said.splitlines()} == set(found)
    assert {*ENGLISH, "privacy-sms.txt", "privacy-en.html"} <= set(found)
    for name in (*ENGLISH, "privacy-en.html"):
        assert "Ours &amp; &lt;Theirs&gt;" in found[name]
        assert "<Theirs>" not in found[name]
        assert "41 days" in found[name]
    assert "You must be 19 or over" in found["privacy-en.html"]
    assert "17 days" in found["privacy-sms.txt"]
    assert desk.actions() == []


def test_several_campaigns_get_a_folder_each_and_one_can_be_chosen(desk: Desk, campaigns: Path) -> None:  # noqa: F811
    (campaigns / "thrive.toml").write_text(THRIVE, encoding="utf-8")
    desk.good("papers", "-o", "all")
    assert {path.name for path in (desk.folder / "all").iterdir()} == {"own", "thrive"}
    desk.good("papers", "-o", "one", "--campaign", "own")
    one = desk.folder / "one" / "dpia.html"
    assert one.read_bytes() == (desk.folder / "all" / "own" / "dpia.html").read_bytes()
    said = desk.bad("papers", "-o", "none", "--campaign", "nobody")
    assert "--campaign with one of own, thrive" in said
    assert not (desk.folder / "none").exists()


def test_what_somebody_filled_in_is_never_replaced(desk: Desk, campaigns: Path) -> None:  # noqa: F811
    desk.good("papers", "-o", "papers")
    folder = desk.folder / "papers"
    (folder / "privacy-sms.txt").unlink()
    filled = (folder / "dpia.html").read_text(encoding="utf-8").replace("________", "Ana Pérez", 1)
    (folder / "dpia.html").write_text(filled, encoding="utf-8")
    said = desk.bad("papers", "-o", "papers")
    assert "dpia.html" in said
    assert "name a new folder" in said
    assert (folder / "dpia.html").read_text(encoding="utf-8") == filled
    assert not (folder / "privacy-sms.txt").exists()
    (folder / "dpia.html").unlink()
    desk.good("papers", "-o", "papers")
    assert (folder / "privacy-sms.txt").exists()


def test_a_language_day_is_written_as_people_read_it() -> None:
    assert day(date(2026, 3, 5)) == "5 March 2026"
