"""Bodies that never end, are huge, or are packed."""

import gzip
import socket
from contextlib import closing
from urllib.parse import urlencode

import pytest
from kit.people import BOILER
from kit.requests import FORM, INBOUND, TELEGRAM, form, posted, served, signed
from kit.sandbox import SECRET, Sandbox

from webhooks.app import MOST_BYTES, create_app

pytestmark = pytest.mark.enable_socket


def unfinished(port: int, announced: int) -> socket.socket:
    """A caller who announces a body of this length and sends three bytes of it."""
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    head = f"POST {INBOUND} HTTP/1.1\r\nHost: ear\r\nContent-Type: {FORM}\r\nContent-Length: {announced}\r\n\r\nBod"
    line.sendall(head.encode())
    return line


def test_bodies_that_never_end_hold_up_nobody_else(sandbox: Sandbox) -> None:
    """Body >64 KB / slowloris."""
    with served(sandbox) as port:
        lines = [unfinished(port, 5_000) for _ in range(24)]
        try:
            assert posted(port, form(BOILER, 1)).status == 200
        finally:
            for line in lines:
                line.close()
    assert sandbox.words(held=True) == [BOILER]


def test_a_body_that_is_announced_as_huge_is_refused_before_it_is_taken_in(sandbox: Sandbox) -> None:
    """Body >64 KB / slowloris."""
    with served(sandbox) as port, closing(unfinished(port, 500 * MOST_BYTES)) as line:
        line.settimeout(2)
        assert line.recv(1024).startswith(b"HTTP/1.1 413 ")


def test_a_compressed_body_is_never_unpacked(sandbox: Sandbox) -> None:
    """Gzip bomb, duplicate form keys."""
    client = create_app(sandbox.installation).test_client()
    before = sandbox.everything()
    packed = {"Content-Encoding": "gzip"}
    bomb = gzip.compress(b'{"update_id": 1, "x": "' + b"0" * 20_000_000 + b'"}')
    secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json", **packed}
    assert len(bomb) < MOST_BYTES
    assert client.post(TELEGRAM, data=bomb, headers=secret).status_code == 400
    fields = form(BOILER, 1)
    body = gzip.compress(urlencode(fields).encode())
    assert client.post(INBOUND, data=body, headers={**signed(fields), **packed}).status_code == 403
    assert sandbox.everything() == before
