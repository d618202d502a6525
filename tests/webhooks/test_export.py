"""Downloads over HTTP: who may, what comes back, and the one shape of everything that goes wrong."""

import csv
import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from kit.stories import NOW, Storyteller, make_installation
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.channels.port import Arrival
from bot.engine.model import Channel, Kind
from bot.errors import UnavailableError
from bot.installation import Installation
from bot.messaging.receive import receive
from bot.store import erasure, organisers, tables
from webhooks import errors
from webhooks.api import export, openapi
from webhooks.api.openapi import document
from webhooks.app import create_app
from webhooks.auth import for_roles, guard_of, open_to_all, signed, undeclared

STORIES = "/export/thrive/stories.csv"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def app(installation: Installation) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    errors.install(app)
    app.register_blueprint(export.blueprint(installation))
    app.register_blueprint(openapi.blueprint(installation))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token_for(installation: Installation, role: str = "organiser", campaign: str = "thrive") -> dict[str, str]:
    """The header of somebody of this role."""
    hub = "LRMN" if role == "leader" else ""
    with installation.write() as tx:
        organisers.add(tx, f"{role}@example.org", role, campaign, hub)
        token = organisers.new_token(tx, f"{role}@example.org")
    return {"Authorization": f"Bearer {token}"}


def error(response: TestResponse) -> dict[str, str]:
    """The error in the one shape; fails for any other."""
    assert response.content_type == "application/json"
    body = response.get_json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    assert "<" not in body["error"]["message"]
    assert response.headers["Cache-Control"] == "no-store"
    return dict(body["error"])


def audit_rows(installation: Installation) -> int:
    with installation.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(tables.audit)) or 0)


# Downloads


def test_an_organiser_downloads_redacted_stories(installation: Installation, client: FlaskClient) -> None:
    Storyteller(installation).tell("ring 07911 123456")
    response = client.get(STORIES, headers=token_for(installation))
    assert response.status_code == 200
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="thrive-stories-2026-11-21.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Row-Count"] == "1"
    (row,) = csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline=""))
    assert row["pressure"] == "ring [phone]"
    assert audit_rows(installation) == 1


def test_raw_words_are_for_the_role_raw(installation: Installation, client: FlaskClient) -> None:
    Storyteller(installation).tell("ring 07911 123456")
    response = client.get("/export/thrive/stories.jsonl", headers=token_for(installation, "raw"))
    assert json.loads(response.data)["messages"][0]["text"] == "ring 07911 123456"
    assert response.headers["Content-Disposition"] == 'attachment; filename="thrive-stories-raw-2026-11-21.jsonl"'


