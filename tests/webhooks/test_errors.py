"""Every error has the one shape, and none says a word of anybody."""

import logging
import re
from http import HTTPStatus

import pytest
from flask import Blueprint, request
from flask.testing import FlaskClient
from kit.clients import STORIES, error

from bot import errors as tree
from bot.errors import DecryptionError, InvalidError, NotAllowedError, NotFoundError, OpenEarError, UnavailableError
from bot.installation import Installation
from webhooks.app import MOST_BYTES, create_app
from webhooks.auth import open_to_all

KINDS = {400: InvalidError, 403: NotAllowedError, 404: NotFoundError, 503: UnavailableError, 500: DecryptionError}


def failing() -> Blueprint:
    """Views that fail in every way."""
    views = Blueprint("failing", __name__)

    @views.post("/body")
    @open_to_all
    def body() -> str:
        return request.get_data(as_text=True) + str(request.form)

    @views.get("/kinds/<int:status>")
    @open_to_all
    def kinds(status: int) -> str:
        raise KINDS[status]("say what to do")

    @views.get("/bug")
    @open_to_all
    def bug() -> str:
        raise RuntimeError("Amina lives at 4 Elm Street")

    return views


@pytest.fixture
def broken(installation: Installation) -> FlaskClient:
    return create_app(installation, more=[failing()]).test_client()


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/export//thrive/stories.csv", 404, "not_found"),
        ("GET", "/openapi.json/", 404, "not_found"),
        ("GET", "/<script>", 404, "not_found"),
        ("POST", "/openapi.json", 405, "method_not_allowed"),
        ("DELETE", STORIES, 405, "method_not_allowed"),
        ("POST", "/body", 413, "too_large"),
        ("GET", "/kinds/400", 400, "invalid"),
        ("GET", "/kinds/403", 403, "not_allowed"),
        ("GET", "/kinds/404", 404, "not_found"),
        ("GET", "/kinds/503", 503, "unavailable"),
        ("GET", "/kinds/500", 500, "internal_error"),
        ("GET", "/bug", 500, "internal_error"),
    ],
)
def test_every_error_has_the_one_shape(broken: FlaskClient, method: str, address: str, status: int, code: str) -> None:
    response = broken.open(address, method=method, data=b"x" * 2 * MOST_BYTES if method == "POST" else None)
    assert (response.status_code, error(response)["code"]) == (status, code)


def test_errors_keep_the_headers_that_help(broken: FlaskClient) -> None:
    assert "GET" in broken.post("/openapi.json").headers["Allow"]
    assert broken.get("/kinds/503").headers["Retry-After"] == "30"


def test_the_kinds_that_a_request_can_cause_say_what_to_do(broken: FlaskClient) -> None:
    for status in (400, 403, 404):
        assert error(broken.get(f"/kinds/{status}"))["message"] == "say what to do"
    assert error(broken.get("/kinds/500"))["message"] != "say what to do"


def test_every_error_of_the_tree_has_a_status_that_http_knows_and_a_code_of_its_own() -> None:
    """One code is one meaning: programs tell errors apart by it."""
    found = [kind for kind in vars(tree).values() if isinstance(kind, type) and issubclass(kind, OpenEarError)]
    answered = [kind for kind in found if kind.status != 500]
    assert {kind.status for kind in answered} <= {status.value for status in HTTPStatus}
    assert len({kind.code for kind in answered}) == len(answered) == 11
    for kind in found:
        assert kind.code == "internal_error" if kind not in answered else kind.code != "internal_error"


def test_a_bug_logs_its_kind_and_place_and_no_word_of_anybody(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = broken.get("/bug")
    assert "Amina" not in response.get_data(as_text=True)
    assert re.search(r"unforeseen RuntimeError at .*test_errors\.py:\d+", caplog.text)
    assert "Amina" not in caplog.text and "Elm" not in caplog.text
