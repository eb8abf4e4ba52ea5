"""Conditions as a state machine: runs take long, jobs do not come, people stop, pause and change rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain.condition import ConditionKind
from bot.domain.errors import Conflict
from bot.domain.job import JobSettings
from bot.domain.run import RunState
from bot.rules.access import Asker
from bot.rules.project_edits import set_job
from bot.workers.conditions import Conditions
from tests.late_runs import about, add_job, hears_late_runs
from tests.properties.how_many import examples
from tests.world import MAYA, TOM, World

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.project import Person
    from bot.domain.run import Run
    from tests.databases import Databases

pytestmark = pytest.mark.both_databases
MINUTE, ROUND = timedelta(minutes=1), timedelta(seconds=22)
ROUNDS = 4
"""After so many, whatever is asked seldom has been asked again, and its message sent."""
LIMIT, TAKES = 8 * MINUTE, 30 * MINUTE
SETTINGS = settings(
    max_examples=examples(4),
    stateful_step_count=8,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
OWN_JOB = "nightly_cleanup"


class OfOneProject(RuleBasedStateMachine):
    """Of a job whose runs may take eight minutes, and of one that Airflow starts, as two processes look."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self._fresh = self.databases.fresh()
        self.world = World(self._fresh.__enter__())
        add_job(self.world, takes=TAKES)
        finance = self.world.projects["Finance"]
        job = self.world.sharing.known_job(Asker(MAYA), finance, "load")
        limited = set_job(job, JobSettings(longest_minutes=LIMIT // MINUTE))
        self.world.managing.edit(Asker(MAYA), finance, limited)
        world = self.world
        self.processes = [
            Conditions(world.database, world.clock, world.airflow, world.slack, each) for each in "ab"
        ]
        self.count = 0
        self.hears = True
        """Whether the channel hears of what Airflow does late by itself."""
        self.due_at: datetime | None = None
        """When Airflow's own job should have run and did not."""
        self.is_paused = False
        self._go_on()

    def teardown(self) -> None:
        self._fresh.__exit__(None, None, None)

    def _go_on(self) -> None:
        for number in range(ROUNDS):
            self.world.clock.advance(ROUND)
            self.world.catalogue.step()
            self.world.step()
            for each in self.processes[:: 1 if number % 2 else -1]:
                each.step()
            self.world.clock.advance(timedelta(seconds=2))
            self.world.notifier.step()

    def _running(self) -> list[Run]:
        with self.world.database.transaction() as tx:
            found = tx.runs.open("default", due_before=self.world.clock.now(), limit=100)
        return [each for each in found if each.state is RunState.RUNNING]

    def _open(self, kind: ConditionKind) -> set[str]:
        with self.world.database.transaction() as tx:
            return set(tx.conditions.open(kind))

    @rule()
    def somebody_starts_a_run(self) -> None:
        self.world.run_now(dag_id="load")
        self._go_on()

    @rule()
    def airflow_starts_a_run(self) -> None:
        self.count += 1
        self.world.airflow.start_elsewhere("load", f"scheduled__{self.count}")
        self._go_on()

    @rule(minutes=st.sampled_from([4, 9, 31]))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.advance(minutes * MINUTE)
        self._go_on()

    @rule(first=st.sampled_from([TOM, MAYA]))
    def two_people_stop_a_run(self, first: Person) -> None:
        stoppable = [each for each in self._running() if each.firing_id and each.stopped_by is None]
        if not stoppable:
            return
        self.world.running.stop(Asker(first), stoppable[0].run_key)
        with pytest.raises(Conflict):
            self.world.running.stop(Asker(MAYA if first is TOM else TOM), stoppable[0].run_key)
        self._go_on()

    @rule()
    def airflow_does_not_start_its_job(self) -> None:
        if self.due_at is None:
            self.due_at = self.world.clock.now() - 11 * MINUTE
            self.world.airflow.change(OWN_JOB, next_run_at=self.due_at)
            self._go_on()

    @precondition(lambda self: self.due_at is not None)
    @rule()
    def airflow_starts_its_job(self) -> None:
        self.due_at = None
        self.world.airflow.change(OWN_JOB, next_run_at=self.world.clock.now() + timedelta(days=9))
        self._go_on()

    @rule()
    def somebody_pauses_or_resumes_the_job_in_airflow(self) -> None:
        self.is_paused = not self.is_paused
        self.world.airflow.set_paused(OWN_JOB, paused=self.is_paused)
        self._go_on()

    @rule(hears=st.booleans())
    def the_rule_is_changed(self, hears: bool) -> None:
        self.hears = hears
        hears_late_runs(self.world, hears=hears)
        self._go_on()

    @invariant()
    def what_takes_long_is_open_until_it_ends(self) -> None:
        running, opened = self._running(), self._open(ConditionKind.LONG_RUN)
        assert opened <= {each.run_key for each in running}
        long_since = self.world.clock.now() - LIMIT - ROUNDS * ROUND
        heard = {
            each.run_key
            for each in running
            if (each.firing_id or self.hears) and each.started_at < long_since and each.stopped_by is None
        }
        assert heard <= opened

    @invariant()
    def what_did_not_come_is_open_until_it_does_or_cannot(self) -> None:
        is_late = self.due_at is not None and not self.is_paused
        opened = self._open(ConditionKind.NEVER_CAME)
        assert opened <= ({OWN_JOB} if is_late else set())
        assert not (is_late and self.hears) or opened == {OWN_JOB}

    @invariant()
    def the_channel_says_what_is_open_once_and_nothing_else(self) -> None:
        for kind, words in (
            (ConditionKind.LONG_RUN, "longer than it may"),
            (ConditionKind.NEVER_CAME, "should have run"),
        ):
            assert len(about(self.world, words)) == len(self._open(kind))


@pytest.mark.slow
def test_conditions_keep_what_they_promise(databases: Databases):
    machine = type("OnOneKind", (OfOneProject,), {"databases": databases})

    run_state_machine_as_test(machine, settings=SETTINGS)
