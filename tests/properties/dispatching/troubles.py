"""Time, and what goes wrong with it, with our processes, their database and Airflow."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.domain.errors import Unavailable
from tests.properties.dispatching.people import INDEX, JOBS, People

if TYPE_CHECKING:
    from datetime import datetime

WHICH = st.integers(0, 1)
CHANGES_OF_MIND = (
    "", "", "", "", "", "", "edit", "edit", "edit times", "pause", "delete", "pause and resume",
    "skip", "skip and undo", "skip and undo", "edit and skip", "skip and undo and skip",
    "edit and skip and pause and resume", "skip and edit times and undo",
    "pause the project", "pause the project and resume the project",
)  # fmt: skip
BEFORE = timedelta(seconds=30)
MOST_MOMENTS = 150


class Troubles(People):
    def __init__(self) -> None:
        super().__init__()
        self.shaky, self.step, self.watch = (
            self.processes.shaky, self.processes.step, self.processes.watch,
        )  # fmt: skip
        self.outage: ExitStack | None = None
        self.is_idle_scheduler = False

    # Time and the loops ----------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        self.world.clock.advance(timedelta(seconds=seconds))
        now = self.processes.now()
        for each in self.kept:
            each.pass_to(now)

    @rule(seconds=st.sampled_from((1, 7, 20, 44, 61)), which=WHICH)
    def go_on(self, seconds: int, which: int) -> None:
        self.pass_time(seconds)
        self.step(which)
        self.watch()

    @rule(which=WHICH)
    def to_the_next_lead(self, which: int) -> None:
        """Most of what can go wrong does so around a due moment."""
        now = self.processes.now()
        self.to_the_lead_of(which, min(next(each.moments(now)) for each in self.kept))

    def to_the_lead_of(self, which: int, due_at: datetime) -> None:
        self.pass_time(max(0.0, (due_at - BEFORE - self.processes.now()).total_seconds()))
        self.step(which)

    @rule(minutes=st.sampled_from((3, 11, 70, 250, 800)), mind=st.sampled_from(CHANGES_OF_MIND))
    def nothing_runs_for(self, minutes: int, mind: str) -> None:
        """Every process of ours is down, or the laptop sleeps, or the clock is put forward.

        A person may be quicker than what comes back.
        """
        shortest = min((each.step for each in self.kept if each.is_active), default=timedelta(hours=1))
        self.pass_time(min(60 * minutes, (MOST_MOMENTS * shortest).total_seconds()))
        for index in range(len(self.kept)):
            self.change_of_mind(index, mind)

    # What goes wrong -------------------------------------------------------------------------------------

    @rule(which=WHICH, calls=st.integers(1, 4), after=st.booleans())
    def crash(self, which: int, calls: int, *, after: bool) -> None:
        self.shaky[which].die_in, self.shaky[which].after = calls, after

    @rule(which=WHICH, transactions=st.integers(1, 7), after=st.booleans())
    def crash_at_the_database(self, which: int, transactions: int, *, after: bool) -> None:
        """Before its commit, or after it and before whatever was to follow."""
        self.shaky[which].die_in_tx, self.shaky[which].after = transactions, after

    @rule(which=WHICH, transactions=st.integers(1, 4))
    def the_database_is_away(self, which: int, transactions: int) -> None:
        self.shaky[which].away_for = transactions

    @rule(
        which=WHICH,
        seconds=st.sampled_from((0, 0, 61, 200)),
        index=INDEX,
        mind=st.sampled_from(CHANGES_OF_MIND),
    )
    def while_a_call_is_on_its_way(self, which: int, seconds: int, index: int, mind: str) -> None:
        """Time passes, a person changes their mind, and the other dispatcher steps in between."""

        def meanwhile() -> None:
            self.pass_time(seconds)
            self.change_of_mind(index, mind, between=lambda: self.step(1 - which))
            self.step(1 - which)

        self.shaky[which].meanwhile = meanwhile
        self.step(which)
        self.shaky[which].meanwhile = None

    @rule(count=st.integers(1, 2))
    def answers_are_lost(self, count: int) -> None:
        self.airflow.lose_answers(count)

    @rule(which=WHICH)
    def a_post_goes_astray(self, which: int) -> None:
        self.shaky[which].go_astray = 1

    @rule()
    def it_arrives(self) -> None:
        self.processes.what_went_astray_arrives()

    @rule(status=st.sampled_from(("401: Token Expired", "500: Internal Server Error")))
    def airflow_answers_errors(self, status: str) -> None:
        self.airflow.fail_next(*[Unavailable("Airflow", status, not_done=status.startswith("401"))] * 2)

    @rule()
    def airflow_goes_or_comes_back(self) -> None:
        if self.outage is None:
            self.outage = ExitStack()
            self.outage.enter_context(self.airflow.outage())
        else:
            self.outage.close()
            self.outage = None

    @rule()
    def its_scheduler_goes_or_comes_back(self) -> None:
        if self.is_idle_scheduler:
            self.airflow.start_scheduler()
        else:
            self.airflow.stop_scheduler()
        self.is_idle_scheduler = not self.is_idle_scheduler

    @rule(dag_id=st.sampled_from(JOBS), broken=st.booleans())
    def a_file_breaks_or_is_mended(self, dag_id: str, *, broken: bool) -> None:
        self.airflow.change(dag_id, has_import_errors=broken)
        with suppress(Unavailable):
            self.world.catalogue.step()

    @rule(dag_id=st.sampled_from(JOBS), paused=st.booleans())
    def a_job_is_paused_or_not(self, dag_id: str, *, paused: bool) -> None:
        with suppress(Unavailable):
            self.airflow.set_paused(dag_id, paused=paused)
        with suppress(Unavailable):
            self.world.catalogue.step()

    def mend_airflow(self) -> None:
        self.processes.forget_trouble()
        if self.outage is not None:
            self.airflow_goes_or_comes_back()
        if self.is_idle_scheduler:
            self.its_scheduler_goes_or_comes_back()
        for dag_id in JOBS:
            self.airflow.change(dag_id, has_import_errors=False)
            self.airflow.set_paused(dag_id, paused=False)
        self.world.catalogue.step()
