"""A tiny HTTP server on loopback that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """`body`: JSON unless it is bytes already."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpServer:
    """Every request goes to `answer`; None closes the connection without a word.

    It has no import errors, as most Airflows, and says so by itself, unless `lists_errors`.
    """

    def __init__(self, answer: Callable[[Request], Answer | None], *, lists_errors: bool = False) -> None:
        self.requests: list[Request] = []
        self._lists_errors = lists_errors
        self._answer = answer
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answered(self, request: Request) -> Answer | None:
        if "/importErrors" in request.path and not self._lists_errors:
            return Answer(200, {"import_errors": [], "total_entries": 0})
        self.requests.append(request)
        return self._answer(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # or a body waits 40 ms until the headers have been confirmed

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(length)
                is_json = "json" in self.headers.get("Content-Type", "json")
                body = json.loads(sent) if sent and is_json else sent.decode() or None
                request = Request(self.command, self.path, dict(self.headers), body)
                answer = server._answered(request)
                if answer is None:
                    self.close_connection = True
                    return
                raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(raw)), **answer.headers}.items():
                    self.send_header(name, value)
                with suppress(ConnectionError):  # who asked has given up waiting
                    self.end_headers()
                    self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815  the names it looks for

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  its parent's names
                """A test's output is for its own words."""

        return Handler
