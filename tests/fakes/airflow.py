"""An Airflow in memory, behind the port, as measured on the real one; with faults on request.

Fake and real Airflow pass the same suite: tests/contracts/test_airflow.py.
"""

from __future__ import annotations

import re
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import jsonschema

from bot.domain.errors import Forbidden, Rejected, Unavailable
from bot.domain.ports import AirflowHealth, Grant
from bot.domain.run import RunState
from bot.gateways.airflow.addressed import Addressed
from bot.gateways.airflow.choices import choices_from
from bot.gateways.airflow.dating import moments
from bot.gateways.airflow.files import file_from
from tests.fakes.airflow_scheduler import FakeScheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.domain.choices import Offered
    from bot.domain.clock import Clock
    from bot.domain.job import Job
    from bot.domain.run import AirflowRun, Failure, Result, ResultFile, TaskRun
    from bot.domain.run_date import RunDate

RUN_ID = re.compile(r"[A-Za-z0-9_.~:+-]{1,250}")


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Any, ...]


class FakeAirflow(FakeScheduler):
    def __init__(
        self,
        clock: Clock,
        *,
        deployment: str = "default",
        before_call: Callable[[], None] | None = None,
    ) -> None:
        """`before_call` may raise: to refuse calls inside a database transaction, for one."""
        super().__init__(clock)
        self.deployment = deployment
        self.calls: list[Call] = []
        self.before_call = before_call
        self.known_roles: dict[str, frozenset[str]] = {}
        self.not_to_be_started: set[str] = set()
        self.missing: tuple[Grant, ...] = ()
        self.forbidden: dict[str, str] = {}
        """By a call's name, the rights that the account would need for it."""
        self.triggerer: bool | None = True
        self.dag_processor: bool | None = True
        self._faults: deque[Exception] = deque()
        self._outage: Exception | None = None
        self._answers_to_lose = 0
        self.published: dict[str, Any] = {}
        self.addressed: Callable[[str], bytes] = Addressed()
        """The result of each job that publishes choices, as the job's author wrote it."""

    # Faults

    def fail_next(self, *faults: Exception) -> None:
        """The next calls raise these, one each, and do nothing."""
        with self._lock:
            self._faults.extend(faults)

    def lose_answers(self, count: int = 1) -> None:
        """The next changes are carried out, but the caller hears nothing of it."""
        with self._lock:
            self._answers_to_lose += count

    @contextmanager
    def outage(self, detail: str = "it cannot be reached (NewConnectionError)") -> Iterator[None]:
        """Down until the block ends; runs that are due begin all the same."""
        self._outage = Unavailable("Airflow", detail, not_done=True)
        try:
            yield
        finally:
            self._outage = None

    def refuse_tokens(self) -> Any:
        return self.outage("it refuses the bot's name and password")

    def calls_of(self, name: str) -> list[Call]:
        with self._lock:
            return [call for call in self.calls if call.name == name]

    # The port

    def health(self) -> AirflowHealth:
        with self._call("health"):
            return AirflowHealth(
                "3.3.2",
                database=True,
                scheduler=self._scheduler_since is not None,
                triggerer=self.triggerer,
                dag_processor=self.dag_processor,
            )

    def jobs(self) -> Sequence[Job]:
        with self._call("jobs"):
            known = sorted(self._jobs.values(), key=lambda each: each.job.key)
            return [replace(each.job, inputs=()) for each in known if not each.job.is_gone]

    def job(self, dag_id: str) -> Job | None:
        with self._call("job", dag_id):
            return self._jobs[dag_id].job if dag_id in self._jobs else None

    def start(
        self,
        dag_id: str,
        run_id: str,
        *,
        run_after: datetime | None,
        date: RunDate | None = None,
        conf: Mapping[str, Any],
        note: str,
    ) -> AirflowRun:
        with self._change("start", dag_id, run_id, run_after, dict(conf), note):
            for each in moments(run_id, run_after, date):
                try:
                    return self._post(dag_id, run_id, each, conf, note)
                except Rejected as rejected:
                    if rejected.code != "409":
                        raise
                    refused = rejected
                if (dag_id, run_id) in self._runs:
                    return self._runs[dag_id, run_id].seen()
            raise refused

    def missing_grants(self, dag_id: str) -> Sequence[Grant]:
        with self._call("missing_grants", dag_id):
            return self.missing

    def may_start(self, dag_id: str) -> bool:
        with self._call("may_start", dag_id):
            return dag_id in self._jobs and dag_id not in self.not_to_be_started

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None:
        with self._call("run", dag_id, run_id):
            run = self._runs.get((dag_id, run_id))
            return run.seen() if run else None

    def runs(self, keys: Iterable[tuple[str, str]]) -> Sequence[AirflowRun]:
        wanted = set(keys)
        with self._call("runs", frozenset(wanted)):
            return [run.seen() for key, run in self._runs.items() if key in wanted]

    def finished(
        self, *, ended_since: datetime, run_after_since: datetime | None = None, most: int = 1000
    ) -> Sequence[AirflowRun]:
        with self._call("finished", ended_since, run_after_since):
            over = [
                run.seen() for run in self._runs.values() if run.state.is_over and run.ended_at >= ended_since
            ]
            narrow = [run for run in over if run_after_since is None or run.run_after >= run_after_since]
            return sorted(narrow, key=lambda run: run.ended_at)[:most]

    def running(self, *, began_before: datetime, most: int) -> Sequence[AirflowRun]:
        with self._call("running", began_before):
            seen = [run.seen() for run in self._runs.values()]
            going = [run for run in seen if run.state is RunState.RUNNING and run.started_at is not None]
            long = [run for run in going if run.started_at <= began_before]
            return sorted(long, key=lambda run: run.started_at)[:most]

    def recent(self, dag_id: str, *, count: int) -> Sequence[AirflowRun]:
        with self._call("recent", dag_id, count):
            self._known(dag_id)
            runs = [run.seen() for run in self._runs.values() if run.dag_id == dag_id]
            return sorted(runs, key=lambda run: run.run_after, reverse=True)[:count]

    def stop(self, dag_id: str, run_id: str, *, note: str) -> AirflowRun | None:
        with self._change("stop", dag_id, run_id, note):
            run = self._runs.get((dag_id, run_id))
            if run is not None and not run.state.is_over:
                run.stop(self._clock.now(), note)
                self._close(run)
            return run.seen() if run else None

    def retry(self, dag_id: str, run_id: str) -> None:
        with self._change("retry", dag_id, run_id):
            run = self._existing(dag_id, run_id)
            if run.clear(self._clock.now()):
                self._open[dag_id, run_id] = run

    def set_paused(self, dag_id: str, *, paused: bool) -> None:
        with self._change("set_paused", dag_id, paused):
            known = self._known(dag_id)
            known.job = replace(known.job, is_paused=paused)
            known.can_run_since = self._clock.now()

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]:
        with self._call("tasks", dag_id, run_id):
            return self._existing(dag_id, run_id).tasks_seen()

    def tried_again_at(self, dag_id: str, task: TaskRun) -> datetime | None:
        with self._call("tried_again_at", dag_id, task):
            known = self._known(dag_id)
            return None if task.ended_at is None else task.ended_at + known.retry_delay

    def failure(self, dag_id: str, run_id: str) -> Failure | None:
        with self._call("failure", dag_id, run_id):
            return self._existing(dag_id, run_id).failure

    def result(self, dag_id: str, run_id: str) -> Result | None:
        with self._call("result", dag_id, run_id):
            run = self._runs.get((dag_id, run_id))
            return run.result if run else None

    def file(self, dag_id: str, run_id: str) -> ResultFile:
        with self._call("file", dag_id, run_id):
            value = self.published.get(dag_id)
        return file_from(value, self.addressed)  # a host that hangs keeps nobody else from Airflow

    def choices(self, dag_id: str, run_id: str) -> Sequence[Offered]:
        with self._call("choices", dag_id, run_id):
            return choices_from(self.published.get(dag_id)) if (dag_id, run_id) in self._runs else ()

    def roles(self) -> Mapping[str, frozenset[str]]:
        with self._call("roles"):
            return dict(self.known_roles)

    def run_url(self, dag_id: str, run_id: str) -> str:
        return f"http://airflow.example.com/dags/{dag_id}/runs/{run_id}"

    def post(
        self, dag_id: str, run_id: str, asked: Mapping[str, Any], conf: Mapping[str, Any], note: str
    ) -> AirflowRun:
        """One request for a run, as it comes over HTTP."""
        with self._change("start", dag_id, run_id, asked["run_after"], dict(conf), note):
            return self._post(dag_id, run_id, asked, conf, note)

    # Inside

    @contextmanager
    def _call(self, name: str, *arguments: Any) -> Iterator[None]:
        if self.before_call is not None:
            self.before_call()
        with self._lock:
            self.calls.append(Call(name, arguments))
            self._advance()
            if self._outage is not None:
                raise self._outage
            if self._faults:
                raise self._faults.popleft()
            if name in self.forbidden:
                raise Forbidden("Airflow", "403: Forbidden", needs=self.forbidden[name])
            yield

    @contextmanager
    def _change(self, name: str, *arguments: Any) -> Iterator[None]:
        with self._call(name, *arguments):
            lost = self._answers_to_lose > 0
            self._answers_to_lose -= lost
            yield
            if lost:
                raise Unavailable("Airflow", "it did not answer in time")

    def _post(
        self, dag_id: str, run_id: str, asked: Mapping[str, Any], conf: Mapping[str, Any], note: str
    ) -> AirflowRun:
        """As Airflow takes it: one body for a clash of the id and for one of the date."""
        self._check(dag_id, run_id, conf)
        date = asked["logical_date"]
        if (dag_id, run_id) in self._runs or self.has_run_of(dag_id, date):
            raise Rejected("Airflow", "409: Unique constraint violation", "409")
        run = self._create(
            dag_id, run_id, run_after=asked.get("run_after"), conf=conf, note=note, run_type="manual"
        )
        self.give_date(run, date)
        start, end = asked.get("data_interval_start"), asked.get("data_interval_end")
        run.interval = (start or date, end or date) if date else None
        return run.seen()

    def _check(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> None:
        job = self._known(dag_id).job
        if job.is_gone or job.has_import_errors:
            raise Rejected("Airflow", f"404: the DAG {dag_id} was not found", "404")
        if not RUN_ID.fullmatch(run_id):
            raise Rejected("Airflow", f"422: the run id {run_id!r} is not allowed", "422")
        for each in job.inputs:
            try:
                jsonschema.validate(conf.get(each.name, each.default), dict(each.schema))
            except jsonschema.ValidationError as error:
                detail = f"400: Invalid input for param {each.name}: {error.message}"
                raise Rejected("Airflow", detail, "400") from error