@pytest.mark.parametrize(
    ("file_format", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("jsonl", "application/jsonl"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_every_format_comes_with_its_type(
    installation: Installation, client: FlaskClient, file_format: str, media_type: str
) -> None:
    response = client.get(f"/export/thrive/stories.{file_format}", headers=token_for(installation))
    assert (response.status_code, response.content_type) == (200, media_type)


def test_filters_reach_the_download(installation: Installation, client: FlaskClient) -> None:
    teller = Storyteller(installation)
    teller.tell("one", language="so")
    teller.tell("two", at=NOW - timedelta(days=2))
    headers = token_for(installation)
    for query, number in (("language=so", "1"), ("until=2026-11-20", "1"), ("since=2026-11-22", "0"), ("bom=1", "2")):
        response = client.get(f"{STORIES}?{query}", headers=headers)
        assert response.headers["X-Row-Count"] == number
    assert client.get(f"{STORIES}?bom=0", headers=headers).data.startswith(b'"story_id"')


def test_a_head_request_counts_without_a_story(installation: Installation, client: FlaskClient) -> None:
    Storyteller(installation).tell("one")
    response = client.head(STORIES, headers=token_for(installation))
    assert (response.data, response.headers["X-Row-Count"]) == (b"", "1")


def test_tombstones(installation: Installation, client: FlaskClient) -> None:
    gone = Storyteller(installation).tell("one")
    with installation.write() as tx:
        erasure.erase_story(tx, gone, "2026-11-20")
    response = client.get("/export/thrive/tombstones.csv?bom=0", headers=token_for(installation))
    assert response.data.decode() == f'"story_id","erased_on"\r\n"{gone}","2026-11-20"\r\n'
    assert client.get(STORIES, headers=token_for(installation)).headers["X-Row-Count"] == "0"


def test_what_was_told_by_sms_is_what_is_downloaded(installation: Installation) -> None:
    texts = [
        "hello",
        "YES",
        "The rent goes up, ring 07911 123456",
        "=1+1",
        "1",
        "Repairs",
        "1",
        "YES",
        "NO",
        "4",
        "2 7",
    ]
    for number, text in enumerate(texts):
        clock = NOW + timedelta(minutes=number)
        arrival = Arrival(
            channel=Channel.SMS,
            key=f"SM{number}",
            sender="+447911123456",
            kind=Kind.TEXT,
            text=text,
            message=f"SM{number}",
        )
        assert receive(replace(installation, clock=lambda at=clock: at), arrival)  # type: ignore[misc]
    client = create_app(installation).test_client()
    headers = token_for(installation)
    (row,) = csv.DictReader(io.StringIO(client.get(STORIES, headers=headers).data.decode("utf-8-sig"), newline=""))
    assert row["pressure"] == "The rent goes up, ring [phone]\n=1+1"
    assert (row["change"], row["area"], row["about_you"]) == ("Repairs", "Lambeth", "Migrant; Carer/lone parent")
    assert (row["may_quote"], row["may_recontact"], row["channel"]) == ("yes", "no", "sms")


# Who may


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic b2U6b2U=",
        "Bearer oe_wrong",
        "Bearer oe_" + "a" * 43,
        "Bearer oe_" + "é" * 43,
    ],
)
@pytest.mark.parametrize("address", [STORIES, "/export/thrive/tombstones.csv", "/export/nowhere/stories.csv"])
def test_without_a_good_token_nothing_is_told(client: FlaskClient, address: str, header: str | None) -> None:
    response = client.get(address, headers={"Authorization": header} if header is not None else {})
    assert (response.status_code, error(response)["code"]) == (401, "bad_token")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_revoked_and_expired_tokens_are_as_unknown_ones(installation: Installation, client: FlaskClient) -> None:
    headers = token_for(installation)
    later = replace(installation, clock=lambda: NOW + timedelta(days=90))
    assert create_app(later).test_client().get(STORIES, headers=headers).status_code == 401
    assert client.get(STORIES, headers=headers).status_code == 200
    with installation.write() as tx:
        organisers.revoke(tx, "organiser@example.org")
    assert client.get(STORIES, headers=headers).status_code == 401


@pytest.mark.parametrize("role", organisers.ROLES)
@pytest.mark.parametrize("campaign", ["thrive", "other"])
@pytest.mark.parametrize("address", ["/export/{}/stories.csv", "/export/{}/tombstones.csv"])
def test_the_table_of_roles(
    installation: Installation, client: FlaskClient, role: str, campaign: str, address: str
) -> None:
    response = client.get(address.format(campaign), headers=token_for(installation, role))
    if campaign == "thrive" and role in {"organiser", "raw"}:
        assert response.status_code == 200
        return
    assert response.status_code == 403
    assert error(response)["code"] == ("other_campaign" if campaign == "other" else "other_role")
    assert audit_rows(installation) == 0


def test_an_unknown_campaign_is_not_found(installation: Installation, client: FlaskClient) -> None:
    response = client.get("/export/nowhere/stories.csv", headers=token_for(installation))
    assert (response.status_code, error(response)["code"]) == (404, "unknown_campaign")


def test_a_token_in_the_address_is_no_token(installation: Installation, client: FlaskClient) -> None:
    token = token_for(installation)["Authorization"].split()[1]
    assert client.get(f"{STORIES}?token={token}").status_code == 401


# What goes wrong


@pytest.mark.parametrize("file_format", ["xlsx", "qdpx", "zip", "pdf", "CSV", "csv.gz"])
def test_a_format_that_is_not_there_names_those_that_are(
    installation: Installation, client: FlaskClient, file_format: str
) -> None:
    response = client.get(f"/export/thrive/stories.{file_format}", headers=token_for(installation))
    assert response.status_code == 404
    assert error(response) == {
        "code": "unknown_format", "message": "There is no such format here; there are csv, jsonl, docx.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "mend"),
    [
        ("since=soon", "since=2026-11-21"),
        ("since=2026-11-22&until=2026-11-21", "exchange"),
        ("language=xx", "they are en"),
        ("hub=nowhere", "hub list"),
        ("theme=weather", "housing"),
        ("hub=", "leave it out"),
        ("bom=no", "bom must be 0"),
        ("lang=so", "there are since, until, language, hub, theme, reason, bom"),
        ("since=2026-11-21&since=2026-11-22", "twice"),
    ],
)
def test_a_bad_filter_says_the_mend(installation: Installation, client: FlaskClient, query: str, mend: str) -> None:
    response = client.get(f"{STORIES}?{query}", headers=token_for(installation))
    assert response.status_code == 400
    assert mend in error(response)["message"]
    assert audit_rows(installation) == 0


def test_only_csv_has_a_byte_order_mark(installation: Installation, client: FlaskClient) -> None:
    headers = token_for(installation)
    assert client.get("/export/thrive/stories.jsonl?bom=0", headers=headers).status_code == 400
    assert client.get("/export/thrive/tombstones.csv?since=2026-11-21", headers=headers).status_code == 400


def broken(app: Flask) -> FlaskClient:
    """A client of `app` with views that fail in every way."""

    @app.post("/body")
    def body() -> str:
        return request.get_data(as_text=True) + str(request.form)

    @app.get("/lost")
    def lost() -> str:
        raise UnavailableError("locked")

    @app.get("/bug")
    def bug() -> str:
        raise RuntimeError("Amina lives at 4 Elm Street")

    return app.test_client()


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/export//thrive/stories.csv", 404, "not_found"),
        ("GET", "/openapi.json/", 404, "not_found"),
        ("GET", "/<script>", 404, "not_found"),
        ("POST", "/openapi.json", 405, "method_not_allowed"),
        ("DELETE", STORIES, 405, "method_not_allowed"),
        ("POST", "/body", 413, "too_large"),
        ("GET", "/lost", 503, "unavailable"),
        ("GET", "/bug", 500, "internal_error"),
    ],
)
def test_every_error_has_the_one_shape(app: Flask, method: str, address: str, status: int, code: str) -> None:
    response = broken(app).open(address, method=method, data=b"x" * 2000 if method == "POST" else None)
    assert (response.status_code, error(response)["code"]) == (status, code)


