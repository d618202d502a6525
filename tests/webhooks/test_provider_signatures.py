"""Only what a provider signed is believed, and what Twilio signs is the configured address."""

import logging
import random
import string
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from kit.clients import CANARY, FORM, INBOUND, SID, STATUS, form, is_error, message, post, update
from kit.fakes.twilio_api import ACCOUNT, TOKEN, sign
from kit.sandbox import ADDRESS, PHONE, SECRET, Sandbox
from werkzeug.test import TestResponse

from webhooks.app import create_app

Forgery = Callable[[dict[str, str]], tuple[dict[str, str], str | None]]
FOLDED = "".join(("From", PHONE))
FORGERIES: dict[str, Forgery] = {
    "unsigned": lambda good: (good, None),
    "empty signature": lambda good: (good, " "),
    "another's signature": lambda good: (good, sign(ADDRESS + INBOUND, good, "0" * 32)),
    "signature not ascii": lambda good: (good, "ключ"),
    "signed for another address": lambda good: (good, sign("https://evil.example" + INBOUND, good)),
    "signed for http": lambda good: (good, sign(ADDRESS.replace("https", "http") + INBOUND, good)),
    "text changed": lambda good: ({**good, "Body": CANARY + "!"}, sign(ADDRESS + INBOUND, good)),
    "parameter added": lambda good: ({**good, "Extra": "1"}, sign(ADDRESS + INBOUND, good)),
    "parameter dropped": lambda good: (
        {name: value for name, value in good.items() if name != "ToCountry"}, sign(ADDRESS + INBOUND, good),
    ),
    "re-split: the sender folded into the text": lambda good: (
        {name: value for name, value in {**good, "Body": good["Body"] + FOLDED}.items() if name != "From"},
        sign(ADDRESS + INBOUND, good),
    ),
    "wrong account, well signed": lambda good: _well_signed(good, AccountSid="AC" + "0" * 32),
    "wrong number, well signed": lambda good: _well_signed(good, To="+447911100999"),
    "no account, well signed": lambda good: _well_signed(good, AccountSid=""),
    "an id that is none, well signed": lambda good: _well_signed(good, MessageSid="SM1"),
}  # fmt: skip


def _well_signed(good: dict[str, str], **changes: str) -> tuple[dict[str, str], str]:
    changed = {**good, **changes}
    return changed, sign(ADDRESS + INBOUND, changed)


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_webhook_that_is_not_twilios_is_refused_and_leaves_neither_row_nor_word(
    sandbox: Sandbox, client: FlaskClient, caplog: pytest.LogCaptureFixture, forgery: Forgery
) -> None:
    caplog.set_level(logging.DEBUG)
    before = sandbox.everything()
    fields, signature = forgery(form())
    assert is_error(post(client, fields, signature=signature), 403)
    assert sandbox.everything() == before
    for secret in ("Canary", PHONE, PHONE[3:], signature or TOKEN):
        assert secret.strip() == "" or secret not in caplog.text


def test_a_folded_form_does_keep_its_signature_so_that_only_the_schema_refuses_it() -> None:
    good = form()
    folded, signature = FORGERIES["re-split: the sender folded into the text"](good)
    assert signature == sign(ADDRESS + INBOUND, folded) == sign(ADDRESS + INBOUND, good)


def test_a_status_callback_is_believed_only_with_twilios_signature(sandbox: Sandbox, client: FlaskClient) -> None:
    fields = {"AccountSid": ACCOUNT, "MessageSid": SID, "MessageStatus": "delivered"}
    assert is_error(post(client, fields, STATUS, signature=None), 403)
    assert is_error(post(client, fields, STATUS, signature=sign(ADDRESS + INBOUND, fields)), 403)
    other = {**fields, "AccountSid": "AC" + "0" * 32}
    assert is_error(post(client, other, STATUS), 403)
    assert post(client, fields, STATUS).status_code == 200


def test_a_json_body_is_no_webhook_of_twilios(client: FlaskClient) -> None:
    assert is_error(post(client, form(), type="application/json"), 403)
    assert is_error(post(client, form(), type="multipart/form-data; boundary=x"), 403)


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET.upper(), SECRET + "x", "ключ".encode(), b"\xff\xfe"], ids=repr
)
def test_an_update_without_our_secret_is_refused_and_leaves_neither_row_nor_word(
    sandbox: Sandbox, client: FlaskClient, caplog: pytest.LogCaptureFixture, secret: str | bytes | None
) -> None:
    caplog.set_level(logging.DEBUG)
    before = sandbox.everything()
    header = secret.decode("latin-1") if isinstance(secret, bytes) else secret
    assert is_error(update(client, message(1, text=CANARY), header), 403)
    assert sandbox.everything() == before
    assert "Canary" not in caplog.text
    assert SECRET not in caplog.text


