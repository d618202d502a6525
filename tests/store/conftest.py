"""Keys and a database of their own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import keyring
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.tables import metadata


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    path = tmp_path_factory.mktemp("keys") / "openear.keys"
    keyring.make(path)
    return keyring.read(path)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'data' / 'openear.db'}")
    metadata.create_all(found.engine)
    yield found
    found.close()
