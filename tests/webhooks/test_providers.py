"""The webhooks as providers and strangers call them: what is refused, what is kept, and that 2xx means durable.

The app over a real database file, real signatures, real JSON. What a resident would receive waits in the outbox.
"""

import json
import logging
import random
import string
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN, FakeTwilio, sign, webhook
from kit.moments import NOON
from kit.sandbox import ADDRESS, CHAT, PHONE, SECRET, House
from werkzeug.test import TestResponse

from bot.channels.port import clean
from bot.messaging.polling import fetch_texts
from bot.store import tables
from webhooks.app import MOST_BYTES, create_app
from webhooks.auth import undeclared

SID = "SM" + "0123456789abcdef" * 2
INBOUND, STATUS, TELEGRAM = "/webhooks/twilio", "/webhooks/twilio/status", "/webhooks/telegram"
FORM = "application/x-www-form-urlencoded"
CANARY = "the boiler that Mrs Canary will not mend"


@pytest.fixture
def house() -> Iterator[House]:
    one = House()
    yield one
    one.close()


@pytest.fixture
def client(house: House) -> FlaskClient:
    return create_app(house.installation).test_client()


def form(body: str = CANARY, sid: str = SID, **changes: str | None) -> dict[str, str]:
    """A good inbound form, with these changes; None leaves a parameter out."""
    good = webhook({"sid": sid, "from": PHONE, "to": NUMBER, "body": body, "num_media": "0"})
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def post(
    client: FlaskClient, fields: dict[str, str], path: str = INBOUND, signature: str | None = "", **more: Any
) -> TestResponse:
    """Post a form; well signed unless a signature is given (None: no header)."""
    headers = {"X-Twilio-Signature": sign(ADDRESS + path, fields) if signature == "" else signature}
    given = {name: value for name, value in {**headers, **more.pop("headers", {})}.items() if value is not None}
    return client.post(path, data=urlencode(fields), content_type=more.pop("type", FORM), headers=given, **more)


def text(client: FlaskClient, body: str, number: int, sender: str = PHONE) -> TestResponse:
    return post(client, form(body, f"SM{number:032x}", From=sender))


def update(client: FlaskClient, content: dict[str, Any] | bytes, secret: str | bytes | None = SECRET) -> TestResponse:
    """Post an update as Telegram does."""
    raw = content if isinstance(content, bytes) else json.dumps({"update_id": 1, **content}).encode()
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post(TELEGRAM, data=raw, content_type="application/json", headers=headers)


def message(number: int, **content: Any) -> dict[str, Any]:
    """An update with one private message."""
    person = {"id": CHAT, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    chat = {"id": CHAT, "type": "private", "first_name": "Ada"}
    moment = int(NOON.timestamp())
    return {"message": {"message_id": number, "date": moment, "chat": chat, "from": person, **content}}


def is_the_one_error(answer: TestResponse, status: int) -> bool:
    error = answer.get_json()
    return (
        answer.status_code == status
        and answer.content_type == "application/json"
        and set(error) == {"error"}
        and set(error["error"]) == {"code", "message"}
        and all(isinstance(value, str) and value for value in error["error"].values())
    )


# --- who is believed

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
    house: House, client: FlaskClient, caplog: pytest.LogCaptureFixture, forgery: Forgery
) -> None:
    caplog.set_level(logging.DEBUG)
    before = house.everything()
    fields, signature = forgery(form())
    assert is_the_one_error(post(client, fields, signature=signature), 403)
    assert house.everything() == before
    for secret in ("Canary", PHONE, PHONE[3:], signature or TOKEN):
        assert secret.strip() == "" or secret not in caplog.text


def test_a_folded_form_does_keep_its_signature_so_that_only_the_schema_refuses_it() -> None:
    good = form()
    folded, signature = FORGERIES["re-split: the sender folded into the text"](good)
    assert signature == sign(ADDRESS + INBOUND, folded) == sign(ADDRESS + INBOUND, good)


def test_a_status_callback_is_believed_only_with_twilios_signature(house: House, client: FlaskClient) -> None:
    fields = {"AccountSid": ACCOUNT, "MessageSid": SID, "MessageStatus": "delivered"}
    assert is_the_one_error(post(client, fields, STATUS, signature=None), 403)
    assert is_the_one_error(post(client, fields, STATUS, signature=sign(ADDRESS + INBOUND, fields)), 403)
    other = {**fields, "AccountSid": "AC" + "0" * 32}
    assert is_the_one_error(post(client, other, STATUS), 403)
    assert post(client, fields, STATUS).status_code == 200


