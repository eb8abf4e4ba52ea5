"""Airflow's REST API (v2) behind the port: what it says in our words, its errors renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from bot.domain.errors import Rejected, Unavailable
from bot.gateways.airflow import (
    broken,
    dating,
    failing,
    grants,
    next_try,
    opened,
    pages,
    results,
    retrying,
    versions,
)
from bot.gateways.airflow.accounts import AirflowByProject
from bot.gateways.airflow.cells import as_row, readable
from bot.gateways.airflow.connection import ALL, Connection
from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates
from bot.gateways.airflow.reading import job_from, roles_from, run_from, task_from
from bot.gateways.airflow.sign_in import PasswordTokens, StaticToken, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.domain.job import Job
    from bot.domain.ports import AirflowHealth, Grant
    from bot.domain.run import AirflowRun, Failure, Result, TaskRun
    from bot.domain.run_date import RunDate

__all__ = ["AirflowByProject", "Certificates", "PasswordTokens", "RestAirflow", "StaticToken", "Tokens"]

LONGEST_NOTE = 1000
ROLES = "/auth/fab/v1/roles"


class RestAirflow:
    """One deployment. Safe for threads; opens nothing before it is asked something."""

    def __init__(
        self,
        url: str,
        tokens: Tokens,
        *,
        deployment: str = "default",
        timeout: float = 10.0,
        connections: int = 32,
        public_url: str = "",
        certificates: Certificates = SYSTEMS_OWN,
    ) -> None:
        """`timeout`: seconds for a whole answer to begin. `public_url`: where people open Airflow."""
        self.deployment = deployment
        self._tokens = tokens
        self._pages_at = (public_url or url).rstrip("/")
        self._airflow = Connection(
            url, tokens, timeout=timeout, connections=connections, certificates=certificates
        )

    def health(self) -> AirflowHealth:
        return versions.health_of(self._airflow, token_ends_at=self._tokens.ends_at())

    def jobs(self) -> Sequence[Job]:
        rows = pages.whole(
            lambda **page: self._airflow.ask(
                "DAGApi", "get_dags", exclude_stale=True, order_by=["dag_id"], **page
            ),
            "dags",
            key="dag_id",
        )
        with_broken = broken.instead(rows, broken.broken_rows(self._airflow))
        return readable(with_broken, lambda row: job_from(self.deployment, row), "jobs")

    def job(self, dag_id: str) -> Job | None:
        row = self.details(dag_id)
        return None if row is None else job_from(self.deployment, {**as_row(row), "dag_id": dag_id})

    def details(self, dag_id: str) -> Mapping[str, Any] | None:
        """Return all that Airflow tells of a DAG, in its own words; None when it does not know it."""
        found: Mapping[str, Any] | None = self._found("DAGApi", "get_dag_details", dag_id)
        return found

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
        body: dict[str, Any] = {"dag_run_id": run_id, "conf": conf, "note": _note(note)}
        refused: Rejected | None = None
        for moments in dating.moments(run_id, run_after, date):
            try:
                row = self._airflow.send("POST", "dags", dag_id, "dagRuns", body=body | moments)
            except Rejected as rejected:
                if rejected.code != "409":
                    raise
                existing = self.run(dag_id, run_id)
                if existing is not None:
                    return existing
                refused = rejected  # another run has that date: the next one is tried
            else:
                return _named(row, dag_id, run_id)
        assert refused is not None
        raise Unavailable("Airflow", refused.detail, not_done=True) from refused

    def may_start(self, dag_id: str) -> bool:
        return grants.may_start(self._airflow, dag_id)

    def missing_grants(self, dag_id: str) -> Sequence[Grant]:
        return grants.missing(self._airflow, dag_id)

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None:
        row = self._found("DagRunApi", "get_dag_run", dag_id, run_id)
        return None if row is None else _named(row, dag_id, run_id)

    def runs(self, keys: Iterable[tuple[str, str]]) -> Sequence[AirflowRun]:
        return opened.look_at(self._airflow, keys, self.run)

    def finished(
        self, *, ended_since: datetime, run_after_since: datetime | None = None, most: int = 1000
    ) -> Sequence[AirflowRun]:
        body = {"states": ["failed", "success"], "end_date_gte": ended_since, "order_by": "end_date"}
        if run_after_since is not None:
            body["run_after_gte"] = run_after_since
        rows = pages.listed_by_body(
            lambda page: self._airflow.send("POST", "dags", ALL, "dagRuns", "list", body=body | page),
            "dag_runs",
            most=most,
        )
        return readable(rows, run_from, "runs")

    def recent(self, dag_id: str, *, count: int) -> Sequence[AirflowRun]:
        rows = pages.listed(
            lambda **page: self._airflow.ask(
                "DagRunApi", "get_dag_runs", dag_id, order_by=["-run_after"], **page
            ),
            "dag_runs",
            most=count,
        )
        return readable(rows, run_from, "runs")

    def stop(self, dag_id: str, run_id: str, *, note: str) -> AirflowRun | None:
        """What is over already stays as it ended: a PATCH would turn its success into a failure."""
        run = self.run(dag_id, run_id)
        if run is None or run.state.is_over:
            return run
        body = {"state": "failed", "note": _note(note)}
        row = _unless_missing(
            lambda: self._airflow.send("PATCH", "dags", dag_id, "dagRuns", run_id, body=body)
        )
        return None if row is None else _named(row, dag_id, run_id)

    def retry(self, dag_id: str, run_id: str) -> None:
        run = self.run(dag_id, run_id)
        ended_at = run.ended_at if run else None
        skipped = self._tasks(dag_id, run_id, **retrying.skipped_by_a_stop(ended_at)) if ended_at else []
        if not skipped:
            body = {"dry_run": False, "only_failed": True}
            self._airflow.send("POST", "dags", dag_id, "dagRuns", run_id, "clear", body=body)
            return
        clear = retrying.clear_request(run_id, self.tasks(dag_id, run_id), skipped)
        self._airflow.send("POST", "dags", dag_id, "clearTaskInstances", body=clear)

    def set_paused(self, dag_id: str, *, paused: bool) -> None:
        self._airflow.send("PATCH", "dags", dag_id, body={"is_paused": paused})

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]:
        return self._tasks(dag_id, run_id)

    def tried_again_at(self, dag_id: str, task: TaskRun) -> datetime | None:
        return next_try.tried_again_at(self._airflow, dag_id, task)

    def failure(self, dag_id: str, run_id: str) -> Failure | None:
        return failing.explain(self, dag_id, run_id)

    def log_of(self, dag_id: str, run_id: str, task: TaskRun) -> Iterable[bytes]:
        """Yield the log of the task's last try, line by line: each is JSON."""
        return self._airflow.lines(
            "TaskInstanceApi",
            "get_log",
            dag_id,
            run_id,
            task.task_id,
            max(task.try_number, 1),
            map_index=task.map_index,
            full_content=True,
        )

    def xcom(self, dag_id: str, run_id: str, task: TaskRun, key: str) -> Any:
        """Return what the task published under this key; None for nothing."""
        where = (dag_id, task.task_id, run_id, key)
        entry = self._found("XComApi", "get_xcom_entry", *where, map_index=task.map_index, stringify=False)
        return entry.get("value") if isinstance(entry, Mapping) else None

    def result(self, dag_id: str, run_id: str) -> Result | None:
        return results.result_of(self._airflow, dag_id, run_id)

    def roles(self) -> Mapping[str, frozenset[str]]:
        """As the FAB auth manager keeps them; others have none, and not every account may read them."""
        try:
            rows = pages.listed(
                lambda **page: (
                    self._airflow.ask("PathApi", "send", "GET", f"{ROLES}?{urlencode(page)}") or {}
                ),
                "roles",
            )
            return roles_from(rows)
        except (Rejected, Unavailable):
            return {}

    def run_url(self, dag_id: str, run_id: str) -> str:
        return f"{self._pages_at}/dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}"

    def _tasks(self, dag_id: str, run_id: str, **which: Any) -> list[TaskRun]:
        rows = pages.listed(
            lambda **page: self._airflow.ask(
                "TaskInstanceApi", "get_task_instances", dag_id, run_id, **which, **page
            ),
            "task_instances",
        )
        return readable(rows, task_from, "tasks")

    def _found(self, area: str, operation: str, *path: Any, **arguments: Any) -> Any:
        return _unless_missing(lambda: self._airflow.ask(area, operation, *path, **arguments))


def _named(row: Any, dag_id: str, run_id: str) -> AirflowRun:
    """The run that was asked for by its ids, whatever else its row leaves out."""
    if not isinstance(row, Mapping):
        raise Unavailable("Airflow", f"it answered {type(row).__name__} in the place of a run")
    return run_from({**row, "dag_id": dag_id, "dag_run_id": run_id})


def _unless_missing(ask: Callable[[], Any]) -> Any:
    """Return the answer; None for a 404."""
    try:
        return ask()
    except Rejected as rejected:
        if rejected.code == "404":
            return None
        raise


def _note(text: str) -> str:
    """NUL is a 500 in Airflow, more than 1,000 characters a 422."""
    return text.replace("\0", "")[:LONGEST_NOTE]
