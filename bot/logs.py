"""Logs without personal data, at any level: only our own loggers speak, and only our own sentences.

Called once by each command. Libraries may log what a resident wrote, an address or a token when they are asked for
details, so they are held at WARNING whatever the level, and a traceback is reduced to the places it passed, without
the values.
"""

import logging
import traceback

_OURS = ("bot", "webhooks", "scripts")


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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