def test_a_json_body_is_no_webhook_of_twilios(client: FlaskClient) -> None:
    assert is_the_one_error(post(client, form(), type="application/json"), 403)
    assert is_the_one_error(post(client, form(), type="multipart/form-data; boundary=x"), 403)


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET.upper(), SECRET + "x", "ключ".encode(), b"\xff\xfe"], ids=repr
)
def test_an_update_without_our_secret_is_refused_and_leaves_neither_row_nor_word(
    house: House, client: FlaskClient, caplog: pytest.LogCaptureFixture, secret: str | bytes | None
) -> None:
    caplog.set_level(logging.DEBUG)
    before = house.everything()
    header = secret.decode("latin-1") if isinstance(secret, bytes) else secret
    assert is_the_one_error(update(client, message(1, text=CANARY), header), 403)
    assert house.everything() == before
    assert "Canary" not in caplog.text
    assert SECRET not in caplog.text


def test_without_a_secret_of_ours_no_update_is_believed(house: House) -> None:
    assert house.installation.settings.telegram
    telegram = replace(house.installation.settings.telegram, secret="")
    open_house = replace(house.installation, settings=replace(house.installation.settings, telegram=telegram))
    client = create_app(open_house).test_client()
    for secret in (None, "", SECRET):
        assert is_the_one_error(update(client, message(1, text="hello"), secret), 403)


def test_without_channels_both_webhooks_refuse_everything(house: House) -> None:
    bare = replace(house.installation.settings, twilio=None, telegram=None)
    client = create_app(replace(house.installation, settings=bare)).test_client()
    assert is_the_one_error(post(client, form()), 403)
    assert is_the_one_error(update(client, message(1, text="hello")), 403)


# --- what Twilio signed


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


def test_without_a_public_address_the_one_that_we_listen_on_is_signed(house: House) -> None:
    here = replace(house.installation.settings, public_url="", host="127.0.0.1", port=8123)
    client = create_app(replace(house.installation, settings=here)).test_client()
    assert post(client, form(), signature=sign("http://127.0.0.1:8123" + INBOUND, form())).status_code == 200


def test_of_two_thousand_mutated_webhooks_none_is_accepted(house: House, client: FlaskClient) -> None:
    lots = random.Random(20261121)
    before = house.everything()
    answers: dict[int, int] = {}
    for _ in range(2_000):
        answer = _mutated(client, lots)
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        assert is_the_one_error(answer, answer.status_code)
    assert set(answers) == {403}
    assert house.everything() == before
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


# --- once


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    "ways", [("webhook", "fallback", "polling"), ("polling", "webhook", "fallback"), ("fallback", "webhook", "webhook")]
)
def test_the_same_message_by_webhook_fallback_and_polling_has_one_effect(house: House, ways: tuple[str, ...]) -> None:
    taken: list[int] = []
    client = create_app(house.installation, lambda: taken.append(1)).test_client()
    with FakeTwilio() as twilio:
        said = twilio.write(PHONE, "my landlord will not mend the boiler", NOON)
        sender = house.twilio(twilio.url)
        for way in ways:
            if way == "polling":
                fetch_texts(house.installation, sender, lambda: taken.append(1))
            else:
                failed = {"ErrorCode": "11200", "ErrorUrl": ADDRESS + INBOUND} if way == "fallback" else {}
                assert post(client, webhook(said, **failed)).status_code == 200
        sender.close()
    assert house.queued() == ["first"]
    assert house.words(held=True) == ["my landlord will not mend the boiler"]
    assert house.count(tables.contacts) == house.count(tables.conversations) == 1
    assert len(taken) == 1


def test_the_same_update_again_has_no_second_effect_even_under_another_update_id(
    house: House, client: FlaskClient
) -> None:
    for number in (900, 900, 17):
        content = {**message(1, text="hello"), "update_id": number}
        assert update(client, json.dumps(content).encode()).status_code == 200
    assert house.queued() == ["first"]


