"""Twilio's REST API and Telegram's Bot API on the loopback, as far as a soak needs them: they accept and remember.

`tests/kit/fakes/` has the strict ones; these are fast, patient and thread-safe. Each accepted text remembers its line
(connection): a worker process keeps one line, so the last text of a broken line was in flight when the process was
killed.
"""

import json
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from scripts.soaks.twilio import NUMBER, Text

_LISTED = 40
_BOT = {"id": 700700700, "is_bot": True, "first_name": "OpenEar", "username": "openear_soak_bot"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message that a provider accepted, and its line."""

    line: int
    to: str
    body: str


class Provider:
    """Serves inside its `with` block."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.accepted: list[Accepted] = []
        self.refusing: list[int] = []  # statuses with which the next sends are refused
        self._written: list[dict[str, Any]] = []
        self._lines = 0
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address at which it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def write(self, text: Text) -> None:
        """A resident writes: REST lists the text from now on (only the newest texts, as in a short period)."""
        moment = format_datetime(datetime.now(UTC).replace(microsecond=0))
        listed = {
            "sid": text.sid,
            "direction": "inbound",
            "from": text.phone,
            "to": NUMBER,
            "body": text.body,
            "num_media": "0",
            "status": "received",
            "date_sent": moment,
            "date_created": moment,
        }
        with self.lock:
            self._written = [*self._written[1 - _LISTED :], listed]

    def new_line(self) -> int:
        """A new number for a connection."""
        with self.lock:
            self._lines += 1
            return self._lines

    def answer(self, line: int, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """The status and payload of an answer."""
        telegram = re.fullmatch(r"/bot[^/]+/(\w+)", path)
        if telegram:
            return self._telegram(line, telegram[1], body)
        if method == "GET":
            return 200, {"messages": list(reversed(self._written)), "next_page_uri": None, "page": 0}
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return self._take(line, fields["To"], fields["Body"])

    def _take(self, line: int, to: str, words: str) -> tuple[int, Any]:
        with self.lock:
            if self.refusing:
                status = self.refusing.pop(0)
                return status, {"code": 20500, "message": f"{to} cannot take: {words}", "status": status}
            self.accepted.append(Accepted(line, to, words))
            return 201, {"sid": f"SM{len(self.accepted):032x}", "status": "queued", "to": to, "body": words}

    def _telegram(self, line: int, method: str, body: bytes) -> tuple[int, Any]:
        if method == "getMe":
            return 200, {"ok": True, "result": _BOT}
        if method != "sendMessage":
            return 200, {"ok": True, "result": True}
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        status, payload = self._take(line, fields["chat_id"], fields["text"])
        if status != 201:
            return status, {"ok": False, "error_code": status, "description": payload["message"]}
        chat = {"id": int(fields["chat_id"]), "type": "private"}
        return 200, {"ok": True, "result": {"message_id": len(self.accepted), "date": 1_795_000_000, "chat": chat}}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, owner: Provider) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore it: the soak kills clients in the middle of requests."""


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.line = self.server.owner.new_line()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        status, payload = self.server.owner.answer(self.line, self.command, self.path.partition("?")[0], body)
        raw = json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = _serve  # noqa: N815 (the names that http.server looks for)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""
