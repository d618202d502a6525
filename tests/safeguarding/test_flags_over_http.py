"""The work on a flag over HTTP."""

from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from kit.campaigns import with_campaigns
from kit.flags import DANGER, LEA, REASON, add_lead, only_flag
from kit.people import THIRD
from kit.sandbox import PHONE, Sandbox
from werkzeug.test import TestResponse

from bot.store import organisers, tables
from webhooks.app import create_app

# --- over HTTP


@pytest.fixture
def client(sandbox: Sandbox) -> FlaskClient:
    thrive = sandbox.installation.campaigns["thrive"]
    sandbox.installation = with_campaigns(sandbox.installation, thrive, replace(thrive, slug="other"))
    return create_app(sandbox.installation).test_client()


def token(sandbox: Sandbox, email: str = LEA[0]) -> dict[str, str]:
    with sandbox.installation.write() as tx:
        return {"Authorization": f"Bearer {organisers.new_token(tx, email)}"}


def code(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]["code"]


def test_the_whole_work_on_a_flag_over_http(sandbox: Sandbox, client: FlaskClient) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    number, headers = only_flag(sandbox), token(sandbox)
    address = f"/flags/thrive/{number}"
    queue = client.get("/flags/thrive", headers=headers)
    assert queue.headers["Cache-Control"] == "no-store"
    (shown,) = queue.get_json()["flags"]
    assert shown == {
        "id": str(number), "campaign": "thrive", "tier": "danger", "at": shown["at"], "status": "new", "owner": "",
        "decision": "", "words_kept": True,
    }  # fmt: skip
    assert datetime.fromisoformat(shown["at"]) == sandbox.now
    one = client.get(address, headers=headers)
    assert (one.get_json()["words"], one.headers["Cache-Control"]) == (DANGER, "no-store")
    assert code(client.post(address, headers=headers, json={"step": "contact", "reason": REASON})) == (409, "not_so")
    assert client.post(address, headers=headers, json={"step": "acknowledge"}).get_json()["owner"] == LEA[0]
    contact = client.post(address, headers=headers, json={"step": "contact", "reason": REASON})
    assert (contact.get_json(), contact.headers["Cache-Control"]) == ({"channel": "sms", "address": PHONE}, "no-store")
    assert code(client.post(address, headers=headers, json={"step": "close"})) == (409, "not_so")
    assert client.post(address, headers=headers, json={"step": "decide", "decision": "police"}).status_code == 200
    assert client.post(address, headers=headers, json={"step": "close"}).get_json()["status"] == "closed"
    assert client.get("/flags/thrive", headers=headers).get_json() == {"flags": []}
    assert len(client.get("/flags/thrive?closed=1", headers=headers).get_json()["flags"]) == 1


@pytest.mark.parametrize(
    "body",
    [None, "", "{", "[]", "null", "1", '"acknowledge"', "{}", '{"step": "reveal"}', '{"step": "decide"}',
     '{"step": "decide", "decision": 1}', '{"step": "contact"}', '{"step": ["acknowledge"]}', "\x00", '{"step": null}'],
)  # fmt: skip
def test_a_step_that_cannot_be_meant_is_refused_and_changes_nothing(
    sandbox: Sandbox, client: FlaskClient, body: str | None
) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    response = client.post(
        f"/flags/thrive/{only_flag(sandbox)}", headers=token(sandbox), data=body, content_type="application/json"
    )
    assert code(response) == (400, "bad_step")
    assert sandbox.rows(tables.flags)[0]["status"] == "new"
    assert sandbox.rows(tables.audit) == []


def test_another_campaigns_lead_gets_no_flag_by_any_address(sandbox: Sandbox, client: FlaskClient) -> None:
    add_lead(sandbox)
    add_lead(sandbox, ("far@example.org", THIRD), campaign="other")
    sandbox.arrive(DANGER)
    number, far = only_flag(sandbox), token(sandbox, "far@example.org")
    for method, json_body in (("GET", None), ("POST", {"step": "acknowledge"})):
        there = client.open(f"/flags/thrive/{number}", method=method, headers=far, json=json_body)
        assert code(there) == (403, "other_campaign")
        guessed = client.open(f"/flags/other/{number}", method=method, headers=far, json=json_body)
        assert code(guessed) == (409, "not_so")
        nothing = client.open("/flags/other/1", method=method, headers=far, json=json_body)
        assert nothing.get_data(as_text=True).replace("flag 1;", f"flag {number};") == guessed.get_data(as_text=True)
    assert client.get("/flags/other", headers=far).get_json() == {"flags": []}
    assert code(client.get("/flags/thrive", headers=far)) == (403, "other_campaign")


@pytest.mark.parametrize("number", ["-1", "x", "1e3", "0x1", "1/2", ""])
def test_a_flags_address_is_a_number(sandbox: Sandbox, client: FlaskClient, number: str) -> None:
    add_lead(sandbox)
    assert client.get(f"/flags/thrive/{number}", headers=token(sandbox)).status_code == 404


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 19, "9" * 40])
def test_a_number_without_a_flag_however_large_is_refused_in_the_one_shape(
    sandbox: Sandbox, client: FlaskClient, number: str
) -> None:
    add_lead(sandbox)
    response = client.get(f"/flags/thrive/{number}", headers=token(sandbox))
    assert response.status_code in {404, 409}
    assert set(response.get_json()) == {"error"}
