"""The fake Airflow behind its REST API, for a bot that is a process of its own; it can be made to fail."""

from __future__ import annotations

import base64
import json
import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from bot.domain.clock import SystemClock
from bot.domain.errors import Rejected
from bot.domain.run import RunState
from tests.fakes.airflow import FakeAirflow
from tests.fakes.http_server import Answer, HttpServer, Request
from tests.fakes.sample_jobs import add_sample_jobs, add_stock_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.job import Job
    from bot.domain.run import AirflowRun, TaskRun

STATES = {RunState.WAITING: "queued", RunState.RUNNING: "running", RunState.DONE: "success"}
TROUBLES: Mapping[str, Answer] = {
    "500": Answer(500, {"detail": "Internal Server Error"}),
    "401": Answer(401, {"detail": "Not authenticated"}),
}


class AirflowOverHttp:
    """`trouble`: "" | "500" | "401" | "hangs" | "closes": what each request meets with while it is set."""

    url: str
    username, password = "runbell", "secret"

    def __init__(self) -> None:
        self.fake = FakeAirflow(SystemClock())
        add_sample_jobs(self.fake)
        add_stock_jobs(self.fake)
        self.trouble = ""
        self.signed_in = 0
        self._let_go = threading.Event()
        self._server = HttpServer(self._answer)
        self.url = self._server.url

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go.set()
        self._server.__exit__()

    def recover(self) -> None:
        """What hangs gets no answer any more; what comes now does."""
        self.trouble = ""
        self._let_go.set()

    def _answer(self, request: Request) -> Answer | None:
        if self.trouble == "hangs":
            self._let_go.wait(600)
            return None
        if self.trouble == "closes":
            return None
        address = urlsplit(request.path)
        if address.path == "/auth/token":
            self.signed_in += 1
            return Answer(201, {"access_token": _token()})
        if self.trouble:
            return TROUBLES[self.trouble]
        asked = parse_qs(address.query)
        try:
            for pattern, method, answer in ROUTES:
                found = re.fullmatch(f"/api/v2{pattern}", address.path)
                if found and method == request.method:
                    return answer(self.fake, *found.groups(), asked=asked, body=request.body)
        except Rejected as error:
            return Answer(int(error.code), {"detail": error.detail})
        return Answer(404, {"detail": f"nothing is at {address.path}"})


def _health(_fake: FakeAirflow, **_: Any) -> Answer:
    parts = ("metadatabase", "scheduler", "triggerer")
    return Answer(200, {each: {"status": "healthy"} for each in parts})


def _version(_fake: FakeAirflow, **_: Any) -> Answer:
    return Answer(200, {"version": "3.3.2"})


def _jobs(fake: FakeAirflow, *, asked: Mapping[str, list[str]], **_: Any) -> Answer:
    rows = [_job_row(each) for each in fake.jobs()]
    return Answer(200, {"dags": rows[int(asked.get("offset", ["0"])[0]) :]})


def _job(fake: FakeAirflow, dag_id: str, **_: Any) -> Answer:
    job = fake.job(dag_id)
    return Answer(404, {"detail": "no"}) if job is None else Answer(200, _job_row(job))


def _import_errors(_fake: FakeAirflow, **_: Any) -> Answer:
    return Answer(200, {"import_errors": [], "total_entries": 0})


def _start(fake: FakeAirflow, dag_id: str, *, body: Mapping[str, Any], **_: Any) -> Answer:
    names = ("logical_date", "run_after", "data_interval_start", "data_interval_end")
    try:
        moments = {name: datetime.fromisoformat(body[name]) if body.get(name) else None for name in names}
    except ValueError as error:
        return Answer(422, {"detail": str(error)})
    run = fake.post(dag_id, body["dag_run_id"], moments, body.get("conf") or {}, body.get("note") or "")
    return Answer(200, _run_row(run))


def _run(fake: FakeAirflow, dag_id: str, run_id: str, **_: Any) -> Answer:
    run = fake.run(dag_id, run_id)
    return Answer(404, {"detail": "no"}) if run is None else Answer(200, _run_row(run))


