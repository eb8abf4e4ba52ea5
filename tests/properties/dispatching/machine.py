"""Everything at once done to two dispatchers; in the end the runs of each moment are counted."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.domain.errors import Unavailable
from bot.domain.schedule import MissedPolicy, OverlapPolicy
from tests.properties.dispatching.people import LEAST
from tests.properties.dispatching.processes import TIMING
from tests.properties.dispatching.troubles import CHANGES_OF_MIND, WHICH, Troubles
from tests.properties.dispatching.verdict import check_all, check_owed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tests.properties.dispatching.kept import Kept

TROUBLES = (
    "astray", "lost", "outage", "refused", "crash before", "crash after",
    "transaction 1", "transaction 2", "transaction 3", "transaction 4",
    "its scheduler stops", "its job is paused",
)  # fmt: skip
"""Of the POST that hands it over, or just after it. Transaction: the process dies at this one of its step."""
INSIDE_THE_LEAD: dict[str, Any] = {
    "which": WHICH,
    "trouble": st.sampled_from(TROUBLES),
    "mind": st.sampled_from(CHANGES_OF_MIND),
    "rests": st.sampled_from((0, 5, 61, 200)),
    "arrives": st.sampled_from(("at once", "after the withdrawal", "late")),
    "during": st.booleans(),
}
STRIDE = 31
"""Seconds: longer than a lease, shorter than the lead."""
MOST_STRIDES = 300
"""Until all is done: a hundred long runs that are caught up follow one another, sixteen at a time."""
LONG_BEFORE = TIMING.lead - timedelta(seconds=1)
"""Inside the lead, and so early that a lease ends before the moment is due."""


class Dispatching(Troubles):
    # Around a hand-over: three rules, since here is where bugs are ---------------------------------------

    @rule(**INSIDE_THE_LEAD)
    def trouble_inside_the_lead(self, **what: Any) -> None:
        self.trouble(**what)

    @rule(**INSIDE_THE_LEAD)
    def more_trouble(self, **what: Any) -> None:
        self.trouble(**what)

    @rule(**INSIDE_THE_LEAD)
    def trouble_again(self, **what: Any) -> None:
        self.trouble(**what)

    def trouble(self, which: int, trouble: str, mind: str, rests: int, arrives: str, *, during: bool) -> None:
        """The next moment's POST meets with trouble, a person changes their mind, time passes.

        `during`: the last two while that POST is on its way, and the other process acts on them.
        """
        self.calm_down(which)
        shaky = self.shaky[which]

        def goes_on() -> None:
            self.after_the_post(trouble)
            for index in range(len(self.kept)):
                self.change_of_mind(index, mind)
            self.pass_time(rests)
            self.step(1 - which if during else which)

        self.arm(which, trouble, late=arrives == "late")
        if during:
            shaky.meanwhile = goes_on
        with self.around_the_post(trouble):
            self.to_the_lead_of(which, self.next_to_be_handed_over())
        if arrives == "at once":
            self.it_arrives()
        if shaky.meanwhile is not None or not during:
            shaky.meanwhile = None
            goes_on()
        if arrives == "after the withdrawal":
            self.it_arrives()
        for each in (1 - which, which):
            self.pass_time(STRIDE)
            self.step(each)

    @rule(which=WHICH, mind=st.sampled_from(CHANGES_OF_MIND), is_sure=st.booleans())
    def one_stalls_while_it_posts(self, which: int, mind: str, *, is_sure: bool) -> None:
        """Its lease ends; the other posts what it held, and hears no answer. Then it goes on.

        `is_sure`: its own POST has done nothing, which says nothing of the other's.
        """

        def stalls() -> None:
            self.pass_time(STRIDE)
            self.shaky[1 - which].go_astray = 1
            self.step(1 - which)
            self.shaky[1 - which].go_astray = 0
            if is_sure:
                self.airflow.fail_next(Unavailable("Airflow", "401: Token Expired", not_done=True))

        self.calm_down(which)
        due_at = self.next_to_be_handed_over()
        self.pass_time(max(0.0, (due_at - LONG_BEFORE - self.processes.now()).total_seconds()))
        self.stall(which, stalls)
        for index in range(len(self.kept)):
            self.change_of_mind(index, mind)
        self.step(1 - which)
        self.pass_time(STRIDE)
        self.step(which)
        self.it_arrives()

    @rule(which=WHICH, is_back=st.booleans())
    def one_stalls_while_it_asks_what_has_begun(self, which: int, *, is_back: bool) -> None:
        """Its lease ends; the other takes back what Airflow's scheduler did not begin. Then it goes on.

        `is_back`: the scheduler is, before it has its answer.
        """

        def stalls() -> None:
            self.pass_time(STRIDE)
            self.step(1 - which)
            if is_back:
                self.its_scheduler_goes_or_comes_back()
                self.pass_time(1)

        self.calm_down(which)
        self.its_scheduler_goes_or_comes_back()
        due_at = self.next_to_be_handed_over()
        self.to_the_lead_of(which, due_at)
        self.pass_time((due_at + TIMING.grace - self.processes.now()).total_seconds())
        self.stall(which, stalls)

    def stall(self, which: int, stalls: Callable[[], None]) -> None:
        """Step, and stall at the first call to Airflow."""
        self.shaky[which].meanwhile = stalls
        self.step(which)
        self.shaky[which].meanwhile = None

    def arm(self, which: int, trouble: str, *, late: bool) -> None:
        shaky = self.shaky[which]
        shaky.go_astray = int(trouble == "astray")
        if trouble == "lost":
            self.airflow.lose_answers()
        if trouble.startswith("transaction"):
            shaky.die_in_tx, shaky.after = int(trouble[-1]), late
        elif trouble.startswith("crash"):
            shaky.die_in, shaky.after = 1, trouble == "crash after"

    @contextmanager
    def around_the_post(self, trouble: str) -> Iterator[None]:
        with ExitStack() as stack:
            if trouble == "outage":
                stack.enter_context(self.airflow.outage())
            for dag_id, (name, _) in LEAST.items() if trouble == "refused" else ():
                inputs = self.airflow._jobs[dag_id].job.inputs
                stack.callback(self.airflow.change, dag_id, inputs=inputs)
                unfit = [
                    replace(each, schema={"type": "null"}) if each.name == name else each for each in inputs
                ]
                self.airflow.change(dag_id, inputs=tuple(unfit))
                stack.callback(self.it_arrives)  # to be refused, too
            yield

    def after_the_post(self, trouble: str) -> None:
        if trouble == "its scheduler stops" and not self.is_idle_scheduler:
            self.its_scheduler_goes_or_comes_back()
        if trouble == "its job is paused":
            self.a_job_is_paused_or_not(self.kept[0].schedule.key.dag_id, paused=True)

    def calm_down(self, which: int) -> None:
        """All is well, and what was under way has ended: so that something is handed over now."""
        self.mend_airflow()
        self.resume_project()
        if not any(map(_is_simply_handed_over, self.kept)):
            self.add("every 5 minutes", "sales_report", MissedPolicy.LATEST, OverlapPolicy.ALLOW)
        for index in range(len(self.kept)):
            self.resume(index)
        for _ in range(2):
            self.pass_time(5)
            self.step(which)
            self.watch()

    def next_to_be_handed_over(self) -> datetime:
        """Not yet, that is."""
        planned_to = self.processes.now() + TIMING.lead
        return min(next(each.moments(planned_to)) for each in self.kept if _is_simply_handed_over(each))

    # In the end --------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self.all_is_well_for_a_while()
            self.nothing_is_scheduled_any_more()
            order = self.processes.lock_order
            assert self.processes.database.is_sqlite or order.broken == [], order.broken[0]
        finally:
            self.undo.close()

    def all_is_well_for_a_while(self) -> None:
        self.mend_airflow()
        self.resume_project()
        since = self.processes.now()
        self._go_on_calmly(12)
        check_owed(self.processes, self.kept, well_since=since)

    def nothing_is_scheduled_any_more(self) -> None:
        self.pass_time(0)
        for index in range(len(self.kept)):
            self.pause(index)
        self._go_on_calmly(MOST_STRIDES, until=self.processes.are_done)
        check_all(self.processes, self.kept)

    def _go_on_calmly(self, strides: int, *, until: Callable[[], bool] = lambda: False) -> None:
        for count in range(strides):
            if until():
                return
            self.pass_time(STRIDE)
            self.it_arrives()
            self.step(count % 2)
            self.watch()


def _is_simply_handed_over(kept: Kept) -> bool:
    """Ahead of its time, since it waits for no run of before; and within the hour."""
    dag_id = kept.schedule.key.dag_id
    waits_for_none = dag_id in LEAST and (kept.overlaps or dag_id == "sales_report")
    return not kept.is_deleted and waits_for_none and kept.step <= timedelta(hours=1)
