"""The one port that Runbell listens on: how it is, and the files that jobs fetch."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock, Thread
from typing import TYPE_CHECKING, Any, cast

import structlog

from bot.rules.files import PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.health import Health

log = structlog.get_logger()
MOST_SILENT = 16
"""Connections that have not sent their request yet. One more closes the one that has waited longest."""
MOST_PROBES, MOST_FILES = 16, 8
"""Answers under way at once. A file is held in memory until it is sent, and who fetches it may be slow."""
GIVES_WAY_WITHIN = 5.0
"""Seconds for the thread of a connection that is closed to end."""
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
CROWDED = "too many ask at once: try again"
NO_FILE = {
    410: "the time has passed in which this file could be fetched",
    503: "the database does not answer: try again",
}


class _FewAtOnce(ThreadingHTTPServer):
    """A server with a thread for each connection, of which none keeps a probe out.

    A connection has one of MOST_SILENT places until its request is read; then one of its kind's places.
    """

    daemon_threads = True

    def __init__(self, address: tuple[str, int], answer: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, answer)
        self._free = BoundedSemaphore(MOST_SILENT)
        self._silent: dict[Any, None] = {}
        self._lock = Lock()
        self.probes, self.files = BoundedSemaphore(MOST_PROBES), BoundedSemaphore(MOST_FILES)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            self._close_the_oldest()
            if not self._free.acquire(timeout=GIVES_WAY_WITHIN):
                self.shutdown_request(request)
                return
        with self._lock:
            self._silent[request] = None
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.has_spoken(request)

    def has_spoken(self, request: Any) -> None:
        """Give the place of a connection whose request is read, or that has ended, to the next one."""
        with self._lock:
            had_a_place = request in self._silent
            self._silent.pop(request, None)
        if had_a_place:
            self._free.release()

    def _close_the_oldest(self) -> None:
        with self._lock:
            oldest = next(iter(self._silent), None)
        if oldest is not None:
            with suppress(OSError):  # it has ended just now
                oldest.shutdown(socket.SHUT_RD)  # one that has just sent its request is still answered

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  the library's names
        error = sys.exception()
        if not isinstance(error, OSError):  # as raised where somebody has hung up
            log.error("health.failed", piece="server", exc_info=error)


class _Answering(BaseHTTPRequestHandler):
    """One connection. It logs nothing: probes ask every few seconds, and addresses of files are secret."""

    server_version, sys_version = "Runbell", ""
    """What it calls itself: nobody needs to know the version of Python."""

    def give(self, status: int, content: bytes) -> None:
        if status != HTTPStatus.OK:
            self.answer(status, {"error": NO_FILE.get(status, "no file lies here")})
            return
        self.send_response(status)
        for name, value in (*KEPT_BY_NOBODY, ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        self._send(content)

    def answer(self, status: int, body: dict[str, Any]) -> None:
        written = json.dumps(body, indent=1).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()
        self._send(written)

    def refuse(self) -> None:
        self.answer(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "nothing is taken here: ask with GET or HEAD"})

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = refuse  # noqa: N815  the library's names

    def _send(self, content: bytes) -> None:
        if self.command == "HEAD":
            return  # whoever asks so wants the headers alone, of which the length is one
        for start in range(0, len(content), PIECE):  # the time limit counts for each piece
            self.wfile.write(content[start : start + PIECE])

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
                server = cast("_FewAtOnce", self.server)
                server.has_spoken(self.connection)
                room = server.files if self.path.startswith(PATH) else server.probes
                if not room.acquire(blocking=False):
                    self.answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": CROWDED})
                    return
                try:
                    self._answer()
                finally:
                    room.release()

            do_HEAD = do_GET  # noqa: N815  the library's name

            def _answer(self) -> None:
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