def test_errors_keep_the_headers_that_help(app: Flask) -> None:
    client = broken(app)
    assert "GET" in client.post("/openapi.json").headers["Allow"]
    assert client.get("/lost").headers["Retry-After"] == "30"


def test_a_bug_logs_its_kind_and_place_and_no_word_of_anybody(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = broken(app).get("/bug")
    assert "Amina" not in response.get_data(as_text=True)
    assert re.search(r"unforeseen RuntimeError at .*test_export\.py:\d+", caplog.text)
    assert "Amina" not in caplog.text and "Elm" not in caplog.text


# Every address, every role, another campaign's token

#: What each address needs: anybody, a provider's signature, or one of these roles in the campaign of the address.
OPEN, SIGNED = "open", "signed"
GUARDS = {
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/privacy.css"): OPEN,
    ("GET", "/privacy/<campaign>/"): OPEN,
    ("GET", "/privacy/<campaign>/<code>"): OPEN,
    ("POST", "/privacy/<campaign>/<code>"): OPEN,
    ("POST", "/webhooks/twilio"): SIGNED,
    ("POST", "/webhooks/twilio/status"): SIGNED,
    ("POST", "/webhooks/telegram"): SIGNED,
    ("GET", "/export/<campaign>/stories.<file_format>"): "organiser raw",
    ("GET", "/export/<campaign>/tombstones.csv"): "organiser raw",
    ("GET", "/numbers/<campaign>.csv"): "admin leader organiser",
    ("GET", "/flags/<campaign>"): "safeguarding",
    ("GET", "/flags/<campaign>/<int:number>"): "safeguarding",
    ("POST", "/flags/<campaign>/<int:number>"): "safeguarding",
}
GUARDED = sorted(one for one, guard in GUARDS.items() if guard not in {OPEN, SIGNED})
WISH = {"step": "acknowledge"}


def served(app: Flask) -> set[tuple[str, str]]:
    """Every method and address that the app answers, of its own accord ones apart."""
    return {
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def address(rule: str, campaign: str = "thrive", number: int = 1) -> str:
    """An address of this kind."""
    named = {"<campaign>": campaign, "<int:number>": str(number), "<file_format>": "csv", "<code>": "en"}
    for name, value in named.items():
        rule = rule.replace(name, value)
    assert "<" not in rule
    return rule


def call(client: FlaskClient, method: str, rule: str, campaign: str, number: int, **more: Any) -> TestResponse:
    return client.open(address(rule, campaign, number), method=method, json=WISH if method == "POST" else None, **more)


def a_flag(installation: Installation) -> int:
    arrival = Arrival(
        channel=Channel.SMS, key="SM1", message="SM1", sender="+447911123456", kind=Kind.TEXT,
        text="I want to kill myself",
    )  # fmt: skip
    assert receive(installation, arrival)
    with installation.database.read() as connection:
        return int(connection.execute(select(tables.flags.c.id)).scalar_one())


def test_every_address_is_in_the_table_and_declares_what_the_table_says(installation: Installation) -> None:
    """Whoever adds an address writes into `GUARDS` who may, or this fails."""
    app = create_app(installation)
    assert served(app) == GUARDS.keys()
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            declared = guard_of(app.view_functions[rule.endpoint])
            assert " ".join(sorted(declared.split())) == GUARDS[method, str(rule)], rule


def test_an_address_that_is_in_no_table_is_found(installation: Installation) -> None:
    app = create_app(installation)
    app.add_url_rule("/stories", view_func=open_to_all(lambda: "all of them"))
    assert served(app) - GUARDS.keys() == {("GET", "/stories")}


@pytest.mark.parametrize("role", organisers.ROLES)
def test_every_address_for_every_role_and_for_another_campaigns_token(installation: Installation, role: str) -> None:
    Storyteller(installation).tell("Hawthorn House is cold")
    number = a_flag(installation)
    client, headers = create_app(installation).test_client(), token_for(installation, role)
    for method, rule in GUARDED:
        here = call(client, method, rule, "thrive", number, headers=headers)
        if role in GUARDS[method, rule].split():
            assert here.status_code == 200, (method, rule)
            continue
        rows = audit_rows(installation)
        assert (here.status_code, error(here)["code"]) == (403, "other_role"), (method, rule)
        assert audit_rows(installation) == rows
    with installation.database.write() as connection:
        connection.execute(tables.organisers.update().values(campaign="other"))
        before = connection.execute(select(tables.flags)).all()
    rows = audit_rows(installation)
    for method, rule in GUARDED:
        there = call(client, method, rule, "thrive", number, headers=headers)
        assert (there.status_code, error(there)["code"]) == (403, "other_campaign"), (method, rule)
        nowhere = call(client, method, rule, "nowhere", number, headers=headers)
        assert (nowhere.status_code, error(nowhere)["code"]) == (404, "unknown_campaign"), (method, rule)
    assert audit_rows(installation) == rows
    with installation.database.read() as connection:
        assert connection.execute(select(tables.flags)).all() == before


def test_no_guarded_address_answers_without_a_good_token(installation: Installation) -> None:
    client = create_app(installation).test_client()
    for method, rule in GUARDED:
        for header in (None, "", "Bearer oe_" + "a" * 43, "Basic b2U6b2U=", "oe_" + "a" * 43):
            for campaign in ("thrive", "nowhere"):  # and nobody learns which campaigns there are
                headers = {"Authorization": header} if header is not None else {}
                response = call(client, method, rule, campaign, 1, headers=headers)
                assert (response.status_code, error(response)["code"]) == (401, "bad_token"), (method, rule)
    assert audit_rows(installation) == 0


def test_a_revoked_token_opens_nothing_from_that_moment_on(installation: Installation) -> None:
    number = a_flag(installation)
    client = create_app(installation).test_client()
    tokens = {role: token_for(installation, role) for role in organisers.ROLES}
    for method, rule in GUARDED:
        for role in GUARDS[method, rule].split():
            assert call(client, method, rule, "thrive", number, headers=tokens[role]).status_code == 200
    with installation.write() as tx:
        for role in organisers.ROLES:
            organisers.revoke(tx, f"{role}@example.org")
    for method, rule in GUARDED:
        for headers in tokens.values():
            assert call(client, method, rule, "thrive", number, headers=headers).status_code == 401


@pytest.mark.parametrize("rule", [rule for (_method, rule), guard in GUARDS.items() if guard == SIGNED])
def test_no_signed_address_takes_what_is_not_signed_whatever_token_comes_with_it(
    installation: Installation, rule: str
) -> None:
    client = create_app(installation).test_client()
    for headers in ({}, token_for(installation, "admin"), {"X-Twilio-Signature": "x"}):
        response = client.post(rule, headers=headers, data={"Body": "hello"})
        assert (response.status_code, error(response)["code"]) == (403, "bad_signature")
    with installation.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.seen)) == 0


