"""Texts that arrive at once, twice, broken or while the database is locked, at a web in two processes."""

import json
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from kit.requests import (
    BOILER,
    FORM,
    INBOUND,
    PATIENCE,
    TELEGRAM,
    TWILIO_WAITS,
    call,
    form,
    phone,
    posted,
    replies_to,
    signed,
    token_of,
    words_of,
)
from kit.sandbox import ADDRESS, SECRET
from sqlalchemy import select

from bot.engine.model import Channel
from bot.installation import Installation
from bot.store import tables
from scripts.soaks.site import Site

pytestmark = [pytest.mark.enable_socket, pytest.mark.process]


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """All of them in the same instant."""
    together = threading.Barrier(len(calls))

    def start(one: Callable[[], Any]) -> Any:
        together.wait(PATIENCE)
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))


def test_a_webhook_and_its_fallback_at_once_have_one_effect_and_one_answer(site: Site, inside: Installation) -> None:
    """Duplicate at fallback URL (ErrorCode/ErrorUrl added)."""
    failed = {"ErrorCode": "11200", "ErrorUrl": ADDRESS + INBOUND}
    for number in range(100, 110):
        both = [form(BOILER, number, phone(number)), form(BOILER, number, phone(number), **failed)]
        answers = at_once([lambda one=one: posted(site.port, one) for one in both])  # type: ignore[misc]
        assert [answer.status for answer in answers] == [200, 200]
        assert answers[0].body == answers[1].body
        assert replies_to(inside, phone(number)) == ["first"]
        assert words_of(inside, phone(number)) == [BOILER]


def test_two_messages_at_once_to_two_processes_lose_nothing_and_ask_once(site: Site, inside: Installation) -> None:
    """Two messages at once, two workers."""
    for number in range(200, 250):
        both = [form(f"{BOILER}, part {part}", 10 * number + part, phone(number)) for part in (1, 2)]
        answers = at_once([lambda one=one: posted(site.port, one) for one in both])  # type: ignore[misc]
        assert [answer.status for answer in answers] == [200, 200]
    for number in range(200, 250):
        assert sorted(words_of(inside, phone(number))) == [f"{BOILER}, part 1", f"{BOILER}, part 2"]
        assert replies_to(inside, phone(number)) == ["first"]


def test_thirty_first_messages_of_one_person_at_once_make_one_resident(site: Site, inside: Installation) -> None:
    """First contact race."""
    texts = [form(f"{BOILER}, part {part}", 3_000 + part, phone(300)) for part in range(30)]
    answers = at_once([lambda one=one: posted(site.port, one) for one in texts])  # type: ignore[misc]
    assert [answer.status for answer in answers] == [200] * 30
    with inside.database.read() as connection:
        known = inside.keys.contact_hash(Channel.SMS, phone(300))
        assert len(connection.execute(select(tables.contacts).where(tables.contacts.c.hash == known)).all()) == 1
    assert len(words_of(inside, phone(300))) == 30
    assert replies_to(inside, phone(300)) == ["first"]


def test_a_caller_that_hung_up_before_the_answer_and_calls_again_has_one_effect(
    site: Site, inside: Installation
) -> None:
    """Twilio timeout (15 s) then retry."""
    for number in range(400, 410):
        fields = form(BOILER, number, phone(number))
        body = urlencode(fields).encode()
        head = [f"POST {INBOUND} HTTP/1.1", "Host: ear", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in signed(fields).items()]
        with socket.create_connection(("127.0.0.1", site.port), timeout=TWILIO_WAITS) as line:
            line.sendall("\r\n".join([*head, "", ""]).encode() + body)
        assert posted(site.port, fields).status == 200
        assert words_of(inside, phone(number)) == [BOILER]
        assert replies_to(inside, phone(number)) == ["first"]


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    other = sqlite3.connect(site.folder / "var" / "openear.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_database_that_is_locked_for_three_seconds_is_waited_for(site: Site, inside: Installation) -> None:
    """Slow DB (5 s)."""
    with ThreadPoolExecutor(1) as pool:
        with locked(site):
            answer = pool.submit(posted, site.port, form(BOILER, 500, phone(500)))
            time.sleep(3)
            assert not answer.done()
        assert answer.result(PATIENCE).status == 200
    assert replies_to(inside, phone(500)) == ["first"]


def test_a_database_that_stays_locked_is_a_503_with_retry_after_and_nothing_false(
    site: Site, inside: Installation
) -> None:
    """DB locked (writer holds 30 s)."""
    texts = [form(BOILER, 510 + number, phone(510 + number)) for number in range(2)]
    with locked(site):
        answers = at_once([lambda one=one: posted(site.port, one) for one in texts])  # type: ignore[misc]
        assert call(site.port, "GET", "/healthz").status == 200
    assert [answer.status for answer in answers] == [503, 503]
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert [replies_to(inside, phone(510 + number)) for number in range(2)] == [[], []]
    assert [posted(site.port, one).status for one in texts] == [200, 200]
    assert [replies_to(inside, phone(510 + number)) for number in range(2)] == [["first"], ["first"]]


def test_five_hundred_malformed_bodies_are_refused_by_a_server_that_does_not_grow(site: Site) -> None:
    """Malformed JSON, wrong content-type, huge nesting/ints, missing fields, channel posts, stickers, polls."""
    lots = random.Random(17)
    good = json.dumps({"update_id": 1, "channel_post": {"text": "x" * 200, "poll": {"options": [{}] * 5}}}).encode()
    bodies: list[Callable[[], bytes]] = [
        lambda: lots.randbytes(lots.randrange(1, 60_000)),
        lambda: good[: lots.randrange(len(good))],
        lambda: b"[" * lots.randrange(1, 60_000),
        lambda: b'{"update_id": ' + b"9" * lots.randrange(1, 60_000) + b"}",
        lambda: b'{"update_id": 1, "message": ' + lots.choice([b"[]", b"{}", b"null", b"1e999", b'"\\ud800"']) + b"}",
        lambda: good,
    ]
    kinds = ["application/json", FORM, "text/plain", "multipart/form-data; boundary=b", "", "application/xml"]
    secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    def post() -> int:
        path, headers = lots.choice([(TELEGRAM, secret), (TELEGRAM, secret), (INBOUND, {"X-Twilio-Signature": "x"})])
        return call(
            site.port, "POST", path, lots.choice(bodies)(), {**headers, "Content-Type": lots.choice(kinds)}
        ).status

    for _warming in range(60):
        post()
    before = _memory(site)
    answers = {post() for _ in range(500)}
    assert answers == {200, 400, 403}
    assert _memory(site) - before < 20 * 1024


def _memory(site: Site) -> int:
    """The resident memory of the web's processes in kilobytes; 0 where the system does not say it."""
    found = [Path(f"/proc/{child}/status") for child in site.children("web")]
    lines = [line for path in found if path.exists() for line in path.read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def test_a_revoked_token_opens_nothing_in_any_process(site: Site, inside: Installation) -> None:
    """Organiser token leaked."""
    bearer = {"Authorization": f"Bearer {token_of(inside, 'organiser')}"}

    def answers() -> set[int]:
        return {call(site.port, "GET", "/export/thrive/stories.csv", headers=bearer).status for _ in range(12)}

    assert answers() == {200}
    assert call(site.port, "GET", "/export/another/stories.csv", headers=bearer).status == 404
    site.run("organiser", "revoke", "organiser@example.org")
    assert answers() == {401}
