"""The form for complaints."""

import html
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from kit.complaining import REACH, WRONG, audited, take, thrive
from kit.sandbox import Sandbox

from bot.errors import TooManyError
from bot.privacy import complaints
from bot.privacy.complaints import MOST, MOST_A_DAY, MOST_REACH
from bot.store import tables
from webhooks.app import create_app

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
def client(sandbox: Sandbox) -> FlaskClient:
    return create_app(sandbox.installation).test_client()


# --- the form


@pytest.mark.parametrize("code", ["en", "ar", "ur", "fa", "ta"])
def test_a_complaint_by_the_form_gets_its_number_in_the_readers_language(
    sandbox: Sandbox, client: FlaskClient, code: str
) -> None:
    take(sandbox)
    response = client.post(f"/privacy/thrive/{code}", data={"complaint": "شكوى\r\nthe second line", "reach": " ana "})
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert 'role="status"' in page and "2" in page
    assert "<form" not in page
    assert f'dir="{"rtl" if code in {"ar", "ur", "fa"} else "ltr"}"' in page
    _first, one = complaints.everything(sandbox.installation)
    assert (one.number, one.way, one.language, one.reach) == (2, "page", code, "ana")
    assert one.body.split("\n")[0].strip() == "شكوى"
    assert audited(sandbox)[-1] == ("system", "complaint", {"number": 2, "way": "page"})


@pytest.mark.parametrize("body", ["", "   ", "\r\n\t", None])
def test_an_empty_form_is_asked_again_and_keeps_where_to_reach_somebody(
    sandbox: Sandbox, client: FlaskClient, body: str | None
) -> None:
    data = {"reach": "ring ana"} | ({} if body is None else {"complaint": body})
    response = client.post(ARABIC, data=data)
    assert response.status_code == 400
    assert 'role="alert"' in (page := response.get_data(as_text=True))
    assert 'value="ring ana"' in page
    assert sandbox.rows(tables.complaints) == []


@pytest.mark.parametrize(
    "data",
    [{"complaint": "ب" * (MOST + 1)}, {"complaint": "x", "reach": "y" * (MOST_REACH + 1)}],
    ids=["complaint", "reach"],
)
def test_what_is_too_long_is_asked_again_and_nothing_is_lost_on_the_way(
    sandbox: Sandbox, client: FlaskClient, data: dict[str, str]
) -> None:
    response = client.post(ARABIC, data=data)
    assert response.status_code == 400
    page = response.get_data(as_text=True)
    assert 'role="alert"' in page
    assert str(MOST) in page
    assert all(value in page for value in data.values())
    assert sandbox.rows(tables.complaints) == []


@pytest.mark.parametrize("letter", ["x", "ب", "அ", "😀"])
def test_the_longest_complaint_that_the_field_lets_through_is_taken_in_any_script(
    sandbox: Sandbox, client: FlaskClient, letter: str
) -> None:
    response = client.post(ARABIC, data={"complaint": letter * MOST, "reach": letter * MOST_REACH})
    assert response.status_code == 200
    assert complaints.everything(sandbox.installation)[0].body == letter * MOST


def test_line_breaks_count_as_the_field_counts_them(sandbox: Sandbox, client: FlaskClient) -> None:
    """A browser counts a line break as one letter and sends it as two."""
    lines = "\r\n".join(["x" * 39] * (MOST // 40)) + "x"
    assert len(lines.replace("\r\n", "\n")) == MOST < len(lines)
    assert client.post(ARABIC, data={"complaint": lines}).status_code == 200
    assert complaints.everything(sandbox.installation)[0].body == lines.replace("\r\n", "\n")
    assert client.post(ARABIC, data={"complaint": lines + "\r\n" + "x"}).status_code == 400


def test_beyond_the_days_most_the_page_says_to_call_and_other_ways_stay_open(
    sandbox: Sandbox, client: FlaskClient
) -> None:
    for _again in range(MOST_A_DAY):
        take(sandbox, "page")
    response = client.post(ARABIC, data={"complaint": "and I"})
    page = response.get_data(as_text=True)
    assert response.status_code == 429
    assert 'role="alert"' in page and thrive(sandbox).telephone in page
    assert ">and I</textarea>" in page
    assert sandbox.count(tables.complaints) == MOST_A_DAY
    with pytest.raises(TooManyError):
        take(sandbox, "page")
    assert take(sandbox, "telephone") == MOST_A_DAY + 1
    sandbox.later("24h")
    sandbox.later("1s")
    assert client.post(ARABIC, data={"complaint": "and I"}).status_code == 200


def test_one_campaigns_flood_closes_no_others_page(sandbox: Sandbox) -> None:
    for _again in range(MOST_A_DAY):
        take(sandbox, "page")
    other = replace(thrive(sandbox), slug="other")
    assert complaints.take(sandbox.installation, other, "page", WRONG, "") == MOST_A_DAY + 1


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
def test_an_accepted_complaint_is_not_shown_at_all(sandbox: Sandbox, client: FlaskClient, attack: str) -> None:
    page = client.post(ARABIC, data={"complaint": attack, "reach": attack[:MOST_REACH]}).get_data(as_text=True)
    assert attack not in page and html.escape(attack) not in page
    assert complaints.everything(sandbox.installation)[0].body == attack


@pytest.mark.parametrize("code", ["xx", "EN", "en-GB", "so/../en", "<script>", "%00", "tlh"])
def test_a_page_that_there_is_not_takes_no_complaint(sandbox: Sandbox, client: FlaskClient, code: str) -> None:
    assert client.post(f"/privacy/thrive/{code}", data={"complaint": WRONG}).status_code == 404
    assert client.post("/privacy/nowhere/en", data={"complaint": WRONG}).status_code == 404
    assert sandbox.rows(tables.complaints) == []


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
    sandbox: Sandbox, client: FlaskClient, content_type: str, data: bytes, status: int
) -> None:
    assert client.post(ARABIC, data=data, content_type=content_type).status_code == status
    assert sandbox.rows(tables.complaints) == []


def test_bytes_that_are_no_text_are_kept_as_far_as_they_are(sandbox: Sandbox, client: FlaskClient) -> None:
    raw = b"complaint=%ff%00caf%C3%A9%ED%A0%80"
    response = client.post(ARABIC, data=raw, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert "café" in complaints.everything(sandbox.installation)[0].body


def test_the_words_of_a_complaint_are_in_no_log(
    sandbox: Sandbox, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        client.post(ARABIC, data={"complaint": WRONG, "reach": REACH})
        client.post(ARABIC, data={"complaint": WRONG * 200, "reach": REACH})
    assert "Hawthorn" not in caplog.text and "7946" not in caplog.text


def test_a_database_that_is_away_is_said_and_nothing_is_claimed(sandbox: Sandbox, client: FlaskClient) -> None:
    with sandbox.locked():
        response = client.post(ARABIC, data={"complaint": WRONG})
    assert response.status_code == 503
    assert sandbox.rows(tables.complaints) == []
