"""Complaints: numbered without a gap, unreadable at rest, acknowledged in time, and the form that takes them in."""

import html
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from kit.sandbox import PHONE, House
from sqlalchemy import update

from bot.engine.campaign import Campaign
from bot.engine.model import Channel
from bot.errors import InvalidError, NotFoundError, TooManyError
from bot.operations import checks
from bot.privacy import complaints
from bot.privacy.complaints import ACKNOWLEDGE_DAYS, MOST, MOST_A_DAY, MOST_REACH
from bot.privacy.erasure import erase_contact, purge
from bot.store import tables
from webhooks.app import create_app

WRONG, REACH = "You texted my sister Hawthorn at night", "ring 020 7946 0123"
ARABIC = "/privacy/thrive/ar"
PARTS = b'--b\r\nContent-Disposition: form-data; name="complaint"\r\n\r\nx\r\n--b--'
#: What people write into forms to see what happens.
XSS = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<svg/onload=alert(1)>",
    "{{7*7}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "{number}{phone}{0.__class__}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--<script>-->alert(1)<!--</script>-->",
    "<style>*{background:url(//evil.example)}</style>",
    "<base href=//evil.example>",
    "<a href=javascript:alert(1)>x</a>",
    "\u202e<script>\u202c",
    "＜script＞alert(1)＜/script＞",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "</main></body></html><h1>x</h1>",
]


@pytest.fixture
def client(house: House) -> FlaskClient:
    return create_app(house.installation).test_client()


def thrive(house: House) -> Campaign:
    return house.installation.campaigns["thrive"]


def take(house: House, way: str = "telephone", body: str = WRONG, reach: str = REACH) -> int:
    return complaints.take(house.installation, thrive(house), way, body, reach)


def audited(house: House) -> list[tuple[str, str, dict[str, object]]]:
    return [(row["actor"], row["action"], json.loads(row["detail"])) for row in house.rows(tables.audit)]


# --- taken in and worked on


def test_complaints_are_numbered_from_one_without_a_gap(house: House) -> None:
    assert [take(house) for _again in range(20)] == list(range(1, 21))
    complaints.close(house.installation, 20, "done", "ana@example.org")
    assert take(house) == 21