def test_the_same_id_with_other_words_changes_nothing_the_first_wins(house: House, client: FlaskClient) -> None:
    assert post(client, form("my landlord will not mend the boiler")).status_code == 200
    assert post(client, form("something else entirely")).status_code == 200
    assert house.words(held=True) == ["my landlord will not mend the boiler"]


# --- authentic, and nothing that a conversation can use


@pytest.mark.parametrize(
    "content",
    [
        {"poll": {"id": "1", "question": "?", "options": []}},
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "channel"}, "text": CANARY}},
        {"message_reaction": {"chat": {"id": CHAT, "type": "private"}, "message_id": 1}},
        {"something_of_next_year": {}},
        {},
        message(1, new_chat_title="x"),
        message(1, pinned_message={"message_id": 1}),
        {"inline_query": {"id": "1", "from": {"id": CHAT, "is_bot": False}, "query": CANARY, "offset": ""}},
    ],
    ids=["poll", "channel post", "reaction", "unknown", "nothing", "title", "pinned", "inline"],
)
def test_an_authentic_update_that_nobody_waits_for_is_answered_200_and_leaves_nothing(
    house: House, client: FlaskClient, content: dict[str, Any]
) -> None:
    before = house.everything()
    answer = update(client, content)
    assert (answer.status_code, answer.get_json()) == (200, {})
    assert house.everything() == before


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "location", "contact", "poll", "dice", "video_note"])
def test_a_resident_who_sends_what_we_cannot_read_gets_a_kind_line(
    house: House, client: FlaskClient, kind: str
) -> None:
    assert update(client, message(1, **{kind: {"file_id": "x", "emoji": "🙂"}})).status_code == 200
    assert house.queued() == ["media_telegram + first"]
    update(client, message(2, text="yes"))
    house.later("5m")
    assert update(client, message(3, **{kind: {"file_id": "x"}})).status_code == 200
    assert house.queued()[-1] == "media_telegram"


def test_an_empty_text_or_a_picture_by_sms_gets_a_kind_line(house: House, client: FlaskClient) -> None:
    text(client, "hello", 1)
    assert post(client, form("", f"SM{2:032x}")).status_code == 200
    assert house.queued()[-1] == "media"
    house.later("1h")
    assert post(client, form(None, f"MM{3:032x}", NumMedia="2", Body=None)).status_code == 200  # type: ignore[arg-type]
    assert house.queued() == ["first", "media", "media"]


@pytest.mark.parametrize("author", ["VODAFONE", "60006", "whatsapp:+447911123456", NUMBER, "anonymous"])
def test_a_sender_whom_no_answer_reaches_is_acknowledged_and_not_answered(
    house: House, client: FlaskClient, author: str
) -> None:
    before = house.everything()
    assert post(client, form(From=author)).status_code == 200
    assert house.everything() == before


def test_the_answer_to_twilio_is_an_empty_document_that_sends_nothing(client: FlaskClient) -> None:
    answer = post(client, form())
    assert answer.mimetype == "text/xml"
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


# --- words are kept as they were sent

ODD = {
    "ten thousand characters": "my landlord will not mend it. " * 334,
    "emoji and joiners": "my 👩🏽‍👩🏾‍👧🏿 live in one room 🏚️ and 🇸🇴 is far",
    "zero-width non-joiners": "خانه‌ای که می‌خواهم خیلی گران است",
    "right-to-left marks": "rent \u200f\u202eup\u202c \u2066again\u2069 and \u061c again",
    "combining marks": "my rent Z̸̡̛a̷l̶g̵o̴ é ḍ̇ and क्षि",
    "other planes": "my rent 𝕀 cannot pay 𠜎 𓀀",
    "line breaks": "my rent\r\nis\u2028too\u0085high\u2029and\x0bhigh\x0c",
    "controls": "my rent \x01\x02\x1b[31m is red\x7f",
    "noncharacters": "my rent \ufffe\uffff\U0010ffff is high",
    "a byte order mark": "\ufeffmy rent is too high",
    "full width": "ｍｙ ｒｅｎｔ ｉｓ ｔｏｏ ｈｉｇｈ",
    "markup and formulas": '=HYPERLINK("x") <script>alert(1)</script> \' OR 1=1;-- %00 {phone} ${x} \\u0000 my rent',
    "nul": "my rent \x00 is too\x00 high",
}


