"""The fixtures of all tests, the marks that pytest knows, and the ceiling on what one test may cost."""

import logging
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from kit.campaigns import load_campaigns
from kit.operator import Operator
from kit.rotation import Rotation
from kit.sandbox import Sandbox
from xdist.scheduler import LoadScopeScheduling

from bot import campaigns
from bot.demo import rehearsal, world
from bot.operations import checks
from bot.settings import SETTINGS
from bot.store.database import PRAGMAS

#: Seconds of processor time that a test may take without the mark `slow`. Not seconds on the wall: the machine is busy.
CEILING = 5.0
PROCESSES = "tests/processes/"
MARKS = {
    "slow": f"may take more than {CEILING:.0f} s of processor time",
    "process": "starts processes of the product: stands in tests/processes, where all run one after another",
    "browser": "needs a browser; runs with --thorough",
    "thorough": "a law that --thorough holds at full length: each phrase in each state",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="laws at full length, and the tests in a browser")
    parser.addoption("--record", action="store_true", help="write what is answered into the transcripts")


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    for name in ("everyday", "thorough"):
        settings.register_profile(
            name, derandomize=True, database=None, deadline=None, print_blob=False,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        )  # fmt: skip
    settings.load_profile("thorough" if config.getoption("--thorough") else "everyday")


class Files(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each worker of pytest-xdist whole files, and one of them all that starts processes.

    So kills and ports do not meet, and what a file has prepared is prepared once. (`--dist loadgroup` of pytest-xdist
    3.8 sees no group with pytest 9.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = str(nodeid).partition("::")[0]
        return PROCESSES if PROCESSES in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Files:
    config.option.loadscopereorder = False
    return Files(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what starts processes first, for it takes longest; leave out what needs a browser, unless it is asked for."""
    items.sort(key=lambda item: item.get_closest_marker("process") is None)
    if not config.getoption("--thorough"):
        left = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    began = time.process_time()
    yield
    spent = time.process_time() - began
    allowed = item.get_closest_marker("slow") or item.config.getoption("--thorough")
    if spent > CEILING and not allowed:
        pytest.fail(f"took {spent:.1f} s of processor time, {CEILING:.0f} are allowed: make it faster or mark it slow")


@pytest.fixture
def rotation(pytestconfig: pytest.Config) -> Rotation:
    """Divides large products among tests; with --thorough, each test tries everything."""
    return Rotation(thorough=bool(pytestconfig.getoption("--thorough")))


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    """Campaigns are read once, and no commit waits for the disk; a test of durability asks for `durable`."""
    with (
        patch.dict(PRAGMAS, synchronous="OFF"),
        patch.object(campaigns, "load_campaigns", load_campaigns),
        patch.object(checks, "load_campaigns", load_campaigns),
        patch.object(rehearsal, "load_campaigns", load_campaigns),
        patch.object(world, "load_campaigns", load_campaigns),
    ):
        yield


@pytest.fixture
def durable() -> Iterator[None]:
    """Commits wait for the disk, as in production."""
    with patch.dict(PRAGMAS, synchronous="FULL"):
        yield


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """An installation to throw away, with one resident on SMS."""
    one = Sandbox()
    yield one
    one.close()


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Commands set up the logs of their process, which here is ours."""
    root, names = logging.getLogger(), ("bot", "webhooks", "scripts", "waitress.queue")
    handlers, level, levels = root.handlers[:], root.level, [logging.getLogger(name).level for name in names]
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in zip(names, levels, strict=True):
        logging.getLogger(name).setLevel(was)
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logs_as_before: None) -> Operator:
    """A folder in which nothing has been done yet."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        for name in (setting.name, f"{setting.name}_FILE"):
            monkeypatch.delenv(name, raising=False)
    return Operator(tmp_path)


@pytest.fixture
def operator(empty: Operator) -> Operator:
    """After `openear init`."""
    empty.environment["OPENEAR_DRAFT_LANGUAGES"] = "1"
    empty.good("init")
    return empty
