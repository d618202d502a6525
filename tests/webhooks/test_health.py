"""Readiness and liveness."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from kit.clients import is_error
from kit.sandbox import Sandbox


@pytest.mark.parametrize("trouble", [Sandbox.locked, Sandbox.gone])
def test_readiness_says_when_the_database_cannot_be_written_and_liveness_does_not_care(
    sandbox: Sandbox, client: FlaskClient, trouble: Callable[[Sandbox], AbstractContextManager[None]]
) -> None:
    with trouble(sandbox):
        assert is_error(client.get("/readyz"), 503)
        assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_json() == {"ready": True, "oldest_unsent_seconds": 0}


def test_readiness_says_how_long_the_oldest_reply_has_waited(sandbox: Sandbox, client: FlaskClient) -> None:
    sandbox.arrive("hello")
    sandbox.later("90s")
    sandbox.arrive("hello", "+447911123457")
    assert client.get("/readyz").get_json()["oldest_unsent_seconds"] == 90
