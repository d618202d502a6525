"""Logs without personal data, at any level (law 8).

At lower levels libraries may log what a resident wrote, an address or a token, so they stay at WARNING whatever level
is set. A traceback shows only files, lines and functions, without values; so does an error that ends a thread or the
process.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType

_OWN_LOGGERS = ("bot", "webhooks", "scripts")
_log = logging.getLogger(__name__)


class _Formatter(logging.Formatter):
    def formatException(self, ei: object) -> str:  # noqa: N802 (logging's name)
        """The kind of exception and its places. Its message may quote a resident."""
        assert isinstance(ei, tuple)
        kind, _value, trace = ei
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([getattr(kind, "__name__", "exception"), *places])


def set_up_logs(level: str) -> None:
    """Log to standard error, from `level` up. Each command calls it once."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OWN_LOGGERS)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns whenever two requests wait
    for name in _OWN_LOGGERS:
        logging.getLogger(name).setLevel(level.upper())
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda died: _log_uncaught(died.exc_type, died.exc_value, died.exc_traceback)


def place_of(problem: BaseException) -> str:
    """The kind of exception and where it was raised: all that may be logged about it."""
    frames = traceback.extract_tb(problem.__traceback__)
    kind = type(problem).__name__
    return f"{kind} at {frames[-1].filename}:{frames[-1].lineno}" if frames else kind


def _log_uncaught(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _log.critical("a thread or the process ended with an unexpected error", exc_info=(kind, problem or kind(), trace))
