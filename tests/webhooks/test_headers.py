"""The security headers of every answer, and what may be cached."""

import pytest
from flask.testing import FlaskClient
from kit.clients import INBOUND, STATUS, TELEGRAM, is_error


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing", 404),
        ("GET", "//webhooks/twilio", 404),
        ("GET", INBOUND, 405),
        ("PUT", STATUS, 405),
        ("DELETE", TELEGRAM, 405),
        ("POST", "/healthz", 405),
        ("POST", INBOUND, 403),
        ("POST", TELEGRAM, 403),
        ("GET", "/export/thrive/stories.csv", 401),
        ("GET", "/export/nothing/stories.csv", 401),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/openapi.json", 200),
    ],
)
def test_every_answer_has_the_security_headers_and_every_error_the_one_shape(
    client: FlaskClient, method: str, path: str, expected: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == expected
    assert expected == 200 or is_error(answer, expected)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/healthz", "/readyz", "/openapi.json", "/privacy/thrive/", "/privacy/thrive/en", "/nothing", INBOUND, "/flags/x"],
)
def test_no_answer_is_stored_on_its_way(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_complaint_is_not_stored_on_its_way(client: FlaskClient) -> None:
    answer = client.post("/privacy/thrive/en", data={"complaint": "the boiler", "reach": ""})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_a_static_file_may_be_kept_and_is_asked_for_again(client: FlaskClient) -> None:
    with client.get("/privacy.css") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        etag = answer.headers["ETag"]
    with client.get("/privacy.css", headers={"If-None-Match": etag}) as again:
        assert again.status_code == 304


def test_only_the_demo_may_run_a_script_and_only_pages_load_anything(client: FlaskClient) -> None:
    policies = {path: client.get(path).headers["Content-Security-Policy"] for path in ("/readyz", "/privacy/thrive/en")}
    assert "script-src" not in "".join(policies.values())
    assert "style-src 'self'" in policies["/privacy/thrive/en"]
    assert "'self'" not in policies["/readyz"]
