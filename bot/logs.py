"""Logs without personal data, at any level: only our own loggers speak, and only our own sentences.

Called once by each command. Libraries may log what a resident wrote, an address or a token when they are asked for
details, so they are held at WARNING whatever the level, and a traceback is reduced to the places it passed, without
the values; so is the last word of a thread or process that dies of what nobody foresaw.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType

_OURS = ("bot", "webhooks", "scripts")
_log = logging.getLogger(__name__)


class _Formatter(logging.Formatter):
    def formatException(self, ei: object) -> str:  # noqa: N802 (logging's name)
        """Where it happened and what kind it was. An exception's own words may be a resident's."""
        assert isinstance(ei, tuple)
        kind, _value, trace = ei
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([getattr(kind, "__name__", "exception"), *places])


def set_up_logs(level: str) -> None:
    """Log to standard error from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OURS)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every two requests at once
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
    sys.excepthook = _last_word
    threading.excepthook = lambda died: _last_word(died.exc_type, died.exc_value, died.exc_traceback)


def place_of(problem: BaseException) -> str:
    """What kind of error, and where: all of it that may be logged."""
    frames = traceback.extract_tb(problem.__traceback__)
    kind = type(problem).__name__
    return f"{kind} at {frames[-1].filename}:{frames[-1].lineno}" if frames else kind


def _last_word(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _log.critical("ended by", exc_info=(kind, problem or kind(), trace))