@pytest.mark.parametrize("words", ODD.values(), ids=ODD)
def test_every_character_of_a_text_by_sms_is_kept(house: House, client: FlaskClient, words: str) -> None:
    text(client, "hello", 1)
    text(client, "yes", 2)
    assert text(client, words, 3).status_code == 200
    assert house.words() == [clean(words)]
    assert len(house.words()[0]) == len(words)


@pytest.mark.parametrize(
    "words", [*ODD.values(), "my rent \ud800 is \udfff too high", "\udc00\ud800 my rent"], ids=[*ODD, "surrogates", "2"]
)
def test_every_character_of_a_text_by_telegram_is_kept(house: House, client: FlaskClient, words: str) -> None:
    update(client, message(1, text="hello"))
    update(client, message(2, text="yes"))
    assert update(client, message(3, text=words)).status_code == 200
    assert house.words() == [clean(words)]
    assert not set(house.words()[0]) & {"\x00", *map(chr, range(0xD800, 0xE000))}


def test_three_hundred_texts_of_random_characters_are_kept_one_by_one(house: House, client: FlaskClient) -> None:
    lots = random.Random(7)
    update(client, message(1, text="hello"))
    update(client, message(2, text="yes"))
    sent = [
        "my landlord " + "".join(chr(lots.choice((lots.randrange(0x250), lots.randrange(0x110000)))) for _ in range(60))
        for _ in range(300)
    ]
    for number, words in enumerate(sent, 3):
        assert update(client, message(number, text=words)).status_code == 200
    assert house.words() == [clean(words) for words in sent]


def test_words_that_were_never_utf_8_are_refused_by_their_signature_and_do_no_harm(client: FlaskClient) -> None:
    raw = urlencode(form("x")).replace("Body=x", "Body=%ED%A0%80%FF")
    headers = {"X-Twilio-Signature": sign(ADDRESS + INBOUND, form("x"))}
    assert is_the_one_error(client.post(INBOUND, data=raw, content_type=FORM, headers=headers), 403)


# --- too large, malformed


@pytest.mark.parametrize("path", [INBOUND, STATUS, TELEGRAM])
def test_a_body_over_64_kilobytes_is_too_large_and_never_read(house: House, client: FlaskClient, path: str) -> None:
    before = house.everything()
    fields = form("x" * MOST_BYTES)
    answer = update(client, message(1, text="x" * MOST_BYTES)) if path == TELEGRAM else post(client, fields, path)
    assert is_the_one_error(answer, 413)
    assert house.everything() == before


def test_a_body_just_under_64_kilobytes_is_read(house: House, client: FlaskClient) -> None:
    words = "my landlord will not mend it. " * 2_000
    assert update(client, message(1, text=words)).status_code == 200
    assert house.words(held=True) == [words]


