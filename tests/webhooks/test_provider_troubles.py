"""While the database is locked, gone or full, nothing is acknowledged and nothing is lost."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from kit.clients import is_error, message, text, update
from kit.sandbox import Sandbox

from webhooks.app import create_app


@pytest.mark.parametrize("trouble", [Sandbox.locked, Sandbox.gone, Sandbox.full])
def test_while_the_database_cannot_be_written_no_message_is_acknowledged_and_none_is_lost(
    sandbox: Sandbox, trouble: Callable[[Sandbox], AbstractContextManager[None]]
) -> None:
    received: list[int] = []
    client = create_app(sandbox.installation, lambda: received.append(1)).test_client()
    words = "my landlord will not mend the boiler. " * 1_000  # more than fits into the free pages of the file
    with trouble(sandbox):
        for answer in (text(client, words, 1), update(client, message(1, text=words))):
            assert is_error(answer, 503)
            assert answer.headers["Retry-After"]
            assert "boiler" not in answer.text
    assert (received, sandbox.queued(), sandbox.words(held=True)) == ([], [], [])
    assert text(client, words, 1).status_code == 200
    assert update(client, message(1, text=words)).status_code == 200
    assert sandbox.words(held=True) == [words, words]
    assert sandbox.queued() == ["first", "first"]
    assert len(received) == 2
