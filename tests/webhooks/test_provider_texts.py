"""Words are kept as they were sent; bodies that are too large or malformed are refused."""

import json
import random
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from kit.clients import FORM, INBOUND, STATUS, TELEGRAM, form, is_error, message, post, text, update
from kit.fakes.twilio_api import sign
from kit.sandbox import ADDRESS, Sandbox

from bot.channels.port import clean
from webhooks.app import MOST_BYTES

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
def test_every_character_of_a_text_by_sms_is_kept(sandbox: Sandbox, client: FlaskClient, words: str) -> None:
    text(client, "hello", 1)
    text(client, "yes", 2)
    assert text(client, words, 3).status_code == 200
    assert sandbox.words() == [clean(words)]
    assert len(sandbox.words()[0]) == len(words)


@pytest.mark.parametrize(
    "words", [*ODD.values(), "my rent \ud800 is \udfff too high", "\udc00\ud800 my rent"], ids=[*ODD, "surrogates", "2"]
)
def test_every_character_of_a_text_by_telegram_is_kept(sandbox: Sandbox, client: FlaskClient, words: str) -> None:
    update(client, message(1, text="hello"))
    update(client, message(2, text="yes"))
    assert update(client, message(3, text=words)).status_code == 200
    assert sandbox.words() == [clean(words)]
    assert not set(sandbox.words()[0]) & {"\x00", *map(chr, range(0xD800, 0xE000))}


def test_three_hundred_texts_of_random_characters_are_kept_one_by_one(sandbox: Sandbox, client: FlaskClient) -> None:
    lots = random.Random(7)
    update(client, message(1, text="hello"))
    update(client, message(2, text="yes"))
    sent = [
        "my landlord " + "".join(chr(lots.choice((lots.randrange(0x250), lots.randrange(0x110000)))) for _ in range(60))
        for _ in range(300)
    ]
    for number, words in enumerate(sent, 3):
        assert update(client, message(number, text=words)).status_code == 200
    assert sandbox.words() == [clean(words) for words in sent]


def test_words_that_were_never_utf_8_are_refused_by_their_signature_and_do_no_harm(client: FlaskClient) -> None:
    raw = urlencode(form("x")).replace("Body=x", "Body=%ED%A0%80%FF")
    headers = {"X-Twilio-Signature": sign(ADDRESS + INBOUND, form("x"))}
    assert is_error(client.post(INBOUND, data=raw, content_type=FORM, headers=headers), 403)


@pytest.mark.parametrize("path", [INBOUND, STATUS, TELEGRAM])
def test_a_body_over_64_kilobytes_is_too_large_and_never_read(sandbox: Sandbox, client: FlaskClient, path: str) -> None:
    before = sandbox.everything()
    fields = form("x" * MOST_BYTES)
    answer = update(client, message(1, text="x" * MOST_BYTES)) if path == TELEGRAM else post(client, fields, path)
    assert is_error(answer, 413)
    assert sandbox.everything() == before


def test_a_body_just_under_64_kilobytes_is_read(sandbox: Sandbox, client: FlaskClient) -> None:
    words = "my landlord will not mend it. " * 2_000
    assert update(client, message(1, text=words)).status_code == 200
    assert sandbox.words(held=True) == [words]


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
def test_an_update_of_another_shape_is_malformed(sandbox: Sandbox, client: FlaskClient, body: bytes) -> None:
    before = sandbox.everything()
    assert is_error(update(client, body), 400)
    assert sandbox.everything() == before


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
