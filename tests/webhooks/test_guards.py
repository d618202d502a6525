"""Every address, every role, and the tokens of another campaign."""

from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from kit.clients import audit_rows, error, raise_flag, token_for
from kit.stories import StoryWriter
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.installation import Installation
from bot.store import organisers, tables
from webhooks.app import create_app
from webhooks.auth import UndeclaredViewError, for_roles, guard_of, open_to_all, signed, undeclared

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
STEP = {"step": "acknowledge"}


def served(app: Flask) -> set[tuple[str, str]]:
    """Every method and address of the app, without those that Flask adds."""
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
    return client.open(address(rule, campaign, number), method=method, json=STEP if method == "POST" else None, **more)


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
    StoryWriter(installation).tell("Hawthorn House is cold")
    number = raise_flag(installation)
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
    number = raise_flag(installation)
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
    StoryWriter(installation).tell("Hawthorn House is cold")
    raise_flag(installation)
    client = create_app(installation).test_client()
    for (method, rule), guard in GUARDS.items():
        if guard == OPEN and method == "GET":
            with client.get(address(rule)) as response:
                assert response.status_code in {200, 302}, rule
                said = response.get_data(as_text=True)
            assert "Hawthorn" not in said and "kill" not in said and "447911123456" not in said


def open_view(address: str = "/stories", *, guarded: bool) -> Blueprint:
    """A blueprint `late` with one view, with or without a guard."""
    views = Blueprint("late", __name__)
    views.add_url_rule(address, "tell", open_to_all(lambda: "all of them") if guarded else lambda: "all of them")
    return views


def test_an_app_with_a_view_that_declares_no_guard_does_not_start(installation: Installation) -> None:
    with pytest.raises(UndeclaredViewError, match=r"late\.tell"):
        create_app(installation, more=[open_view(guarded=False)])
    app = create_app(installation, more=[open_view(guarded=True)])
    assert undeclared(app) == []
    assert app.test_client().get("/stories").text == "all of them"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_view_that_is_added_after_the_start_without_a_guard_is_closed(
    installation: Installation, method: str
) -> None:
    app = create_app(installation)
    app.add_url_rule("/stories", view_func=lambda: "all of them", endpoint="stories", methods=["GET", "POST"])
    assert undeclared(app) == ["stories"]
    response = app.test_client().open("/stories", method=method)
    assert response.status_code == 403
    assert "all of them" not in response.text
    assert method == "HEAD" or error(response)["code"] == "no_guard"


def test_guards_say_who_may(installation: Installation) -> None:
    def view() -> str:
        return "open"

    assert guard_of(open_to_all(view)) == "open"
    assert guard_of(signed(lambda _request: True)(view)) == "signed"
    assert guard_of(for_roles(installation, "raw", "organiser")(view)) == "raw organiser"


@pytest.mark.parametrize(("genuine", "status"), [(True, 200), (False, 403)])
def test_a_signed_view_is_for_the_provider_alone(installation: Installation, genuine: bool, status: int) -> None:
    app = create_app(installation)

    @app.post("/signed")
    @signed(lambda called: genuine and called.path == "/signed")
    def view() -> str:
        return "done"

    response = app.test_client().post("/signed")
    assert response.status_code == status
    if not genuine:
        assert error(response)["code"] == "bad_signature"
