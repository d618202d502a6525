"""What the tests of the house share."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture
def _everything_speaks() -> Iterator[None]:
    """Logs as the product sets them up, and then every logger that there is at DEBUG."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    names = [name for name, one in root.manager.loggerDict.items() if isinstance(one, logging.Logger)]
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    for name, one in list(root.manager.loggerDict.items()):
        if isinstance(one, logging.Logger):
            one.setLevel(levels.get(name, logging.NOTSET))