def test_open_addresses_say_nothing_about_anybody(installation: Installation) -> None:
    Storyteller(installation).tell("Hawthorn House is cold")
    a_flag(installation)
    client = create_app(installation).test_client()
    for (method, rule), guard in GUARDS.items():
        if guard == OPEN and method == "GET":
            with client.get(address(rule)) as response:
                assert response.status_code in {200, 302}, rule
                said = response.get_data(as_text=True)
            assert "Hawthorn" not in said and "kill" not in said and "447911123456" not in said


# Guards and the description


def test_every_address_declares_who_may(installation: Installation) -> None:
    assert undeclared(create_app(installation)) == []


def test_an_address_without_a_guard_is_found(app: Flask) -> None:
    broken(app)
    assert sorted(undeclared(app)) == ["/body", "/bug", "/lost"]


def test_guards_say_who_may(installation: Installation) -> None:
    def view() -> str:
        return "open"

    assert guard_of(open_to_all(view)) == "open"
    assert guard_of(signed(lambda _request: True)(view)) == "signed"
    assert guard_of(for_roles(installation, "raw", "organiser")(view)) == "raw organiser"


@pytest.mark.parametrize(("genuine", "status"), [(True, 200), (False, 403)])
def test_a_signed_view_is_for_the_provider_alone(app: Flask, genuine: bool, status: int) -> None:
    @app.post("/signed")
    @signed(lambda called: genuine and called.path == "/signed")
    def view() -> str:
        return "done"

    response = app.test_client().post("/signed")
    assert response.status_code == status
    if not genuine:
        assert error(response)["code"] == "bad_signature"


