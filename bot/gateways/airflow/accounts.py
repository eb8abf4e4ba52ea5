"""One deployment with several accounts: a run is handled with its project's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.choices import Offered
    from bot.domain.job import Job
    from bot.domain.ports import Airflow, AirflowHealth, Grant
    from bot.domain.run import AirflowRun, Failure, Result, ResultFile, TaskRun
    from bot.domain.run_date import RunDate


class AirflowByProject:
    """One deployment, asked with the account of the project that a run was started for.

    `project_of` returns the project's name for a run's id. Runs that nobody started here, and projects
    without an account of their own, use the default account. So does what reads in bulk, and pausing a job
    for everyone.
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
        """Ask with the default account."""
        return self._default.health()

    def jobs(self) -> Sequence[Job]:
        """Read with the default account, which must see every job that anybody may share."""
        return self._default.jobs()

    def job(self, dag_id: str) -> Job | None:
        """Read with the default account."""
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
        """Start the run with its project's account, whose name Airflow then shows."""
        return self._for(run_id).start(dag_id, run_id, run_after=run_after, date=date, conf=conf, note=note)

    def may_start(self, dag_id: str) -> bool:
        """Return whether any account may: the project is known only once there is a run."""
        return any(each.may_start(dag_id) for each in (self._default, *self._accounts.values()))

    def tried_again_at(self, dag_id: str, task: TaskRun) -> datetime | None:
        """Ask with the default account."""
        return self._default.tried_again_at(dag_id, task)

    def missing_grants(self, dag_id: str) -> Sequence[Grant]:
        """Return what the default account lacks; `check` asks each account by itself."""
        return self._default.missing_grants(dag_id)

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None:
        """Read with the account of the run's project."""
        return self._for(run_id).run(dag_id, run_id)

    def runs(self, keys: Iterable[tuple[str, str]]) -> Sequence[AirflowRun]:
        """Read with the default account, in bulk."""
        return self._default.runs(keys)

    def finished(
        self, *, ended_since: datetime, run_after_since: datetime | None = None, most: int = 1000
    ) -> Sequence[AirflowRun]:
        """Read with the default account, in bulk."""
        return self._default.finished(ended_since=ended_since, run_after_since=run_after_since, most=most)

    def running(self, *, began_before: datetime, most: int) -> Sequence[AirflowRun]:
        """Read with the default account, in bulk."""
        return self._default.running(began_before=began_before, most=most)

    def recent(self, dag_id: str, *, count: int) -> Sequence[AirflowRun]:
        """Read with the default account."""
        return self._default.recent(dag_id, count=count)

    def stop(self, dag_id: str, run_id: str, *, note: str) -> AirflowRun | None:
        """Stop with the account of the run's project."""
        return self._for(run_id).stop(dag_id, run_id, note=note)

    def retry(self, dag_id: str, run_id: str) -> None:
        """Retry with the account of the run's project."""
        self._for(run_id).retry(dag_id, run_id)

    def set_paused(self, dag_id: str, *, paused: bool) -> None:
        """Pause or resume with the default account, as this concerns every project."""
        self._default.set_paused(dag_id, paused=paused)

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]:
        """Read with the account of the run's project."""
        return self._for(run_id).tasks(dag_id, run_id)

    def failure(self, dag_id: str, run_id: str) -> Failure | None:
        """Read with the account of the run's project."""
        return self._for(run_id).failure(dag_id, run_id)

    def result(self, dag_id: str, run_id: str) -> Result | None:
        """Read with the account of the run's project."""
        return self._for(run_id).result(dag_id, run_id)

    def file(self, dag_id: str, run_id: str) -> ResultFile:
        """Read with the account of the run's project."""
        return self._for(run_id).file(dag_id, run_id)

    def choices(self, dag_id: str, run_id: str) -> Sequence[Offered]:
        """Read with the account of the run's project."""
        return self._for(run_id).choices(dag_id, run_id)

    def roles(self) -> Mapping[str, frozenset[str]]:
        """Read with the default account."""
        return self._default.roles()

    def run_url(self, dag_id: str, run_id: str) -> str:
        """Return the same address for every account."""
        return self._default.run_url(dag_id, run_id)
