"""A small HTTP server on 127.0.0.1 in a thread, which can be told to fail. The base of the providers' fakes.

It speaks HTTP/1.1 over real sockets, so that a client's pool, time-outs and parsing are the real ones.
"""

import json
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(self.body))


@dataclass(frozen=True)
class Answer:
    status: int
    payload: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trouble:
    """One failure to come. `accepted`: the request takes effect before the line fails, as a lost answer would."""

    answer: Answer | None = None
    cut: bool = False
    accepted: bool = False


CUT = Trouble(cut=True)
CUT_AFTER_ACCEPTING = Trouble(cut=True, accepted=True)
SILENCE_AFTER_ACCEPTING = Trouble(accepted=True)


class Loopback(ABC):
    """Serves while its `with` block lasts. `requests` holds all that came, `script` says what goes wrong next."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.changed = threading.Condition()
        self.stopping = False
        self._troubles: list[tuple[str, Trouble]] = []
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, *troubles: Trouble, path: str = "") -> None:
        """The next requests whose path contains `path` meet these, one each, in this order."""
        with self.changed:
            self._troubles.extend((path, trouble) for trouble in troubles)

    @abstractmethod
    def handle(self, request: Request) -> Answer:
        """What the real service would answer."""

    def meet(self, request: Request) -> Trouble | None:
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
            for at, (path, trouble) in enumerate(self._troubles):
                if path in request.path:
                    del self._troubles[at]
                    return trouble
        return None

    def wait(self, reached: Callable[[], bool], seconds: float) -> None:
        """Until something is there, the time is over, or the fake stops. Call it with `changed` held."""
        self.changed.wait_for(lambda: reached() or self.stopping, seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = False  # joined at the end, so that no socket outlives its test

    def __init__(self, owner: Loopback) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner
        self._lines: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._lines.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        for line in list(self._lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was first


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the other side
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", "0"))
        query = parse_qs(parts.query, keep_blank_values=True)
        headers = {name.title(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, query, headers, self.rfile.read(length))
        owner = self.server.owner
        trouble = owner.meet(request)
        answer = trouble.answer if trouble else None
        if trouble is None or trouble.accepted:
            answer = owner.handle(request)
        if trouble and not trouble.answer:
            if not trouble.cut:
                with owner.changed:
                    owner.wait(lambda: False, 30)
            self.close_connection = True
            return
        assert answer is not None
        self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        raw = answer.payload if isinstance(answer.payload, bytes) else json.dumps(answer.payload).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = _serve  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return