MALFORMED = {
    "empty": b"",
    "cut off": b'{"update_id": 1, "message": {',
    "no JSON": b"update_id=1",
    "not UTF-8": b'{"update_id": 1, "message": "\xff"}',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"hello"',
    "a number": b"7",
    "an endless number": b"1" * 10_000,
    "nested without end": b"[" * 60_000,
    "nested objects without end": b'{"a":' * 10_000,
    "no update_id": b"{}",
    "update_id of another type": b'{"update_id": "1"}',
    "message of another type": b'{"update_id": 1, "message": []}',
    "text of another type": json.dumps({"update_id": 1, **message(1, text=7)}).encode(),
    "date beyond time": json.dumps({"update_id": 1, **message(1, text="x", date=10**15)}).encode(),
    "a number that is none": b'{"update_id": NaN}',
    "an infinite number": b'{"update_id": 1e999}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_an_update_of_another_shape_is_malformed(house: House, client: FlaskClient, body: bytes) -> None:
    before = house.everything()
    assert is_the_one_error(update(client, body), 400)
    assert house.everything() == before


def test_a_thousand_updates_with_something_strange_in_a_corner_are_read_or_refused_and_never_break_anything(
    client: FlaskClient,
) -> None:
    lots = random.Random(3)
    strange: list[Any] = [None, True, -1, 0, 2**53, 2**80, 1.5, "", "x" * 500, "\ud800\x00", [], [[]], {}, {"id": {}}]
    seen = set()
    for number in range(1_000):
        whole = json.loads(json.dumps({"update_id": number, **message(number, text="my rent", reply_to_message={})}))
        place = whole
        while True:
            name = lots.choice(list(place))
            if not isinstance(place[name], dict) or not place[name] or lots.random() < 0.4:
                break
            place = place[name]
        if lots.random() < 0.3:
            del place[name]
        else:
            place[name] = lots.choice(strange)
        seen.add(update(client, json.dumps(whole).encode()).status_code)
    assert seen == {200, 400}


# --- the database is locked, gone or full

TROUBLES = ["locked", "gone", "full"]


def trouble_of(house: House, name: str) -> AbstractContextManager[None]:
    found: AbstractContextManager[None] = getattr(house, name)()
    return found


@pytest.mark.parametrize("trouble", TROUBLES)
def test_while_the_database_cannot_be_written_no_message_is_acknowledged_and_none_is_lost(
    house: House, trouble: str
) -> None:
    taken: list[int] = []
    client = create_app(house.installation, lambda: taken.append(1)).test_client()
    words = "my landlord will not mend the boiler. " * 1_000  # more than fits into the free pages of the file
    with trouble_of(house, trouble):
        for answer in (text(client, words, 1), update(client, message(1, text=words))):
            assert is_the_one_error(answer, 503)
            assert answer.headers["Retry-After"]
            assert "boiler" not in answer.text
    assert (taken, house.queued(), house.words(held=True)) == ([], [], [])
    assert text(client, words, 1).status_code == 200
    assert update(client, message(1, text=words)).status_code == 200
    assert house.words(held=True) == [words, words]
    assert house.queued() == ["first", "first"]
    assert len(taken) == 2


@pytest.mark.parametrize("trouble", ["locked", "gone"])
def test_readiness_says_when_the_database_cannot_be_written_and_liveness_does_not_care(
    house: House, client: FlaskClient, trouble: str
) -> None:
    with trouble_of(house, trouble):
        assert is_the_one_error(client.get("/readyz"), 503)
        assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_json() == {"ready": True, "oldest_unsent_seconds": 0}


def test_readiness_says_how_long_the_oldest_reply_has_waited(house: House, client: FlaskClient) -> None:
    house.arrive("hello")
    house.later("90s")
    house.arrive("hello", "+447911123457")
    assert client.get("/readyz").get_json()["oldest_unsent_seconds"] == 90


# --- receipts


def status(client: FlaskClient, sid: str, said: str, **more: str) -> int:
    fields = {"AccountSid": ACCOUNT, "MessageSid": sid, "SmsSid": sid, "MessageStatus": said, **more}
    return post(client, fields, STATUS).status_code


def test_receipts_of_messages_that_we_never_sent_or_in_words_that_we_do_not_know_are_let_pass(
    house: House, client: FlaskClient
) -> None:
    before = house.everything()
    assert status(client, SID, "delivered") == 200
    assert status(client, SID, "teleported") == 200
    assert house.everything() == before


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_receipt_that_says_opted_out_is_a_stop(house: House, client: FlaskClient) -> None:
    from bot.messaging.deliver import deliver_due  # noqa: PLC0415

    house.arrive("hello")
    with FakeTwilio() as twilio:
        sender = house.twilio(twilio.url)
        deliver_due(house.installation, {sender.channel: sender})
        sender.close()
        sid = twilio.sent[0]["Sid"]
    assert status(client, sid, "undelivered", ErrorCode="30003") == 200
    assert house.contact()["stopped_at"] is None
    assert status(client, sid, "failed", ErrorCode="21610") == 200
    assert house.contact()["stopped_at"] is not None
    house.arrive("yes")
    assert house.queued() == []


# --- the surface


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing", 404),
        ("GET", "//webhooks/twilio", 404),
        ("GET", INBOUND, 405),
        ("PUT", STATUS, 405),
        ("DELETE", TELEGRAM, 405),
        ("POST", "/healthz", 405),
        ("POST", INBOUND, 403),
        ("POST", TELEGRAM, 403),
        ("GET", "/export/thrive/stories.csv", 401),
        ("GET", "/export/nothing/stories.csv", 401),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/openapi.json", 200),
    ],
)
def test_every_answer_has_the_security_headers_and_every_error_the_one_shape(
    client: FlaskClient, method: str, path: str, expected: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == expected
    assert expected == 200 or is_the_one_error(answer, expected)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_every_address_declares_who_may_call_it(house: House) -> None:
    assert undeclared(create_app(house.installation)) == []
