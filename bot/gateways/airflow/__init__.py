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
from bot.gateways.airflow.addressed import Addressed
from bot.gateways.airflow.cells import as_row, readable
from bot.gateways.airflow.choices import choices_from
from bot.gateways.airflow.connection import ALL, Connection
from bot.gateways.airflow.files import file_from
from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates
from bot.gateways.airflow.reading import job_from, result_from, roles_from, run_from, task_from
from bot.gateways.airflow.sign_in import PasswordTokens, StaticToken, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from bot.domain.choices import Offered
    from bot.domain.job import Job
    from bot.domain.ports import AirflowHealth, Grant
    from bot.domain.run import AirflowRun, Failure, Result, ResultFile, TaskRun
    from bot.domain.run_date import RunDate

__all__ = ["AirflowByProject", "Certificates", "PasswordTokens", "RestAirflow", "StaticToken", "Tokens"]

LONGEST_NOTE = 1000
ROLES = "/auth/fab/v1/roles"
EVENTS, MOST_EVENTS = "/api/v2/eventLogs", 20


class RestAirflow:
    """One deployment. Safe for threads; opens no connection before it is asked something."""

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
        result_hosts: Collection[str] = (),
    ) -> None:
        """Keep the parts. `timeout` is in seconds until an answer begins; people open `public_url`.

        `result_hosts` are those from which the files of results may be fetched.
        """
        self.deployment = deployment
        self._tokens = tokens
        self._addressed = Addressed(result_hosts, certificates)
        self._pages_at = (public_url or url).rstrip("/")
        self._airflow = Connection(
            url, tokens, timeout=timeout, connections=connections, certificates=certificates
        )

    def health(self) -> AirflowHealth:
        """Return Airflow's health and version. Raises Unavailable, for an Airflow 2 with that reason."""
        return versions.health_of(self._airflow, token_ends_at=self._tokens.ends_at())

    def jobs(self) -> Sequence[Job]:
        """Return all DAGs, with broken ones marked; a list that changes while it is read is read again."""
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
        """Return the DAG with its inputs, from its details. None if Airflow does not know it."""
        row = self.details(dag_id)
        return None if row is None else job_from(self.deployment, {**as_row(row), "dag_id": dag_id})

    def details(self, dag_id: str) -> Mapping[str, Any] | None:
        """Return everything that Airflow says about a DAG. None if Airflow does not know it."""
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
        """Post the run, trying one date after the other while other runs have them."""
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
        """Post a body that no version of Airflow can take, and see whether it is refused for that."""
        return grants.may_start(self._airflow, dag_id)

    def missing_grants(self, dag_id: str) -> Sequence[Grant]:
        """Try requests that change nothing, and return the rights that are missing for them."""
        return grants.missing(self._airflow, dag_id)

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None:
        """Return the run. None if Airflow does not have it."""
        row = self._found("DagRunApi", "get_dag_run", dag_id, run_id)
        return None if row is None else _named(row, dag_id, run_id)

    def runs(self, keys: Iterable[tuple[str, str]]) -> Sequence[AirflowRun]:
        """Read the lists by state, and the runs that are in none of them one by one."""
        return opened.look_at(self._airflow, keys, self.run)

    def finished(
        self, *, ended_since: datetime, run_after_since: datetime | None = None, most: int = 1000
    ) -> Sequence[AirflowRun]:
        """Post to the list of all DAGs' runs, in order of their ends."""
        body = {"states": ["failed", "success"], "end_date_gte": ended_since, "order_by": "end_date"}
        if run_after_since is not None:
            body["run_after_gte"] = run_after_since
        return self._listed(body, most)

    def running(self, *, began_before: datetime, most: int) -> Sequence[AirflowRun]:
        """Post to the list of all DAGs' runs, in order of their starts."""
        return self._listed(
            {"states": ["running"], "start_date_lte": began_before, "order_by": "start_date"}, most
        )

    def recent(self, dag_id: str, *, count: int) -> Sequence[AirflowRun]:
        """Read the DAG's list of runs, latest first."""
        rows = pages.listed(
            lambda **page: self._airflow.ask(
                "DagRunApi", "get_dag_runs", dag_id, order_by=["-run_after"], **page
            ),
            "dag_runs",
            most=count,
        )
        return readable(rows, run_from, "runs")

    def stop(self, dag_id: str, run_id: str, *, note: str) -> AirflowRun | None:
        """Mark the run as failed. One that is over stays as it ended: a PATCH would change its state."""
        run = self.run(dag_id, run_id)
        # Asked first: Airflow would take the PATCH for a finished run as well, and turn success into failure.
        if run is None or run.state.is_over:
            return run
        body = {"state": "failed", "note": _note(note)}
        row = _unless_missing(
            lambda: self._airflow.send("PATCH", "dags", dag_id, "dagRuns", run_id, body=body)
        )
        return None if row is None else _named(row, dag_id, run_id)

    def retry(self, dag_id: str, run_id: str) -> None:
        """Clear failed tasks, and those that a stop skipped, which "only failed" would leave out."""
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
        """Pause or resume the DAG for everyone."""
        self._airflow.send("PATCH", "dags", dag_id, body={"is_paused": paused})

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]:
        """Return all tasks of the run, each mapped instance by itself."""
        return self._tasks(dag_id, run_id)

    def tried_again_at(self, dag_id: str, task: TaskRun) -> datetime | None:
        """Work the moment out from the task's delay. None if the delay is not a simple one."""
        return next_try.tried_again_at(self._airflow, dag_id, task)

    def failure(self, dag_id: str, run_id: str) -> Failure | None:
        """Read tasks and logs until one says why the run failed."""
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

    def events_of(self, dag_id: str, run_id: str, task: TaskRun) -> Sequence[str]:
        """Return the names of what Airflow wrote down of a task, newest first, for instance "failed"."""
        which = {"dag_id": dag_id, "run_id": run_id, "task_id": task.task_id, "map_index": task.map_index}
        query = urlencode({**which, "order_by": "-when", "limit": MOST_EVENTS})
        answer = self._airflow.ask("PathApi", "send", "GET", f"{EVENTS}?{query}")
        listed = answer.get("event_logs") if isinstance(answer, Mapping) else None
        rows = [each for each in listed or () if isinstance(each, Mapping)]
        of_task = {"dag_id": dag_id, "run_id": run_id, "task_id": task.task_id}
        return [str(each.get("event")) for each in rows if of_task.items() <= each.items()]

    def xcom(self, dag_id: str, run_id: str, task: TaskRun, key: str) -> Any:
        """Return what the task published under this key. None if it published nothing."""
        where = (dag_id, task.task_id, run_id, key)
        entry = self._found("XComApi", "get_xcom_entry", *where, map_index=task.map_index, stringify=False)
        return entry.get("value") if isinstance(entry, Mapping) else None

    def result(self, dag_id: str, run_id: str) -> Result | None:
        """Return the run's latest XCom `runbell_result`. None if it published none."""
        return result_from(results.published(self._airflow, dag_id, run_id))

    def file(self, dag_id: str, run_id: str) -> ResultFile:
        """Return the file in the run's latest XCom `runbell_result`. Raises Rejected."""
        return file_from(results.published(self._airflow, dag_id, run_id), self._addressed)

    def choices(self, dag_id: str, run_id: str) -> Sequence[Offered]:
        """Return the choices in the run's latest XCom `runbell_result`."""
        return choices_from(results.published(self._airflow, dag_id, run_id))

    def roles(self) -> Mapping[str, frozenset[str]]:
        """Return the roles of the FAB auth manager; empty with another one, or without the right to read."""
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
        """Return the run's page, at the address that people use."""
        return f"{self._pages_at}/dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}"

    def _listed(self, body: Mapping[str, Any], most: int) -> Sequence[AirflowRun]:
        rows = pages.listed_by_body(
            lambda page: self._airflow.send("POST", "dags", ALL, "dagRuns", "list", body={**body, **page}),
            "dag_runs",
            most=most,
        )
        return readable(rows, run_from, "runs")

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
    """Return the run under the ids that were asked for, whatever its row leaves out."""
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
    """Return the note as Airflow takes it: NUL is a 500 there, more than 1,000 characters a 422."""
    return text.replace("\0", "")[:LONGEST_NOTE]
