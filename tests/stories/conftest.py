"""An installation with stories."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.stories import StoryWriter, make_installation

from bot.engine.campaign import Campaign
from bot.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = make_installation(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def teller(installation: Installation) -> StoryWriter:
    return StoryWriter(installation)


@pytest.fixture
def campaign(installation: Installation) -> Campaign:
    return installation.campaigns["thrive"]