def test_complaints_at_the_same_moment_get_a_number_each(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _one: take(house), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_a_complaint_that_was_not_kept_takes_no_number(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    take(house)

    def fail(*_all: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("bot.store.audit.record", fail)
        with pytest.raises(ZeroDivisionError):
            take(house)
    assert take(house) == 2


def test_a_complaint_is_kept_as_it_was_said(house: House) -> None:
    house.later("1h")
    body = "எனக்கு\nyou texted\u202e me 👩🏽‍👦 <b>at night</b>"
    assert take(house, "letter", f"  {body}\n", "  1 High\n  Street ") == 1
    (one,) = complaints.everything(house.installation)
    assert (one.body, one.reach, one.way, one.campaign, one.at) == (
        body, "1 High Street", "letter", "thrive", house.now,
    )  # fmt: skip
    assert (one.acknowledged_at, one.closed_at, one.outcome) == (None, None, "")


def test_nothing_of_a_complaint_can_be_read_at_rest(house: House) -> None:
    take(house)
    complaints.close(house.installation, 1, "Magnolia was told sorry", "ana@example.org")
    disk = house.bytes_on_disk()
    for word in ("Hawthorn", "7946", "Magnolia"):
        assert word.encode() not in disk
    (row,) = house.rows(tables.complaints)
    assert len({bytes(row[name]) for name in ("body", "reach", "outcome")}) == 3


@pytest.mark.parametrize(
    ("body", "reach"),
    [("", REACH), (" \n\t ", REACH), ("x" * (MOST + 1), REACH), (WRONG, "x" * (MOST_REACH + 1))],
    ids=["empty", "white space", "too long", "too long an address"],
)
def test_what_cannot_be_taken_in_says_why_and_leaves_nothing(house: House, body: str, reach: str) -> None:
    with pytest.raises(InvalidError):
        take(house, body=body, reach=reach)
    assert house.rows(tables.complaints) == house.rows(tables.audit) == []
    assert take(house, body="x" * MOST, reach="x" * MOST_REACH) == 1


def test_acknowledging_and_closing_are_entered_and_audited_by_number_alone(house: House) -> None:
    take(house)
    house.later("2d")
    assert complaints.acknowledge(house.installation, 1, "ana@example.org").acknowledged_at == house.now
    first = house.now
    house.later("2d")
    complaints.acknowledge(house.installation, 1, "ana@example.org")
    complaints.close(house.installation, 1, "we said sorry to Hawthorn", "bo@example.org")
    (one,) = complaints.everything(house.installation, closed=True)
    assert (one.acknowledged_at, one.closed_at) == (first, house.now)
    assert one.outcome == "we said sorry to Hawthorn"
    assert complaints.everything(house.installation) == []
    rows = audited(house)
    assert [(actor, action) for actor, action, _detail in rows] == [
        ("system", "complaint"), ("ana@example.org", "complaint.acknowledge"),
        ("ana@example.org", "complaint.acknowledge"), ("bo@example.org", "complaint.close"),
    ]  # fmt: skip
    assert {tuple(sorted(detail)) for *_who, detail in rows} == {("number", "way"), ("number",)}
    assert "Hawthorn" not in str(rows)


@pytest.mark.parametrize("number", [0, -1, 2, 2**62])
def test_a_complaint_that_there_is_not_cannot_be_worked_on(house: House, number: int) -> None:
    take(house)
    before = house.rows(tables.audit), house.rows(tables.complaints)
    with pytest.raises(NotFoundError, match="openear complaint list"):
        complaints.acknowledge(house.installation, number, "ana@example.org")
    with pytest.raises(NotFoundError, match="openear complaint list"):
        complaints.close(house.installation, number, "done", "ana@example.org")
    assert (house.rows(tables.audit), house.rows(tables.complaints)) == before


def test_the_oldest_stand_first_and_the_closed_ones_only_where_asked_for(house: House) -> None:
    for _again in range(3):
        take(house)
        house.later("1d")
    complaints.close(house.installation, 2, "done", "ana@example.org")
    assert [one.number for one in complaints.everything(house.installation)] == [1, 3]
    assert [one.number for one in complaints.everything(house.installation, closed=True)] == [1, 2, 3]


def test_a_complaint_outlives_deletion_and_keeping_periods_because_the_law_wants_an_answer(house: House) -> None:
    house.storyteller("my landlord will not mend the boiler")
    take(house)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    house.later("900d")
    purge(house.installation)
    assert [one.body for one in complaints.everything(house.installation)] == [WRONG]


# --- the thirty days


def found(house: House) -> list[str]:
    """What `openear check` says of complaints, on the clock of the house."""
    with patch.object(checks, "now", house.installation.clock):
        texts = [
            f"{one.text} {one.mend}" for one in checks._waiting(house.installation.database, house.installation.keys)
        ]
    return [text for text in texts if "complaint" in text]


def test_check_warns_before_the_thirty_days_are_over_until_somebody_acknowledges(house: House) -> None:
    assert found(house) == []
    take(house)
    house.later("20d")
    assert found(house) == []
    house.later("1s")
    (text,) = found(house)
    due = house.now + timedelta(days=ACKNOWLEDGE_DAYS - 20)
    assert f"has to be acknowledged by {due:%Y-%m-%d}" in text
    assert "openear complaint list" in text
    house.later("100d")
    assert len(found(house)) == 1
    complaints.acknowledge(house.installation, 1, "ana@example.org")
    assert found(house) == []


def test_a_complaint_that_was_closed_needs_no_acknowledgement_and_a_newer_one_does(house: House) -> None:
    take(house)
    house.later("1d")
    take(house)
    complaints.close(house.installation, 1, "done", "ana@example.org")
    house.later("19d")
    assert found(house) == []
    house.later("2d")
    assert len(found(house)) == 1


# --- the form


@pytest.mark.parametrize("code", ["en", "ar", "ur", "fa", "ta"])
def test_a_complaint_by_the_form_gets_its_number_in_the_readers_language(
    house: House, client: FlaskClient, code: str
) -> None:
    take(house)
    response = client.post(f"/privacy/thrive/{code}", data={"complaint": "شكوى\r\nthe second line", "reach": " ana "})
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert 'role="status"' in page and "2" in page
    assert "<form" not in page
    assert f'dir="{"rtl" if code in {"ar", "ur", "fa"} else "ltr"}"' in page
    _first, one = complaints.everything(house.installation)
    assert (one.number, one.way, one.language, one.reach) == (2, "page", code, "ana")
    assert one.body.split("\n")[0].strip() == "شكوى"
    assert audited(house)[-1] == ("system", "complaint", {"number": 2, "way": "page"})


@pytest.mark.parametrize("body", ["", "   ", "\r\n\t", None])
def test_an_empty_form_is_asked_again_and_keeps_where_to_reach_somebody(
    house: House, client: FlaskClient, body: str | None
) -> None:
    data = {"reach": "ring ana"} | ({} if body is None else {"complaint": body})
    response = client.post(ARABIC, data=data)
    assert response.status_code == 400
    assert 'role="alert"' in (page := response.get_data(as_text=True))
    assert 'value="ring ana"' in page
    assert house.rows(tables.complaints) == []


@pytest.mark.parametrize(
    "data",
    [{"complaint": "ب" * (MOST + 1)}, {"complaint": "x", "reach": "y" * (MOST_REACH + 1)}],
    ids=["complaint", "reach"],
)
def test_what_is_too_long_is_asked_again_and_nothing_is_lost_on_the_way(
    house: House, client: FlaskClient, data: dict[str, str]
) -> None:
    response = client.post(ARABIC, data=data)
    assert response.status_code == 400
    page = response.get_data(as_text=True)
    assert 'role="alert"' in page
    assert str(MOST) in page
    assert all(value in page for value in data.values())
    assert house.rows(tables.complaints) == []


@pytest.mark.parametrize("letter", ["x", "ب", "அ", "😀"])
def test_the_longest_complaint_that_the_field_lets_through_is_taken_in_any_script(
    house: House, client: FlaskClient, letter: str
) -> None:
    response = client.post(ARABIC, data={"complaint": letter * MOST, "reach": letter * MOST_REACH})
    assert response.status_code == 200
    assert complaints.everything(house.installation)[0].body == letter * MOST


def test_line_breaks_count_as_the_field_counts_them(house: House, client: FlaskClient) -> None:
    """A browser counts a line break as one letter and sends it as two."""
    lines = "\r\n".join(["x" * 39] * (MOST // 40)) + "x"
    assert len(lines.replace("\r\n", "\n")) == MOST < len(lines)
    assert client.post(ARABIC, data={"complaint": lines}).status_code == 200
    assert complaints.everything(house.installation)[0].body == lines.replace("\r\n", "\n")
    assert client.post(ARABIC, data={"complaint": lines + "\r\n" + "x"}).status_code == 400


def test_beyond_the_days_most_the_page_says_to_call_and_other_ways_stay_open(house: House, client: FlaskClient) -> None:
    for _again in range(MOST_A_DAY):
        take(house, "page")
    response = client.post(ARABIC, data={"complaint": "and I"})
    page = response.get_data(as_text=True)
    assert response.status_code == 429
    assert 'role="alert"' in page and thrive(house).telephone in page
    assert ">and I</textarea>" in page
    assert house.count(tables.complaints) == MOST_A_DAY
    with pytest.raises(TooManyError):
        take(house, "page")
    assert take(house, "telephone") == MOST_A_DAY + 1
    house.later("24h")
    house.later("1s")
    assert client.post(ARABIC, data={"complaint": "and I"}).status_code == 200


def test_one_campaigns_flood_closes_no_others_page(house: House) -> None:
    for _again in range(MOST_A_DAY):
        take(house, "page")
    other = replace(thrive(house), slug="other")
    assert complaints.take(house.installation, other, "page", WRONG, "") == MOST_A_DAY + 1


@pytest.mark.parametrize("where", ["complaint", "reach"])
@pytest.mark.parametrize("attack", XSS)
def test_what_was_typed_comes_back_as_text_and_never_as_markup(client: FlaskClient, attack: str, where: str) -> None:
    """The page shows again what was typed only where it asks once more: with one field wrong, the other is shown."""
    calm = client.get(ARABIC).get_data(as_text=True)
    data = {"complaint": attack + "x" * MOST, "reach": "r"} if where == "complaint" else {"reach": attack}
    response = client.post(ARABIC, data=data)
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    assert attack not in page or html.escape(attack) == attack
    assert html.escape(attack) in page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert page.count("<") == calm.count("<") + 2  # the problem's own paragraph


@pytest.mark.parametrize("attack", XSS)
def test_an_accepted_complaint_is_not_shown_at_all(house: House, client: FlaskClient, attack: str) -> None:
    page = client.post(ARABIC, data={"complaint": attack, "reach": attack[:MOST_REACH]}).get_data(as_text=True)
    assert attack not in page and html.escape(attack) not in page
    assert complaints.everything(house.installation)[0].body == attack


@pytest.mark.parametrize("code", ["xx", "EN", "en-GB", "so/../en", "<script>", "%00", "tlh"])
def test_a_page_that_there_is_not_takes_no_complaint(house: House, client: FlaskClient, code: str) -> None:
    assert client.post(f"/privacy/thrive/{code}", data={"complaint": WRONG}).status_code == 404
    assert client.post("/privacy/nowhere/en", data={"complaint": WRONG}).status_code == 404
    assert house.rows(tables.complaints) == []


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("application/json", b'{"complaint": "x"}', 400),
        ("text/plain", b"complaint=x", 400),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&%00", 400),
        ("application/x-www-form-urlencoded", b"complaint=" + b"x" * 70_000, 413),
        ("multipart/form-data; boundary=b", PARTS, 413),
    ],
)  # fmt: skip
def test_bodies_that_are_no_such_form_are_refused(
    house: House, client: FlaskClient, content_type: str, data: bytes, status: int
) -> None:
    assert client.post(ARABIC, data=data, content_type=content_type).status_code == status
    assert house.rows(tables.complaints) == []


def test_bytes_that_are_no_text_are_kept_as_far_as_they_are(house: House, client: FlaskClient) -> None:
    raw = b"complaint=%ff%00caf%C3%A9%ED%A0%80"
    response = client.post(ARABIC, data=raw, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert "café" in complaints.everything(house.installation)[0].body


def test_the_words_of_a_complaint_are_in_no_log(
    house: House, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        client.post(ARABIC, data={"complaint": WRONG, "reach": REACH})
        client.post(ARABIC, data={"complaint": WRONG * 200, "reach": REACH})
    assert "Hawthorn" not in caplog.text and "7946" not in caplog.text


def test_a_database_that_is_away_is_said_and_nothing_is_claimed(house: House, client: FlaskClient) -> None:
    with house.locked():
        response = client.post(ARABIC, data={"complaint": WRONG})
    assert response.status_code == 503
    assert house.rows(tables.complaints) == []


# --- the commands


def test_the_commands_of_complaints(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cli.test_commands import Desk  # noqa: PLC0415

    monkeypatch.chdir(tmp_path)
    settings = house.installation.settings
    desk = Desk(tmp_path, {
        "OPENEAR_DATABASE_URL": settings.database_url, "OPENEAR_KEYRING": str(settings.keyring),
        "OPENEAR_DRAFT_LANGUAGES": "1",
    })  # fmt: skip
    assert (
        desk.good("complaint", "add", "--way", "letter", "--reach", REACH, typed=f"{WRONG}\nagain\n")
        == "Complaint 1.\n"
    )
    assert "a complaint needs words" in desk.bad("complaint", "add", typed="")
    listed = desk.good("complaint", "list")
    assert "acknowledge by" in listed and f"    | {WRONG}\n    | again" in listed and f"reach: {REACH}" in listed
    with house.installation.database.write() as connection:
        connection.execute(update(tables.complaints).values(at=house.now))
    assert f"acknowledge by {house.now + timedelta(days=30):%Y-%m-%d}" in desk.good("complaint", "list")
    assert "acknowledged" in desk.good("complaint", "acknowledge", "1")
    assert desk.good("complaint", "close", "1", "--outcome", "we said sorry") == "Complaint 1 is closed.\n"
    assert desk.good("complaint", "list") == ""
    assert "-> we said sorry" in desk.good("complaint", "list", "--all")
    assert "openear complaint list" in desk.bad("complaint", "close", "7", "--outcome", "x")
