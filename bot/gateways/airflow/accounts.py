"""One deployment through several accounts: what belongs to a project's run is done with that project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.job import Job
    from bot.domain.ports import Airflow, AirflowHealth, Grant
    from bot.domain.run import AirflowRun, Failure, Result, TaskRun
    from bot.domain.run_date import RunDate


class AirflowByProject:
    """An Airflow like any other. `project_of`: by a run's id, the name of the project it was started for.

    Runs that nobody started here, and projects without an account of their own, are the default's;
    so is what reads in bulk, and pausing a job for everyone.
    """

    def __init__(
        self, default: Airflow, accounts: Mapping[str, Airflow], project_of: Callable[[str], str | None]
    ) -> None:
        self.deployment = default.deployment
        self._default = default
        self._accounts = accounts
        self._project_of = project_of

    def _for(self, run_id: str) -> Airflow:
        return self._accounts.get(self._project_of(run_id) or "", self._default)

    def health(self) -> AirflowHealth:
        return self._default.health()

    def jobs(self) -> Sequence[Job]:
        return self._default.jobs()

    def job(self, dag_id: str) -> Job | None:
        return self._default.job(dag_id)

    def start(
        self,
        dag_id: str,
        run_id: str,
        *,
        run_after: datetime | None,
        date: RunDate | None = None,
        conf: Mapping[str, object],
        note: str,
    ) -> AirflowRun:
        return self._for(run_id).start(dag_id, run_id, run_after=run_after, date=date, conf=conf, note=note)

    def may_start(self, dag_id: str) -> bool:
        """Whether any account may: whose project it is for is known only by a run."""
        return any(each.may_start(dag_id) for each in (self._default, *self._accounts.values()))

    def tried_again_at(self, dag_id: str, task: TaskRun) -> datetime | None:
        return self._default.tried_again_at(dag_id, task)

    def missing_grants(self, dag_id: str) -> Sequence[Grant]:
        return self._default.missing_grants(dag_id)

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None:
        return self._for(run_id).run(dag_id, run_id)

    def runs(self, keys: Iterable[tuple[str, str]]) -> Sequence[AirflowRun]:
        return self._default.runs(keys)

    def finished(
        self, *, ended_since: datetime, run_after_since: datetime | None = None, most: int = 1000
    ) -> Sequence[AirflowRun]:
        return self._default.finished(ended_since=ended_since, run_after_since=run_after_since, most=most)

    def recent(self, dag_id: str, *, count: int) -> Sequence[AirflowRun]:
        return self._default.recent(dag_id, count=count)

    def stop(self, dag_id: str, run_id: str, *, note: str) -> AirflowRun | None:
        return self._for(run_id).stop(dag_id, run_id, note=note)

    def retry(self, dag_id: str, run_id: str) -> None:
        self._for(run_id).retry(dag_id, run_id)

    def set_paused(self, dag_id: str, *, paused: bool) -> None:
        self._default.set_paused(dag_id, paused=paused)

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]:
        return self._for(run_id).tasks(dag_id, run_id)

    def failure(self, dag_id: str, run_id: str) -> Failure | None:
        return self._for(run_id).failure(dag_id, run_id)

    def result(self, dag_id: str, run_id: str) -> Result | None:
        return self._for(run_id).result(dag_id, run_id)

    def roles(self) -> Mapping[str, frozenset[str]]:
        return self._default.roles()

    def run_url(self, dag_id: str, run_id: str) -> str:
        return self._default.run_url(dag_id, run_id)
