"""The public privacy page: in every language that has a whole notice, readable by anybody, run by no script."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from kit.campaigns import with_campaigns
from kit.sandbox import Sandbox

from bot.language import catalogue, notice
from bot.language.notice import SECTIONS
from bot.language.notice_texts import NOTICE
from bot.operations.backup import KEEP_DAYS
from bot.privacy.complaints import ACKNOWLEDGE_DAYS, MOST, MOST_REACH
from bot.privacy.notice import drafted, notice_of
from bot.store import tables
from webhooks.app import create_app
from webhooks.pages import privacy

LANGUAGES = catalogue.load().languages
WHOLE = [code for code in LANGUAGES if not notice.missing(code)]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    one = Sandbox()
    yield one
    one.close()


@pytest.fixture(scope="module")
def client(sandbox: Sandbox) -> FlaskClient:
    return create_app(sandbox.installation).test_client()


class Page(HTMLParser):
    """What there is on a page: elements with their attributes, and the text outside of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.said = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"meta", "link", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(client: FlaskClient, code: str) -> Page:
    response = client.get(f"/privacy/thrive/{code}")
    assert response.status_code == 200
    return Page(response.get_data(as_text=True))


# --- the languages


def test_english_is_always_there_and_several_scripts_are() -> None:
    assert {"en", "ar", "ur", "fa", "ta", "uk"} <= set(WHOLE)


@pytest.mark.parametrize("code", WHOLE)
def test_every_page_says_its_language_and_its_direction_and_is_whole(client: FlaskClient, code: str) -> None:
    found = page(client, code)
    (root,) = found.all("html")
    assert root == {"lang": code, "dir": LANGUAGES[code].direction}
    assert found.open == []
    assert len(found.all("h1")) == 1
    assert len(found.all("section")) == len(SECTIONS)
    assert "{" not in found.said and "}" not in found.said


@pytest.mark.parametrize("code", WHOLE)
def test_every_other_language_that_has_a_whole_notice_is_linked_by_its_own_name(client: FlaskClient, code: str) -> None:
    found = page(client, code)
    links = found.all("a")
    assert {link["href"] for link in links} == set(WHOLE) - {code}
    for link in links:
        other = LANGUAGES[link["href"]]
        assert (link["lang"], link["hreflang"], link["dir"]) == (other.code, other.code, other.direction)
        assert other.name in found.said
        assert client.get(f"/privacy/thrive/{link['href']}").status_code == 200


def test_a_language_without_a_whole_notice_has_no_page(sandbox: Sandbox, client: FlaskClient) -> None:
    others = set(LANGUAGES) - set(WHOLE)
    for code in others | {"xx", "EN", "en-GB", "", "..", "en/", "en.html"}:
        if code:
            assert client.get(f"/privacy/thrive/{code}").status_code == 404, code
    assert client.get("/privacy/nowhere/en").status_code == client.get("/privacy/nowhere/").status_code == 404


def test_a_text_that_is_missing_unsure_or_of_another_english_takes_the_language_off(tmp_path: Path) -> None:
    source = (catalogue.LOCALES / "pl" / "LC_MESSAGES" / "privacy.po").read_text(encoding="utf-8")
    assert notice.missing("pl") == []
    entry = re.search(r'msgctxt "form send"\nmsgid "Send"\nmsgstr "[^"]+"', source)
    assert entry
    broken = {
        "missing": source.replace(entry[0], 'msgctxt "form send"\nmsgid "Send"\nmsgstr ""'),
        "gone": source.replace(entry[0], ""),
        "unsure": source.replace(entry[0], "#, fuzzy\n" + entry[0]),
        "another English": source.replace(entry[0], entry[0].replace('"Send"', '"Submit"')),
        "another placeholder": source.replace(entry[0], entry[0][:-1] + ' {phone}"'),
    }
    for name, text in broken.items():
        folder = tmp_path / name.replace(" ", "-")
        (folder / "pl" / "LC_MESSAGES").mkdir(parents=True)
        (folder / "pl" / "LC_MESSAGES" / "privacy.po").write_text(text, encoding="utf-8")
        assert notice.missing("pl", folder) == ["form send"], name
    assert notice.missing("pl", tmp_path) == list(NOTICE)


@pytest.mark.parametrize(
    ("accepts", "code"),
    [
        ("", "en"), ("ar", "ar"), ("ur-PK,ur;q=0.9,en;q=0.8", "ur"), ("xx", "en"), ("de, fr;q=0.5", "fr"),
        ("en-GB,en;q=0.9,pl;q=0.8", "en"), ("pl;q=0.9,en;q=0.8", "pl"), ("fr-CA", "fr"), ("\x00;;;q=", "en"),
        ("*", "en"), ("ta;q=0", "en"),
    ],
)  # fmt: skip
def test_the_address_without_a_language_leads_to_the_browsers(client: FlaskClient, accepts: str, code: str) -> None:
    headers = {"Accept-Language": accepts} if accepts and "\x00" not in accepts else {}
    response = client.get("/privacy/thrive/", headers=headers)
    assert (response.status_code, response.headers["Location"]) == (302, f"/privacy/thrive/{code}")


