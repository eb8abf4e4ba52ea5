"""One health answer: /healthz says the process lives, /readyz proves Slack, Airflow and the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow, Slack
    from bot.workers.loop import Loop
    from storage.database import Database

LONGEST_STEP = 120.0
"""Seconds beyond a loop's own rest after which it is stuck."""


NO_ADMIN = "Runbell has no admin who is active in Slack: name one in RUNBELL_ADMINS and start it again"


@dataclass(frozen=True, slots=True)
class Health:
    clock: Clock
    database: Database
    slack: Slack
    airflow: Airflow
    loops: Sequence[Loop]
    workspace_id: str = ""

    def report(self) -> dict[str, Any]:
        """{"ready": bool, "checks": {name: "ok" or what is wrong}, "seconds_since_last_step": {loop: …}}.

        "warnings": what somebody should see to, though everything runs.
        """
        checks = {
            "database": _tried(self.database.check),
            "slack": _tried(self.slack.workspace_id),
            "airflow": self._airflow(),
            **{f"loop {loop.name}": self._loop(loop) for loop in self.loops},
        }
        ages = {loop.name: self._age(loop) for loop in self.loops}
        return {
            "ready": all(each == "ok" for each in checks.values()),
            "checks": checks,
            "seconds_since_last_step": ages,
            "warnings": self._warnings(),
        }

    def _warnings(self) -> list[str]:
        try:
            with self.database.transaction() as tx:
                admins = tx.directory.admins(self.workspace_id)
        except Fault:
            return []  # which is among the checks
        return [] if admins else [NO_ADMIN]

    def _airflow(self) -> str:
        try:
            health = self.airflow.health()
        except Fault as error:
            return str(error)
        if not health.database:
            return "Airflow says that its database is unhealthy"
        return (
            "ok" if health.scheduler else "Airflow says that its scheduler is unhealthy: nothing will start"
        )

    def _loop(self, loop: Loop) -> str:
        beat = loop.heartbeat
        if beat.trouble:
            return beat.trouble
        age = self._age(loop)
        return (
            "ok" if age is not None and age < beat.rests + LONGEST_STEP else f"its last step was {age} s ago"
        )

    def _age(self, loop: Loop) -> float | None:
        """None before its first step that went well; a clock that was put back counts as none."""
        stepped_at = loop.heartbeat.stepped_at
        if stepped_at is None:
            return None
        return round(max(0.0, (self.clock.now() - stepped_at).total_seconds()), 1)


def _tried(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Fault as error:
        return str(error)
    return "ok"


class HealthServer:
    def __init__(self, health: Health, host: str, port: int) -> None:
        """`port` 0: any that is free. OSError when it is taken."""

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/healthz":
                    self._answer(200, {"live": True})
                elif self.path == "/readyz":
                    report = health.report()
                    self._answer(200 if report["ready"] else 503, report)
                else:
                    self._answer(404, {"error": "ask for /healthz or /readyz"})

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                written = json.dumps(body, indent=1).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
                """Nothing: it is asked every few seconds."""

        self._server = ThreadingHTTPServer((host, port), Answer)
        self._thread = Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
