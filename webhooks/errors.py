"""One shape for everything that goes wrong: `{"error": {"code", "message"}}`, never Werkzeug's pages.

`install(app)` is called once by `webhooks/app.py`. Views raise `Refusal`. What nobody foresaw becomes a 500 that
names the kind of the error and its line in the log, and nothing else: an exception's own message may hold what a
resident wrote (law 8).
"""

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from bot.errors import OpenEarError, UnavailableError

_log = logging.getLogger(__name__)

_MESSAGES = {
    400: "The request cannot be read.",
    404: "There is nothing at this address; /openapi.json lists the addresses.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    415: "The request has a content type that this address does not read.",
    500: "Something went wrong here, not in your request. It has been logged.",
    503: "The database is not available at the moment. Please try again.",
}


class Refusal(Exception):  # noqa: N818 (an answer that is raised, not a fault)
    """An answer that is not the one that was asked for. The message says the mend, and holds no resident's word."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def install(app: Flask) -> None:
    """Give `app` the one shape for all errors, its own redirects included: an address is right or it is not."""
    app.url_map.merge_slashes = False
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OpenEarError, _known)
    app.register_error_handler(Exception, _unforeseen)


def answer(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as JSON."""
    response = jsonify({"error": {"code": code, "message": message}})
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers or {})
    return response


def _refused(problem: Refusal) -> Response:
    return answer(problem.status, problem.code, problem.message, problem.headers)


def _http(problem: HTTPException) -> Response:
    """Werkzeug's own errors; its texts can repeat what was sent, so ours stand instead."""
    status = problem.code or 500
    phrase = HTTPStatus(status).phrase
    kept = {name: value for name, value in problem.get_headers() if name in {"Allow", "Retry-After"}}
    code = "too_large" if status == 413 else phrase.lower().replace(" ", "_").replace("-", "_")
    return answer(status, code, _MESSAGES.get(status, f"{phrase}."), kept)


def _known(problem: OpenEarError) -> Response:
    """An error of ours, with the status and code of its kind. Its message is written for whoever asks."""
    if isinstance(problem, UnavailableError):
        return answer(problem.status, problem.code, _MESSAGES[503], {"Retry-After": "30"})
    if problem.status == 500:
        return _unforeseen(problem)
    return answer(problem.status, problem.code, str(problem))


def _unforeseen(problem: Exception) -> Response:
    frames = traceback.extract_tb(problem.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    _log.error("unforeseen %s at %s", type(problem).__name__, place)
    return answer(500, "internal_error", _MESSAGES[500])
