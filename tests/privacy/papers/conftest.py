"""The papers of the shipped campaign, and what they are written from."""

from collections.abc import Iterator

import pytest
from kit.sandbox import Sandbox

from bot.installation import Installation
from bot.language.notice import Notice
from bot.privacy.notice import notice_of
from bot.privacy.papers import Brief, brief_of, papers_of


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """The shipped campaign, both channels, all languages as drafts."""
    sandbox = Sandbox()
    yield sandbox.installation
    sandbox.close()


@pytest.fixture(scope="session")
def brief(installation: Installation) -> Brief:
    return brief_of(installation, installation.campaigns["thrive"])


@pytest.fixture(scope="session")
def notice(installation: Installation) -> Notice:
    return notice_of(installation, installation.campaigns["thrive"])


@pytest.fixture(scope="session")
def papers(installation: Installation) -> dict[str, str]:
    return papers_of(installation, installation.campaigns["thrive"])
