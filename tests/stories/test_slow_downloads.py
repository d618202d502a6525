"""A download that is taken slowly."""

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kit.people import BOILER
from kit.requests import PATIENCE, form, phone, posted, served, token_of
from kit.sandbox import Sandbox
from kit.stories import StoryWriter

pytestmark = pytest.mark.enable_socket


@contextmanager
def slow_download(sandbox: Sandbox) -> Iterator[tuple[int, socket.socket]]:
    """A raw download of twelve megabytes, more than a line holds, that has begun; nothing more of it is taken yet."""
    StoryWriter(sandbox.installation).tell_many(3_000, f"{BOILER}. " * 108)
    token = token_of(sandbox.installation, "raw")
    with served(sandbox) as port, socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(PATIENCE)
        line.connect(("127.0.0.1", port))
        request = ["GET /export/thrive/stories.csv HTTP/1.0", f"Authorization: Bearer {token}", "", ""]
        line.sendall("\r\n".join(request).encode())
        assert line.recv(15).startswith(b"HTTP/1.0 200 ")
        yield port, line


def rest_of(line: socket.socket) -> int:
    """The rest of a download, to its end."""
    return sum(map(len, iter(lambda: line.recv(1 << 16), b"")))


def test_a_slow_download_holds_up_neither_texts_nor_the_write_ahead_log(sandbox: Sandbox) -> None:
    """Huge export, slow client."""
    with slow_download(sandbox) as (port, line):
        for number in range(20):
            assert posted(port, form(BOILER, number, phone(number))).status == 200
        assert sandbox.installation.database.scrub()  # False while a reader holds the log
        assert (sandbox.file.with_name("openear.db-wal")).stat().st_size == 0
        assert rest_of(line) > 12_000_000


def test_a_slow_download_leaves_no_story_in_a_temporary_file(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Huge export, slow client."""
    made = threading.Event()
    real = tempfile.TemporaryFile

    def noticed(*arguments: Any, **named: Any) -> Any:
        made.set()
        return real(*arguments, **named)

    monkeypatch.setattr(tempfile, "TemporaryFile", noticed)
    with slow_download(sandbox) as (_port, line):
        made.wait(1)
        assert rest_of(line) > 12_000_000
    assert not made.is_set()
