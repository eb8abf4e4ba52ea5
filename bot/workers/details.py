"""What Airflow says about one run besides its state: its tasks, why it waits or failed, its result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import Forbidden, Rejected
from bot.domain.progress import done_of, remark_on, steps_of
from bot.domain.run import Failure, RunState
from bot.rules.repeated_secrets import failure_without, result_without, secrets_given
from bot.workers.stalled import StalledRuns

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun, Run
    from bot.language.failure_patterns import Patterns
    from bot.rules.repeated_secrets import SecretsGiven
    from storage.database import Database


class Details:
    """What Airflow says about the runs of one deployment besides their states."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, patterns: Patterns) -> None:
        self._database = database
        self._airflow = airflow
        self._patterns = patterns
        self._stalled = StalledRuns(database, clock, airflow)

    def secrets_given(self, run: Run) -> SecretsGiven:
        """Return the run's secret inputs, which its job may have printed."""
        with self._database.reading() as tx:
            return secrets_given(tx, run)

    def __call__(
        self, run: Run, found: AirflowRun, *, with_tasks: bool, given: SecretsGiven | None = None
    ) -> Run:
        """Return the run as it is now; what it published or why it failed is asked for once, as it ends.

        What the account may not read is said in its place. `given` is read here unless it is read already.
        Raises Rejected and Unavailable.
        """
        seen = without_details(run, found)
        if seen.state is RunState.WAITING:
            return replace(seen, waits_for=self._stalled.before_it_began(run))
        if seen.state.is_over:
            return self.of_ended(seen, given, with_tasks=with_tasks)
        return self._with_tasks(seen) if with_tasks else seen

    def of_ended(self, seen: Run, given: SecretsGiven | None, *, with_tasks: bool = True) -> Run:
        """Return an ended run with what it published, or why it failed, without the values of its secrets.

        Raises Rejected and Unavailable.
        """
        if with_tasks or seen.state is RunState.DONE:
            seen = self._with_tasks(seen)
        if seen.state is RunState.FAILED and seen.failure is None:
            return self._with_failure(seen, given or self.secrets_given(seen))
        if seen.state is RunState.DONE:
            return self._with_result(seen, given or self.secrets_given(seen))
        return seen

    def _with_tasks(self, seen: Run) -> Run:
        """Return the run with its progress, and with what its tasks say about its end or its waiting."""
        try:
            tasks = self._airflow.tasks(seen.key.dag_id, seen.run_id)
        except Forbidden as forbidden:
            unseen = may_not("see its tasks", forbidden)
            is_running = seen.state is RunState.RUNNING
            return replace(seen, waits_for=unseen) if is_running else replace(seen, remark=unseen)
        seen = replace(seen, tasks_done=done_of(tasks), tasks_total=len(tasks))
        if seen.state is RunState.DONE:
            return replace(seen, remark=remark_on(tasks))
        if seen.state is not RunState.RUNNING:
            return seen
        return self._stalled.in_its_middle(replace(seen, steps=steps_of(tasks)), tasks)

    def _with_result(self, seen: Run, given: SecretsGiven) -> Run:
        """Return the run with its result. A result that cannot be read does not spoil the run."""
        try:
            result = self._airflow.result(seen.key.dag_id, seen.run_id)
            if result is not None:
                result = result_without(result, given.values_at(self._airflow, seen))
            return replace(seen, result=result)
        except Rejected:
            return seen
        except Forbidden as forbidden:
            return replace(seen, remark=seen.remark or may_not("see its result", forbidden))

    def _with_failure(self, seen: Run, given: SecretsGiven) -> Run:
        try:
            failure = self._airflow.failure(seen.key.dag_id, seen.run_id)
            if failure is not None:
                failure = failure_without(failure, given.values_at(self._airflow, seen))
        except Forbidden as forbidden:
            why = may_not("see why", forbidden)
            return replace(seen, failure=Failure("", 1, f"{why[:1].upper()}{why[1:]}.", ""))
        explained = None if failure is None else self._patterns.explained(failure, seen.key.dag_id)
        return replace(seen, failure=explained)


def may_not(do: str, forbidden: Forbidden) -> str:
    """Return what Airflow forbids and which right it takes, as the end of a sentence."""
    needs = f": its account there needs {forbidden.needs}" if forbidden.needs else ""
    return f"Airflow does not let Runbell {do}{needs}"


def without_details(run: Run, found: AirflowRun) -> Run:
    """Return its state; of a failure that is all, and Retry may be pressed again."""
    state = state_of(run, found)
    seen = replace(run, state=state, started_at=found.started_at, ended_at=found.ended_at)
    if state is not run.state or state.is_over:  # or a card would be edited for the version alone
        seen = replace(seen, version=found.version or run.version)
    if state is not run.state:
        seen = replace(seen, waits_for="", waits_until=None, remark="", steps=())
    return replace(seen, failure=None, retried_by=None) if seen.state is RunState.FAILED else seen


def state_of(run: Run, found: AirflowRun) -> RunState:
    """Return the run's state. Airflow calls a run failed that was stopped or taken back; we know better."""
    if found.state is RunState.FAILED and (found.is_withdrawn or run.stopped_by is not None):
        return RunState.STOPPED
    return found.state
