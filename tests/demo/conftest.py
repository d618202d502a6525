"""The demo's worlds, made once for all files."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from bot.demo.world import World, open_world


@pytest.fixture(scope="module", autouse=True)
def _noon() -> Iterator[None]:
    """The real time, which the demo's clock goes by, stands still."""
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A few stories, and phones to play with."""
    world = open_world(tmp_path_factory.mktemp("few"), stories=6)
    yield world
    world.close()