def test_without_a_secret_of_ours_no_update_is_believed(sandbox: Sandbox) -> None:
    assert sandbox.installation.settings.telegram
    telegram = replace(sandbox.installation.settings.telegram, secret="")
    open_house = replace(sandbox.installation, settings=replace(sandbox.installation.settings, telegram=telegram))
    client = create_app(open_house).test_client()
    for secret in (None, "", SECRET):
        assert is_error(update(client, message(1, text="hello"), secret), 403)


def test_without_channels_both_webhooks_refuse_everything(sandbox: Sandbox) -> None:
    bare = replace(sandbox.installation.settings, twilio=None, telegram=None)
    client = create_app(replace(sandbox.installation, settings=bare)).test_client()
    assert is_error(post(client, form()), 403)
    assert is_error(update(client, message(1, text="hello")), 403)


def test_the_signed_address_is_the_configured_one_whatever_the_host_header_says(client: FlaskClient) -> None:
    evil = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Original-URL": "/other",
    }
    assert post(client, form(), headers=evil).status_code == 200
    elsewhere = sign("https://evil.example" + INBOUND, form("again"))
    assert post(client, form("again"), signature=elsewhere, headers=evil).status_code == 403


@pytest.mark.parametrize("query", ["e=%E1%8C%A4&x=%7e", "a=b+c%20d", "q=1&q=2", "%2F=%2f&", "ü=%C3%BC"[4:]])
def test_the_raw_query_string_is_signed_as_it_was_sent(client: FlaskClient, query: str) -> None:
    path = f"{INBOUND}?{query}"
    assert post(client, form(), path).status_code == 200
    tidied = sign(f"{ADDRESS}{INBOUND}?{query.replace('%', '%25')}", form("again"))
    same = "%" not in query
    assert (post(client, form("again"), path, signature=tidied).status_code == 200) is same
    assert post(client, form("again"), path, signature=sign(ADDRESS + INBOUND, form("again"))).status_code == 403


def test_without_a_public_address_the_one_that_we_listen_on_is_signed(sandbox: Sandbox) -> None:
    here = replace(sandbox.installation.settings, public_url="", host="127.0.0.1", port=8123)
    client = create_app(replace(sandbox.installation, settings=here)).test_client()
    assert post(client, form(), signature=sign("http://127.0.0.1:8123" + INBOUND, form())).status_code == 200


def test_of_two_thousand_mutated_webhooks_none_is_accepted(sandbox: Sandbox, client: FlaskClient) -> None:
    lots = random.Random(20261121)
    before = sandbox.everything()
    answers: dict[int, int] = {}
    for _ in range(2_000):
        answer = _mutated(client, lots)
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        assert is_error(answer, answer.status_code)
    assert set(answers) == {403}
    assert sandbox.everything() == before
    assert post(client, form()).status_code == 200  # and the untouched one is


def _mutated(client: FlaskClient, lots: random.Random) -> TestResponse:
    good = form("".join(lots.choices(string.ascii_lowercase + " ", k=30)), f"SM{lots.getrandbits(128):032x}")
    signature = sign(ADDRESS + INBOUND, good)
    names = list(good)
    path, fields, kind = INBOUND, dict(good), FORM
    match lots.randrange(10):
        case 0:  # one letter of the signature
            at = lots.randrange(len(signature) - 2)
            other = lots.choice([one for one in string.ascii_letters if one != signature[at]])
            signature = signature[:at] + other + signature[at + 1 :]
        case 1:  # one value changed
            fields[lots.choice(names)] += lots.choice("abc019 é")
        case 2:  # one parameter dropped
            del fields[lots.choice([name for name in names if good[name]])]
        case 3:  # one added
            fields["".join(lots.choices(string.ascii_letters, k=8))] = "1"
        case 4:  # one folded into the one before it, which keeps the signature
            ordered = sorted(n for n in good)
            at = ordered.index(lots.choice(["AccountSid", "Body", "From", "MessageSid", "To"]))
            folded = ordered[at]
            if at:
                fields[ordered[at - 1]] += folded + fields[folded]
            del fields[folded]
        case 5:  # another account, number or id, signed as ours would be
            name = lots.choice(["AccountSid", "To", "MessageSid", "ApiVersion", "NumMedia"])
            fields[name] = "".join(lots.choices(string.ascii_letters, k=12))
            signature = sign(ADDRESS + INBOUND, fields)
        case 6:  # another token
            signature = sign(ADDRESS + INBOUND, good, f"{lots.getrandbits(128):032x}")
        case 7:  # another address
            path = lots.choice([f"{INBOUND}?x={lots.random()}", STATUS])
        case 8:  # the same parameter twice, which keeps the signature
            name = lots.choice(["Body", "From", "MessageSid", "AccountSid"])
            raw = urlencode([*good.items(), (name, good[name])])
            return client.post(path, data=raw, content_type=kind, headers={"X-Twilio-Signature": signature})
        case 9:  # another kind of body
            kind = lots.choice(["application/json", "text/plain", "multipart/form-data; boundary=b", ""])
    return post(client, fields, path, signature, type=kind)
