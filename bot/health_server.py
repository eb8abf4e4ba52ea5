"""The one port that Runbell listens on: how it is, and the files that jobs fetch."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Any

from bot.rules.files import PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.health import Health

MOST_CONNECTIONS = 16
SPEAKS_WITHIN = 5.0
"""Seconds for a connection to send its request, and to take each piece of a file."""
PIECE = 64 * 1024
KEPT_BY_NOBODY = (
    ("Content-Type", "application/octet-stream"),
    ("Content-Disposition", "attachment"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)
"""Headers of a file: nothing on the way shows it or keeps it."""
NO_FILE = {
    410: "the time has passed in which this file could be fetched",
    503: "the database does not answer: try again",
}


class _FewAtOnce(ThreadingHTTPServer):
    """A server with a thread for each connection; connections beyond MOST_CONNECTIONS are closed at once."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], answer: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, answer)
        self._free = BoundedSemaphore(MOST_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


class _Answering(BaseHTTPRequestHandler):
    """One connection. It logs nothing: probes ask every few seconds, and addresses of files are secret."""

    def give(self, status: int, content: bytes) -> None:
        if status != HTTPStatus.OK:
            self.answer(status, {"error": NO_FILE.get(status, "no file lies here")})
            return
        self.send_response(status)
        for name, value in (*KEPT_BY_NOBODY, ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        for start in range(0, len(content), PIECE):  # the time limit counts for each piece
            self.wfile.write(content[start : start + PIECE])

    def answer(self, status: int, body: dict[str, Any]) -> None:
        written = json.dumps(body, indent=1).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """Log nothing, because probes ask every few seconds."""


def _no_files(_path: str) -> tuple[int, bytes]:
    return HTTPStatus.NOT_FOUND, b""


class HealthServer:
    def __init__(
        self, health: Health, host: str, port: int, files: Callable[[str], tuple[int, bytes]] = _no_files
    ) -> None:
        """Bind the address; `port` 0 takes any free one. Raises OSError if the port is taken.

        `files` returns HTTP's status for an address of a file, and the file's content.
        """

        class Answer(_Answering):
            timeout = SPEAKS_WITHIN
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                if self.path == "/healthz":
                    self.answer(200, {"live": True})
                elif self.path == "/readyz":
                    report = health.report()
                    self.answer(200 if report["ready"] else 503, report)
                elif self.path.startswith(PATH):
                    self.give(*files(self.path))
                else:
                    self.answer(404, {"error": "ask for /healthz or /readyz"})

        self._health = health
        self._server = _FewAtOnce((host, port), Answer)
        self._thread = Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def address(self) -> str:
        """The address at which it listens, with the port that was free if 0 was asked for."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Begin to answer, in a thread of its own."""
        self._thread.start()

    def stop(self) -> bool:
        """Stop answering; return whether nothing is asked any more."""
        self._server.shutdown()
        self._server.server_close()
        return self._health.is_idle
