"""One shape for every error: `{"error": {"code", "message"}}`, never Werkzeug's pages.

Views raise `ApiError`, and what they call raises the errors of `bot/errors.py`. Any other exception is a 500, and the
log names its kind and line only: an exception's message may quote a resident (law 8).
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from bot.errors import OpenEarError, UnavailableError
from bot.logs import place_of

_log = logging.getLogger(__name__)

_MESSAGES = {
    400: "The request cannot be read.",
    404: "There is nothing at this address; /openapi.json lists the addresses.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    500: "Something went wrong here, not in your request. It has been logged.",
    503: "The database is not available at the moment. Please try again.",
}
#: Where the code is not the name that HTTP gives the status.
_CODES = {413: "too_large", 500: "internal_error", 503: "unavailable"}
#: Seconds until a provider should send again.
_RETRY_AFTER = "30"


class ApiError(OpenEarError):
    """An error response. Its message says how to fix the request and never quotes a resident."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


def install(app: Flask) -> None:
    """Answer every error of `app` in this shape. An address with doubled slashes is wrong, so it is not redirected."""
    app.url_map.merge_slashes = False
    app.register_error_handler(OpenEarError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def code_of(status: int) -> str:
    """The code of an error that has no better one, such as `method_not_allowed` for 405."""
    return _CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")


def _answer(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    response = jsonify({"error": {"code": code, "message": message}})
    response.status_code = status
    response.headers.update(headers or {})
    return response


def _known(problem: OpenEarError) -> Response:
    """An error of our own tree. One whose kind has no status of its own, such as DecryptionError, is unforeseen."""
    if problem.status == 500:
        return _unforeseen(problem)
    if isinstance(problem, UnavailableError):
        return _answer(503, problem.code, _MESSAGES[503], {"Retry-After": _RETRY_AFTER})
    headers = problem.headers if isinstance(problem, ApiError) else {}
    return _answer(problem.status, problem.code, str(problem), headers)


def _http(problem: HTTPException) -> Response:
    """An error of Werkzeug's. Its texts can repeat what was sent, so ours are used instead."""
    status = problem.code or 500
    kept = {name: value for name, value in problem.get_headers() if name in {"Allow", "Retry-After"}}
    return _answer(status, code_of(status), _MESSAGES.get(status, f"{HTTPStatus(status).phrase}."), kept)


def _unforeseen(problem: Exception) -> Response:
    _log.error("unforeseen %s", place_of(problem))
    return _answer(500, code_of(500), _MESSAGES[500])
