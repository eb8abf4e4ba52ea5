"""One health answer: /healthz says the process lives, /readyz proves Slack, Airflow and the database.

/readyz answers within a few seconds whatever hangs. Ages are a stopwatch's: no step of the clock makes a
loop look dead, or one that is stuck look alive.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog

from bot.clocks import clock_of_airflow, differing
from bot.domain.backlog import LOOKS_BACK
from bot.domain.clock import SystemClock
from bot.domain.errors import Fault
from bot.domain.ports import ENDS_SOON

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow, AirflowHealth, Slack
    from bot.workers.loop import Loop
    from storage.database import Database

LONGEST_STEP = 120.0
"""Seconds beyond a loop's own rest after which it counts as stuck."""
ANSWERS_WITHIN = 3.0
"""Seconds for each piece, fewer than anything that probes /readyz waits."""

log = structlog.get_logger()

NO_ANSWER = f"no answer within {ANSWERS_WITHIN:.0f} seconds"
WARNINGS, OUTBOX = "warnings", "outbox"
NO_KEY = "secret inputs are refused: set RUNBELL_SECRETS_KEY (docs/operating.md, section The database)"
NO_ADMIN = "Runbell has no admin who is active in Slack: name one in RUNBELL_ADMINS and start it again"


class Question:
    """A question that a thread of the pool asks, once at a time, so that hanging ones do not pile up."""

    def __init__(self, pool: Executor, name: str, ask: Callable[[], list[str]]) -> None:
        """Keep the parts. `ask` returns what is wrong, an empty list if nothing is."""
        self._pool = pool
        self._name = name
        self._ask = ask
        self._lock = Lock()
        self._open: Future[list[str]] | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is awaited."""
        return self._open is not None and not self._open.done()

    def begin(self) -> None:
        """Ask, unless an answer is awaited already: everybody gets that one."""
        with self._lock:
            if not self.is_open:
                self._open = self._pool.submit(self._ask)

    def within(self, seconds: float) -> list[str]:
        """Return what is wrong, as far as is known within so many seconds."""
        assert self._open is not None, "it is asked first"
        if not wait([self._open], max(0.0, seconds)).done:
            return [NO_ANSWER]
        error = self._open.exception()
        if error is None:
            return self._open.result()
        log.error("health.failed", piece=self._name, exc_info=error)
        return [f"{type(error).__name__}, a fault of Runbell's own: its log says more"]


class Health:
    def __init__(
        self,
        database: Database,
        slack: Slack,
        airflow: Airflow,
        loops: Sequence[Loop],
        clock: Clock | None = None,
    ) -> None:
        """Keep the parts.

        `clock` is this machine's, to be compared with the others; None compares nothing.
        """
        self._database = database
        self._slack = slack
        self._clock = clock
        self._clocks: dict[str, list[str]] = {}
        """What was wrong with each piece's clock when it was last asked."""
        self._airflow = airflow
        self._loops = loops
        self._known: AirflowHealth | None = None
        self._outbox: dict[str, int] = {}
        pieces: dict[str, Callable[[], list[str]]] = {
            "database": self._of_database,
            "slack": self._of_slack,
            "airflow": self._of_airflow,
            OUTBOX: self._of_outbox,
            WARNINGS: self._warnings,
        }
        pool = ThreadPoolExecutor(len(pieces), thread_name_prefix="health")
        self._questions = {name: Question(pool, name, ask) for name, ask in pieces.items()}

    @property
    def is_idle(self) -> bool:
        """Whether no answer is awaited. One that is would keep the process from ending."""
        return not any(each.is_open for each in self._questions.values())

    def report(self) -> dict[str, Any]:
        """Return {"ready": bool, "checks": {name: "ok" or why not}, "seconds_since_last_step": {loop: …}}.

        "warnings" has what somebody should see to, though everything runs; "outbox" how many messages wait,
        for how many seconds the oldest has, and how many were given up within a week; "airflow" its version,
        and whether Runbell was tried with it.
        """
        end = monotonic() + ANSWERS_WITHIN
        for question in self._questions.values():
            question.begin()
        found = {name: each.within(end - monotonic()) for name, each in self._questions.items()}
        warnings = found.pop(OUTBOX) + found.pop(WARNINGS)
        checks = {
            **{name: "; ".join(wrong) or "ok" for name, wrong in found.items()},
            **{f"loop {loop.name}": _state(loop) for loop in self._loops},
        }
        return {
            "ready": all(each == "ok" for each in checks.values()),
            "checks": checks,
            "seconds_since_last_step": {loop.name: _age(loop) for loop in self._loops},
            "warnings": [
                *warnings,
                *_of_its_account(self._known),
                *_of_its_parts(self._known),
                *(each for wrong in self._clocks.values() for each in wrong),
            ],
            "outbox": self._outbox,
            "airflow": f"{self._known.version} ({self._known.tried})" if self._known else "not known yet",
        }

    def _warnings(self) -> list[str]:
        try:
            workspace_id = self._slack.workspace_id()
            with self._database.reading() as tx:
                admins = tx.directory.admins(workspace_id)
        except Fault:
            return []  # which is among the checks
        return [*([] if admins else [NO_ADMIN]), *([] if self._database.secrets.can_seal else [NO_KEY])]

    def _of_outbox(self) -> list[str]:
        """Remember the outbox's figures; return what is worth a look. The database's trouble is a check."""
        try:
            now = SystemClock().now() if self._clock is None else self._clock.now()
            with self._database.reading() as tx:
                found = tx.backlog.figures(now, given_up_since=now - LOOKS_BACK)
        except Fault:
            return []
        self._outbox = {
            "waiting": found.waiting,
            "oldest_seconds": round(found.age(now).total_seconds()),
            "given_up_in_a_week": sum(count for _, count in found.undeliverable),
        }
        return found.worth_a_look(now)

    def _of_database(self) -> list[str]:
        try:
            self._database.check()
            self._compare("the database", self._database.clock())
        except Fault as error:
            return [str(error)]
        return []

    def _of_slack(self) -> list[str]:
        try:
            self._compare("Slack", self._slack.check())
        except Fault as error:
            return [str(error)]
        return []

    def _compare(self, name: str, at: datetime | None) -> None:
        if self._clock is not None:
            self._clocks[name] = differing(self._clock.now(), {name: at})

    def _of_airflow(self) -> list[str]:
        try:
            health = self._airflow.health()
        except Fault as error:
            return [str(error)]
        if self._clock is not None:
            self._compare("Airflow", clock_of_airflow(health, self._clock.now()))
        self._known = health
        if not health.database:
            return ["Airflow says that its database is unhealthy"]
        return (
            [] if health.scheduler else ["Airflow says that its scheduler is unhealthy: nothing will start"]
        )


def _of_its_account(known: AirflowHealth | None) -> list[str]:
    ends_at = known.token_ends_at if known else None
    if ends_at is None or ends_at > SystemClock().now() + ENDS_SOON:
        return []
    return [f"Airflow's token ends at {ends_at:%Y-%m-%d %H:%M} UTC, and nobody renews it"]


def _of_its_parts(known: AirflowHealth | None) -> list[str]:
    away = known.away if known else ()
    return [f"Airflow says that its {name} is unhealthy: {without}" for name, without in away]


def _state(loop: Loop) -> str:
    beat = loop.heartbeat
    if beat.trouble:
        return beat.trouble
    age = _age(loop)
    return "ok" if age is not None and age < beat.rests + LONGEST_STEP else f"its last step was {age} s ago"


def _age(loop: Loop) -> float | None:
    """Return the seconds since the loop's last good step. None before its first."""
    stepped_at = loop.heartbeat.stepped_at
    return None if stepped_at is None else round(monotonic() - stepped_at, 1)