def _stop(fake: FakeAirflow, dag_id: str, run_id: str, *, body: Mapping[str, Any], **_: Any) -> Answer:
    run = fake.stop(dag_id, run_id, note=body.get("note") or "")
    return Answer(404, {"detail": "no"}) if run is None else Answer(200, _run_row(run))


def _listed(fake: FakeAirflow, *, body: Mapping[str, Any], **_: Any) -> Answer:
    """What has ended since a moment, goes on since one, or is of some DAGs and in one of some states."""
    if "end_date_gte" in body:
        found = list(fake.finished(ended_since=datetime.fromisoformat(body["end_date_gte"])))
    elif "start_date_lte" in body:
        began_before = datetime.fromisoformat(body["start_date_lte"])
        found = list(fake.running(began_before=began_before, most=body["page_limit"]))
    else:
        found = [each for each in fake.runs(list(fake._runs)) if each.dag_id in body["dag_ids"]]
    rows = [row for row in map(_run_row, found) if row["state"] in body["states"]]
    return Answer(200, {"dag_runs": rows[body["page_offset"] :][: body["page_limit"]]})


def _recent(fake: FakeAirflow, dag_id: str, **_: Any) -> Answer:
    rows = [_run_row(each) for each in fake.recent(dag_id, count=100)]
    return Answer(200, {"dag_runs": rows, "total_entries": len(rows)})


def _tasks(fake: FakeAirflow, dag_id: str, run_id: str, **_: Any) -> Answer:
    return Answer(200, {"task_instances": [_task_row(each) for each in fake.tasks(dag_id, run_id)]})


def _results(_fake: FakeAirflow, *_which: str, **_: Any) -> Answer:
    return Answer(200, {"xcom_entries": []})


ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("/monitor/health", "GET", _health),
    ("/version", "GET", _version),
    ("/dags", "GET", _jobs),
    ("/importErrors", "GET", _import_errors),
    ("/dags/([^/]+)/details", "GET", _job),
    ("/dags/~/dagRuns/list", "POST", _listed),
    ("/dags/([^/]+)/dagRuns", "GET", _recent),
    ("/dags/([^/]+)/dagRuns", "POST", _start),
    ("/dags/([^/]+)/dagRuns/([^/]+)", "GET", _run),
    ("/dags/([^/]+)/dagRuns/([^/]+)", "PATCH", _stop),
    ("/dags/([^/]+)/dagRuns/([^/]+)/taskInstances", "GET", _tasks),
    ("/dags/([^/]+)/dagRuns/([^/]+)/taskInstances/~/xcomEntries", "GET", _results),
)


def _token() -> str:
    now = int(SystemClock().now().timestamp())
    claims = base64.urlsafe_b64encode(json.dumps({"iat": now, "exp": now + 86_400}).encode()).decode()
    return f"head.{claims.rstrip('=')}.signature"


def _job_row(job: Job) -> dict[str, Any]:
    return {
        "dag_id": job.key.dag_id,
        "dag_display_name": job.title,
        "tags": [{"name": each} for each in sorted(job.tags)],
        "owners": list(job.owners),
        "is_paused": job.is_paused,
        "timetable_summary": job.airflow_schedule,
        "max_active_runs": job.max_active_runs,
        "params": {each.name: {"value": each.default, "schema": dict(each.schema)} for each in job.inputs},
    }


def _run_row(run: AirflowRun) -> dict[str, Any]:
    return {
        "dag_id": run.dag_id,
        "dag_run_id": run.run_id,
        "state": STATES.get(run.state, "failed"),
        "run_type": run.run_type,
        "queued_at": _text(run.queued_at),
        "run_after": _text(run.run_after),
        "start_date": _text(run.started_at),
        "end_date": _text(run.ended_at),
        "conf": dict(run.conf),
        "note": run.note,
        "logical_date": _text(run.logical_date),
        "data_interval_start": _text(run.interval[0] if run.interval else None),
        "data_interval_end": _text(run.interval[1] if run.interval else None),
    }


def _task_row(task: TaskRun) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "map_index": task.map_index,
        "state": {"done": "success", "waiting": "scheduled"}.get(task.state, task.state.replace(" ", "_")),
        "try_number": task.try_number,
        "max_tries": task.max_tries,
        "start_date": _text(task.started_at),
        "end_date": _text(task.ended_at),
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
