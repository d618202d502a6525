"""The web in processes of its own, and a look into its database."""

from collections.abc import Iterator

import pytest
from kit.fakes.twilio_api import FakeTwilio
from kit.requests import OURS, opened

from bot.installation import Installation
from scripts.soaks.site import Site


@pytest.fixture(scope="package")
def provider() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture(scope="package")
def site(provider: FakeTwilio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The web alone, in two processes of gunicorn: what is answered waits in the outbox."""
    with Site(tmp_path_factory.mktemp("site"), provider.url, **OURS) as one:
        one.start("web", "--workers", "2")
        one.wait_until("the web is up", one.alive)
        one.wait_until("both processes are there", lambda: len(one.children("web")) == 2)
        yield one


@pytest.fixture(scope="package")
def inside(site: Site) -> Iterator[Installation]:
    """The same installation, as the tests look into it."""
    one = opened(site)
    yield one
    one.database.close()