def test_nobody_is_led_to_another_house(client: FlaskClient) -> None:
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        location = client.get("/privacy/thrive/", headers=headers).headers["Location"]
        assert location == "/privacy/thrive/en"


# --- what protects its reader


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_no_script_no_cookie_and_nothing_from_elsewhere(client: FlaskClient, code: str, method: str) -> None:
    response = client.open(f"/privacy/thrive/{code}", method=method)
    found = Page(response.get_data(as_text=True))
    assert not {name for name, _ in found.elements} & {"script", "iframe", "img", "object", "embed", "svg", "style"}
    assert not [a for _, attributes in found.elements for a in attributes if a.startswith("on") or a == "style"]
    assert [link["href"] for link in found.all("link")] == ["/privacy.css"]
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', response.get_data(as_text=True))
    assert "Set-Cookie" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    policy = dict(part.strip().partition(" ")[::2] for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'", "style-src": "'self'", "base-uri": "'none'", "form-action": "'self'",
        "frame-ancestors": "'none'",
    }  # fmt: skip


def test_the_style_is_our_own_asks_for_nothing_and_works_in_both_directions(client: FlaskClient) -> None:
    """Sides are named by the direction of reading, so that nothing sits on the wrong one in Arabic."""
    with client.get("/privacy.css") as response:
        style = response.get_data(as_text=True)
        assert (response.status_code, response.mimetype) == (200, "text/css")
    assert not re.search(r"@import|url\(|expression|//", style)
    assert not re.search(r"(?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)|float:", style)


# --- what it says


@pytest.mark.parametrize("code", WHOLE)
def test_the_figures_are_the_codes_own(sandbox: Sandbox, client: FlaskClient, code: str) -> None:
    thrive = sandbox.installation.campaigns["thrive"]
    said = page(client, code).said
    for figure in (thrive.contact_days, thrive.flag_days, KEEP_DAYS, ACKNOWLEDGE_DAYS, thrive.minimum_age):
        assert str(figure) in said, figure
    for words in (thrive.telephone, "ico.org.uk", "0303 123 1113", "999", *thrive.controllers):
        assert words in said, words


def test_other_figures_in_the_campaign_are_other_figures_on_the_page(sandbox: Sandbox) -> None:
    one = sandbox.installation
    changed = replace(one.campaigns["thrive"], contact_days=41, flag_days=43)
    changed_house = with_campaigns(one, changed)
    said = Page(create_app(changed_house).test_client().get("/privacy/thrive/en").get_data(as_text=True)).said
    assert "41 days after your last message" in said
    assert "43 days" in said


def test_the_draft_note_stands_where_no_speaker_has_approved_and_only_there(
    sandbox: Sandbox, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = sandbox.installation.campaigns["thrive"]
    for code in WHOLE:
        note = notice_of(sandbox.installation, campaign).text("draft", code)
        wanted = code != "en" and drafted(sandbox.installation, campaign, code)
        found = page(client, code)
        assert (note in found.said) is wanted, code
        assert (len([one for one in found.all("p") if one.get("role") == "note"]) == 1) is wanted
    monkeypatch.setattr(privacy, "drafted", lambda *_all: False)
    for code in WHOLE:
        assert 'role="note"' not in client.get(f"/privacy/thrive/{code}").get_data(as_text=True)
    monkeypatch.setattr(privacy, "drafted", lambda *_all: True)
    assert 'role="note"' in client.get("/privacy/thrive/ar").get_data(as_text=True)
    assert 'role="note"' not in client.get("/privacy/thrive/en").get_data(as_text=True)


@pytest.mark.parametrize("code", WHOLE)
def test_the_form_can_be_filled_in_by_anybody(client: FlaskClient, code: str) -> None:
    found = page(client, code)
    (form,), (text,), (reach,), (button,) = (found.all(tag) for tag in ("form", "textarea", "input", "button"))
    assert (form["method"], form["action"]) == ("post", f"/privacy/thrive/{code}")
    assert (text["name"], text["maxlength"], "required" in text) == ("complaint", str(MOST), True)
    assert (reach["name"], reach["maxlength"], reach["autocomplete"]) == ("reach", str(MOST_REACH), "off")
    assert "required" not in reach
    assert {label["for"] for label in found.all("label")} == {text["id"], reach["id"]}
    assert button == {}


def test_a_campaigns_own_words_cannot_break_the_page(sandbox: Sandbox) -> None:
    one = sandbox.installation
    changed = replace(one.campaigns["thrive"], controllers=("<b>Ear & Co</b>",))
    client = create_app(with_campaigns(one, changed)).test_client()
    html = client.get("/privacy/thrive/en").get_data(as_text=True)
    assert "&lt;b&gt;Ear &amp; Co&lt;/b&gt;" in html
    assert "<b>" not in html


def test_looking_at_the_page_writes_nothing_and_says_nothing_about_anybody(
    sandbox: Sandbox, client: FlaskClient
) -> None:
    sandbox.tell_story("my landlord will not mend Hawthorn House")
    before = sandbox.everything()
    for code in WHOLE:
        assert "Hawthorn" not in page(client, code).said
    assert sandbox.everything() == before
    assert sandbox.rows(tables.complaints) == []
