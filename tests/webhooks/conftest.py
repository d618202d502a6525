"""Clients of the app: `client` over a sandbox with both channels, `api` over two campaigns with written stories."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from kit.sandbox import Sandbox
from kit.stories import make_installation

from bot.installation import Installation
from webhooks.app import create_app


@pytest.fixture
def client(sandbox: Sandbox) -> FlaskClient:
    return create_app(sandbox.installation).test_client()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def api(installation: Installation) -> FlaskClient:
    return create_app(installation).test_client()
