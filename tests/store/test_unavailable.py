"""A database that is busy or read-only refuses for a while, and keeps its word afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from kit.people import BOILER
from kit.requests import INBOUND, PATIENCE, form, signed
from kit.sandbox import Sandbox
from sqlalchemy import event

from bot.store import database as database_module
from webhooks.app import create_app


def test_texts_that_wait_for_one_another_do_not_wait_longer_than_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow DB (5 s)."""
    monkeypatch.setattr(database_module, "BUSY_MS", 200)
    sandbox = Sandbox()
    client = create_app(sandbox.installation).test_client()
    answered = threading.Event()

    def write_until_answered() -> None:
        with sandbox.installation.database.write():
            writing.set()
            answered.wait(2)

    writing, fields = threading.Event(), form(BOILER, 1)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_until_answered)
        assert writing.wait(PATIENCE)
        answer = client.post(INBOUND, data=urlencode(fields), headers=signed(fields))
        answered.set()
        slow.result(PATIENCE)
    sandbox.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_database_that_became_read_only_is_a_503(sandbox: Sandbox) -> None:
    """Read-only FS, bad perms."""
    engine = sandbox.installation.database.engine
    client = create_app(sandbox.installation).test_client()
    fields = form(BOILER, 1)

    def post() -> int:
        return client.post(INBOUND, data=urlencode(fields), headers=signed(fields)).status_code

    def read_only(connection: Any, _entry: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    engine.dispose()
    event.listen(engine, "connect", read_only)
    assert post() == client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    event.remove(engine, "connect", read_only)
    engine.dispose()
    assert post() == client.get("/readyz").status_code == 200
    assert sandbox.words(held=True) == [BOILER]
