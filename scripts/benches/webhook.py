"""The whole webhook against "Flask, signature, one commit" on the same server, with texts signed beforehand."""

import http.client
import logging
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import waitress
from flask import Flask, request
from twilio.request_validator import RequestValidator

from bot.demo.rehearsal import Rehearsal
from bot.settings import Twilio
from scripts.benches.rounds import Result, alternate
from webhooks.app import create_app

_ACCOUNT, _TOKEN, _NUMBER = "AC" + "1" * 32, "2" * 32, "+442079460000"
_ADDRESS = "https://ear.example.org/webhooks/twilio"
_TURNS, _CONNECTIONS = 400, 4
_BODY = "The rent went up again, the flat is damp and nobody at the council answers the phone. " * 3


def measure() -> Result:
    """The texts a second of ours over those of the bare app."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    rehearsal = Rehearsal()
    twilio = Twilio(account_sid=_ACCOUNT, auth_token=_TOKEN, sender=_NUMBER)
    settings = replace(rehearsal.installation.settings, twilio=twilio, public_url="https://ear.example.org")
    app = create_app(replace(rehearsal.installation, settings=settings))
    signed = _signed()
    with tempfile.TemporaryDirectory() as folder, _served(app) as ours, _served(_bare(Path(folder))) as theirs:
        _post(ours, [next(signed) for _ in range(20)])  # first messages, then each yes
        _post(ours, [_sign(person, "YES", f"{person:032x}") for person in range(20)])
        what = "of the texts a second that Flask, signature and one FULL commit take: the whole webhook"

        def rate(port: int) -> Callable[[], float]:
            return lambda: _post(port, [next(signed) for _ in range(_TURNS)])

        result = alternate(what, ">= 0.8", rate(ours), rate(theirs))
    rehearsal.close()
    return result


def _bare(folder: Path) -> Flask:
    app = Flask("bare")
    local = threading.local()

    @app.post("/webhooks/twilio")
    def inbound() -> Any:
        form = request.form
        signature = request.headers.get("X-Twilio-Signature", "")
        if not RequestValidator(_TOKEN).validate(_ADDRESS, form, signature):
            return "", 403
        if not hasattr(local, "db"):
            local.db = sqlite3.connect(folder / "bare.db", isolation_level=None, timeout=15)
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                local.db.execute(f"PRAGMA {pragma}")
            local.db.execute("CREATE TABLE IF NOT EXISTS t (sid TEXT PRIMARY KEY, sender TEXT, body TEXT)")
        local.db.execute("BEGIN IMMEDIATE")
        row = (form["MessageSid"], form["From"], form["Body"])
        local.db.execute("INSERT OR IGNORE INTO t VALUES (?, ?, ?)", row)
        local.db.execute("COMMIT")
        return "<Response/>", 200, {"Content-Type": "text/xml"}

    return app


@contextmanager
def _served(app: Flask) -> Iterator[int]:
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=_CONNECTIONS)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.close()


def _signed() -> Iterator[tuple[bytes, str]]:
    number = 1 << 64
    while True:
        yield _sign(number % 20, f"{_BODY}{number}", f"{number:032x}")
        number += 1


def _sign(person: int, body: str, sid: str) -> tuple[bytes, str]:
    form = {
        "AccountSid": _ACCOUNT,
        "ApiVersion": "2010-04-01",
        "MessageSid": f"SM{sid}",
        "From": f"+4479111234{person:02}",
        "To": _NUMBER,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "2",
        "SmsStatus": "received",
        "FromCountry": "GB",
    }
    return urlencode(form).encode(), str(RequestValidator(_TOKEN).compute_signature(_ADDRESS, form))


def _post(port: int, requests: list[tuple[bytes, str]]) -> float:
    """Texts a second over persistent connections. Asserts that every answer is 200."""

    def send(share: list[tuple[bytes, str]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for body, signature in share:
            headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/webhooks/twilio", body, headers)
            response = connection.getresponse()
            response.read()
            assert response.status == 200, response.status
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=send, args=(requests[at::_CONNECTIONS],)) for at in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(requests) / (time.perf_counter() - began)