def described(rule: str) -> str:
    """An address as OpenAPI writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def test_the_description_names_exactly_the_addresses_there_are(installation: Installation) -> None:
    found = {
        (method.upper(), path)
        for path, item in document(installation)["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert found == {(method, described(rule)) for method, rule in served(create_app(installation))}


def test_the_description_says_who_may(installation: Installation) -> None:
    paths = document(installation)["paths"]
    for (method, rule), guard in GUARDS.items():
        operation = paths[described(rule)][method.lower()]
        schemes = {scheme for one in operation.get("security", []) for scheme in one}
        if guard == SIGNED:
            assert schemes and schemes <= {"twilioSignature", "telegramSecret"}, rule
        else:
            assert schemes == ({"token"} if guard != OPEN else set()), rule
            assert ("401" in operation["responses"]) is (guard != OPEN), rule


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("post", "/privacy/{campaign}/{code}", "400"),
        ("post", "/privacy/{campaign}/{code}", "413"),
        ("post", "/privacy/{campaign}/{code}", "429"),
        ("get", "/flags/{campaign}/{number}", "409"),
        ("post", "/flags/{campaign}/{number}", "409"),
        ("post", "/flags/{campaign}/{number}", "400"),
    ],
)
def test_the_description_says_what_is_answered_where_it_cannot_be_done(
    installation: Installation, method: str, path: str, status: str
) -> None:
    assert status in document(installation)["paths"][path][method]["responses"]


def test_the_description_holds_together(client: FlaskClient) -> None:
    response = client.get("/openapi.json")
    spec = response.get_json()
    assert (response.status_code, spec["openapi"]) == (200, "3.1.0")
    names = []
    for path, item in spec["paths"].items():
        declared = {one["name"] for one in item.get("parameters", [])}
        assert declared == set(re.findall(r"{(\w+)}", path))
        for method, operation in item.items():
            if method == "parameters":
                continue
            names.append(operation["operationId"])
            assert all(one["description"] for one in operation["responses"].values())
            assert {scheme for one in operation.get("security", []) for scheme in one} <= set(
                spec["components"]["securitySchemes"]
            )
    assert len(names) == len(set(names))
    for reference in references(spec):
        place: Any = spec
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def references(node: object) -> Iterator[str]:
    """Every $ref below `node`."""
    if isinstance(node, dict):
        yield from ([node["$ref"]] if "$ref" in node else [])
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
