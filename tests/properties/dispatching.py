"""A machine that does everything at once to the dispatcher, and in the end counts the runs of each moment."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from bot.domain.errors import Rejected, Unavailable, UserError
from bot.domain.firing import FiringState
from bot.domain.notice import NoticeKind
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.services.access import Asker
from bot.workers import dispatcher
from bot.workers.dispatcher import Dispatcher, Timing
from storage.database import Database
from storage.tables import firings, notices, runs
from tests.fakes.shaky import Crash, ShakyAirflow, ShakyDatabase
from tests.world import MAYA, NINE, World

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.schedule import Schedule

TIMING = Timing(lead=timedelta(seconds=45), grace=timedelta(minutes=2))
WHENS = {
    "every 5 minutes": timedelta(minutes=5),
    "every 2 minutes": timedelta(minutes=2),
    "every hour": timedelta(hours=1),
}
JOBS = ("sales_report", "build_warehouse", "nightly_cleanup")
INPUT = {"sales_report": "rows", "build_warehouse": "seconds"}
"""Which of its inputs an edit changes."""
BY = Asker(MAYA)
TROUBLES = (
    "astray", "lost", "outage", "crash before", "crash after",
    "transaction 1", "transaction 2", "transaction 3", "transaction 4",
)  # fmt: skip
"""Of the POST that hands it over; the last: the process dies at this transaction of its step."""


INSIDE_THE_LEAD = {
    "which": st.integers(0, 1),
    "trouble": st.sampled_from(TROUBLES),
    "edit": st.sampled_from(
        (
            "",
            "",
            "",
            "pause",
            "delete",
            "pause and resume",
            "skip",
            "skip and undo",
            "skip and undo",
            "edit",
            "edit",
        )
    ),
    "rests": st.sampled_from((0, 5, 61, 200)),
    "arrives": st.sampled_from(("at once", "after the withdrawal", "late")),
    "during": st.booleans(),
}


@dataclass
class Kept:
    """A schedule as the model has it: the moments at which it was due while it was active.

    `skipped`: moments that somebody skipped, each with its firing's id. `rows`: its one input, since when.
    """

    schedule: Schedule
    step: timedelta
    first: datetime
    active_since: datetime | None
    due: set[datetime] = field(default_factory=set)
    skipped: dict[datetime, str] = field(default_factory=dict)
    rows: list[tuple[datetime, int | None]] = field(default_factory=list)
    is_deleted: bool = False
    blurred_until: datetime | None = None
    """By the latest clock there has been before one was put back."""

    def mark(self, now: datetime) -> None:
        if self.active_since is None:
            return
        moment = self.first
        while moment <= now:
            if moment > self.active_since and moment not in self.skipped:
                self.due.add(moment)
            moment += self.step
        self.active_since = max(self.active_since, now)

    def rows_at(self, moment: datetime) -> int | None:
        """What is due at the very moment of an edit still runs as it was."""
        return [rows for since, rows in self.rows if since < moment][-1]


def template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="runbell-dispatch-")) / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


TEMPLATE: list[Path] = []


class Dispatching(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        if not TEMPLATE:
            TEMPLATE.append(template())
        folder = Path(self.undo.enter_context(tempfile.TemporaryDirectory(prefix="runbell-dispatch-")))
        shutil.copy(TEMPLATE[0], folder / "runbell.db")
        self.database = Database(f"sqlite:///{folder / 'runbell.db'}")
        self.undo.callback(self.database.close)
        self.world = World(self.database, now=NINE + timedelta(seconds=7))
        self.airflow = self.world.airflow
        self.shaky: list[ShakyAirflow] = []
        self.dispatchers: list[Dispatcher] = []
        self.old: list[ShakyAirflow] = []
        for _ in range(2):
            self.shaky.append(ShakyAirflow(self.airflow))
            self.dispatchers.append(self.begin(self.shaky[-1]))
        for name in ("PATIENCE", "COLLECTED_FOR"):  # or it would depend on how fast this machine is
            self.undo.enter_context(patch.object(dispatcher, name, 60.0))
        self.kept: list[Kept] = []
        self.outage: ExitStack | None = None
        self.is_idle_scheduler = False

    def begin(self, shaky: ShakyAirflow) -> Dispatcher:
        airflows = {shaky.deployment: shaky}
        database = ShakyDatabase(self.database, shaky)
        made = Dispatcher(database, self.world.clock, airflows, TIMING, senders=1)  # type: ignore[arg-type]  # as one
        self.undo.callback(made._senders.shutdown)
        return made

    def step(self, which: int) -> None:
        """A process that dies is followed by a new one, which knows nothing of it."""
        try:
            with suppress(Unavailable, Rejected):
                self.dispatchers[which].step()
        except Crash:
            self.old.append(self.shaky[which])
            astray = self.shaky[which].astray
            self.shaky[which] = ShakyAirflow(self.airflow)
            self.shaky[which].astray = astray
            self.dispatchers[which] = self.begin(self.shaky[which])

    def watch(self) -> None:
        with suppress(Unavailable):
            self.world.watcher.step()

    def mark(self) -> None:
        for each in self.kept:
            each.mark(self.world.clock.now())

    def pass_time(self, seconds: float) -> None:
        for each in self.kept if seconds < 0 else ():
            each.blurred_until = max(each.blurred_until or NINE, self.world.clock.now() + TIMING.lead)
        self.world.clock.advance(timedelta(seconds=seconds))
        self.mark()

    # What people do ------------------------------------------------------------------------------------

    @initialize(when=st.sampled_from(sorted(WHENS)), dag_id=st.sampled_from(JOBS))
    def first(self, when: str, dag_id: str) -> None:
        self.add(when, dag_id, MissedPolicy.LATEST, OverlapPolicy.WAIT)

    @precondition(lambda self: len(self.kept) < 4)
    @rule(
        when=st.sampled_from(sorted(WHENS)),
        dag_id=st.sampled_from(JOBS),
        missed=st.sampled_from(MissedPolicy),
        overlap=st.sampled_from(OverlapPolicy),
    )
    def add(self, when: str, dag_id: str, missed: MissedPolicy, overlap: OverlapPolicy) -> None:
        now = self.world.clock.now()
        wanted = {"seconds": 150} if dag_id == "build_warehouse" else {}
        schedule = self.world.schedule(when, MAYA, dag_id=dag_id, **wanted)
        with self.database.transaction() as tx:
            tx.schedules.set_policies(schedule.schedule_id, missed=missed, overlap=overlap, grace=None)
        assert schedule.next_due_at is not None
        kept = Kept(schedule, WHENS[when], schedule.next_due_at, now)
        kept.rows.append((now, wanted.get("seconds")))
        self.kept.append(kept)

    @rule(index=st.integers(0, 3))
    def pause(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                self.world.scheduling.pause(BY, each.schedule.schedule_id)
                self.no_longer(each)

    @rule(index=st.integers(0, 3))
    def resume(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                self.world.scheduling.resume(BY, each.schedule.schedule_id)
                each.active_since = self.world.clock.now()

    @rule(index=st.integers(0, 3))
    def delete(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                self.world.scheduling.delete(BY, each.schedule.schedule_id)
                self.no_longer(each)
                each.is_deleted = True

    @rule(index=st.integers(0, 3))
    def skip(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            with suppress(UserError):
                skipped = self.world.adjusting.skip_next(BY, each.schedule.schedule_id)
                each.skipped[skipped.due_at] = skipped.firing_id
                each.due.discard(skipped.due_at)  # due only by a clock that has been put back

    @rule(index=st.integers(0, 3))
    def undo_skip(self, index: int) -> None:
        for each in self.kept[index : index + 1]:
            for due_at, firing_id in list(each.skipped.items()):
                with suppress(UserError):
                    self.world.adjusting.undo_skip(BY, firing_id)
                    del each.skipped[due_at]

    @rule(index=st.integers(0, 3), rows=st.integers(1, 3))
    def edit(self, index: int, rows: int) -> None:
        """Its inputs; its times stay, so that the same moments get other runs."""
        for each in self.kept[index : index + 1]:
            name = INPUT.get(each.schedule.key.dag_id)
            if name is None:
                continue
            with suppress(UserError):
                editable = self.world.drafting.to_edit(BY, each.schedule.schedule_id)
                draft = self.world.drafting.draft(
                    BY,
                    editable.offer,
                    when=editable.schedule.when,
                    inputs={name: rows},
                    changes=each.schedule.schedule_id,
                )
                self.world.drafting.confirm(BY, draft.draft_id)
                each.rows.append((self.world.clock.now(), rows))

    def no_longer(self, kept: Kept) -> None:
        """What was due only by a clock that has been put back since is not due."""
        kept.active_since = None
        kept.due = {each for each in kept.due if each <= self.world.clock.now()}

    @rule()
    def run_now(self) -> None:
        with suppress(UserError):
            self.world.run_now(MAYA)

    # Time and the loops ----------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((1, 7, 20, 44, 61)), which=st.integers(0, 1))
    def go_on(self, seconds: int, which: int) -> None:
        self.pass_time(seconds)
        self.step(which)
        self.watch()

    @rule(which=st.integers(0, 1))
    def to_the_next_lead(self, which: int) -> None:
        """Most of what can go wrong does so around a due moment."""
        now = self.world.clock.now()
        coming = [each.first + ((now - each.first) // each.step + 1) * each.step for each in self.kept]
        if coming:
            self.pass_time(max(0.0, (min(coming) - timedelta(seconds=30) - now).total_seconds()))
            self.step(which)

    @rule(**INSIDE_THE_LEAD)
    def trouble_inside_the_lead(
        self, which: int, trouble: str, edit: str, rests: int, arrives: str, during: bool
    ) -> None:
        """The next moment's POST meets with trouble, a person changes their mind, time passes.

        `during`: the last two while that POST is on its way, and the other process acts on them.
        """
        self.calm_down(which)
        shaky = self.shaky[which]

        def goes_on() -> None:
            for index in range(len(self.kept)):
                self.change_of_mind(index, edit)
            self.pass_time(rests)
            self.step(1 - which if during else which)

        shaky.go_astray = int(trouble == "astray")
        if trouble == "lost":
            self.airflow.lose_answers()
        if trouble.startswith("transaction"):
            shaky.die_in_tx, shaky.after = int(trouble[-1]), arrives == "late"
        elif trouble.startswith("crash"):
            shaky.die_in, shaky.after = 1, trouble == "crash after"
        if during:
            shaky.meanwhile = goes_on
        with self.airflow.outage() if trouble == "outage" else ExitStack():
            self.to_the_next_lead(which)
        if arrives == "at once":
            self.it_arrives()
        if shaky.meanwhile is not None or not during:
            shaky.meanwhile = None
            goes_on()
        if arrives == "after the withdrawal":
            self.it_arrives()
        self.pass_time(31)
        self.step(1 - which)
        self.pass_time(31)
        self.step(which)

    @rule(**INSIDE_THE_LEAD)
    def more_trouble(self, **what: Any) -> None:
        """Three times as often as anything else: here is where bugs are."""
        self.trouble_inside_the_lead(**what)

    @rule(**INSIDE_THE_LEAD)
    def trouble_again(self, **what: Any) -> None:
        self.trouble_inside_the_lead(**what)

    def change_of_mind(self, index: int, edit: str) -> None:
        first, _, then = edit.partition(" and ")
        for word in (first, then):
            match word:
                case "pause":
                    self.pause(index)
                case "delete":
                    self.delete(index)
                case "skip":
                    self.skip(index)
                case "edit":
                    self.edit(index, 2)
                case "resume":
                    self.resume(index)
                case "undo":
                    self.undo_skip(index)

    def calm_down(self, which: int) -> None:
        """All is well, and what was under way has ended: so that something is handed over now."""
        self.mend_airflow()
        if all(each.is_deleted or each.schedule.key.dag_id == "nightly_cleanup" for each in self.kept):
            self.add("every 5 minutes", "sales_report", MissedPolicy.LATEST, OverlapPolicy.ALLOW)
        for index in range(len(self.kept)):
            self.resume(index)
        for _ in range(2):
            self.pass_time(5)
            self.step(which)
            self.watch()

    def forget_trouble(self) -> None:
        self.airflow._faults.clear()
        self.airflow._answers_to_lose = 0
        for shaky in self.shaky:
            shaky.die_in, shaky.die_in_tx, shaky.go_astray, shaky.away_for = None, None, 0, 0
        if self.outage is not None:
            self.airflow_goes_or_comes_back()

    @rule(minutes=st.sampled_from((3, 11, 70)))
    def nothing_runs_for(self, minutes: int) -> None:
        """Every process of ours is down, or the laptop sleeps, or the clock is put forward."""
        self.pass_time(60 * minutes)

    @rule(minutes=st.sampled_from((1, 60)))
    def the_clock_is_put_back(self, minutes: int) -> None:
        self.pass_time(-60 * minutes)

    # What goes wrong -------------------------------------------------------------------------------------

    @rule(which=st.integers(0, 1), calls=st.integers(1, 4), after=st.booleans())
    def crash(self, which: int, calls: int, after: bool) -> None:
        self.shaky[which].die_in, self.shaky[which].after = calls, after

    @rule(which=st.integers(0, 1), transactions=st.integers(1, 7), after=st.booleans())
    def crash_at_the_database(self, which: int, transactions: int, after: bool) -> None:
        """Before its commit, or after it and before whatever was to follow."""
        self.shaky[which].die_in_tx, self.shaky[which].after = transactions, after

    @rule(which=st.integers(0, 1), transactions=st.integers(1, 4))
    def the_database_is_away(self, which: int, transactions: int) -> None:
        self.shaky[which].away_for = transactions

    @rule(
        which=st.integers(0, 1),
        seconds=st.sampled_from((0, 0, 61, 200)),
        index=st.integers(0, 3),
        edit=st.sampled_from(
            ("", "", "pause", "delete", "pause and resume", "skip", "skip and undo", "edit")
        ),
    )
    def while_a_call_is_on_its_way(self, which: int, seconds: int, index: int, edit: str) -> None:
        """Time passes, a person changes their mind, and the other dispatcher steps in between."""

        def meanwhile() -> None:
            if seconds:
                self.pass_time(seconds)
            first, _, then = edit.partition(" and ")
            self.change_of_mind(index, first)
            self.step(1 - which)
            if then:
                self.change_of_mind(index, then)
                self.step(1 - which)

        self.shaky[which].meanwhile = meanwhile
        self.step(which)
        self.shaky[which].meanwhile = None

    @rule(count=st.integers(1, 2))
    def answers_are_lost(self, count: int) -> None:
        self.airflow.lose_answers(count)

    @rule(which=st.integers(0, 1))
    def a_post_goes_astray(self, which: int) -> None:
        self.shaky[which].go_astray = 1

    @rule()
    def it_arrives(self) -> None:
        for shaky in self.shaky:
            while shaky.astray:
                with suppress(Rejected, Unavailable):
                    shaky.astray.pop()()

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
    def a_file_breaks_or_is_mended(self, dag_id: str, broken: bool) -> None:
        self.airflow.change(dag_id, has_import_errors=broken)
        with suppress(Unavailable):
            self.world.catalogue.step()

    @rule(dag_id=st.sampled_from(JOBS), paused=st.booleans())
    def a_job_is_paused_or_not(self, dag_id: str, paused: bool) -> None:
        with suppress(Unavailable):
            self.airflow.set_paused(dag_id, paused=paused)
        with suppress(Unavailable):
            self.world.catalogue.step()

    # In the end --------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self.mend_all()
            self.check()
        finally:
            self.undo.close()

    def mend_airflow(self) -> None:
        self.forget_trouble()
        if self.is_idle_scheduler:
            self.its_scheduler_goes_or_comes_back()
        for dag_id in JOBS:
            self.airflow.change(dag_id, has_import_errors=False)
            self.airflow.set_paused(dag_id, paused=False)
        self.world.catalogue.step()

    def mend_all(self) -> None:
        self.mend_airflow()
        latest = max((max(each.due, default=each.first) for each in self.kept), default=NINE)
        if latest > self.world.clock.now():  # it was put back: let it come as far as it was
            self.world.clock.set(latest)
        for index in range(len(self.kept)):
            self.mark()
            self.pause(index)
        for _ in range(40):
            self.world.clock.advance(timedelta(seconds=31))
            self.it_arrives()
            self.step(0)
            self.watch()

    def check(self) -> None:
        with self.database.transaction() as tx:
            written = tx.connection.execute(select(firings)).all()
            known = {row.firing_id for row in tx.connection.execute(select(runs))}
            alerts = tx.connection.execute(select(notices).where(notices.c.kind == NoticeKind.FAILURE)).all()
        assert not alerts, "nothing failed here: what was taken back is no failure"
        self.check_schedules()
        self.check_runs({f"runbell__{row.firing_id}" for row in written})
        by_moment = defaultdict(list)
        for row in written:
            run = self.airflow._runs.get((row.dag_id, f"runbell__{row.firing_id}"))
            began = run is not None and any(task.started_at is not None for task in run.tasks)
            story = (row.state, row.reason, row.due_at, run and (run.state, run.started_at, run.note))
            assert FiringState(row.state).is_over, story
            assert began <= (row.state == FiringState.HANDED_OVER), story
            self.check_it_was_wanted(row, run, began)
            assert (row.state == FiringState.HANDED_OVER) == (row.firing_id in known) or not began, story
            assert (row.state == FiringState.HANDED_OVER) <= (run is not None), story
            assert row.state == FiringState.HANDED_OVER or row.reason, story
            assert run is None or run.state.is_over, story
            if row.schedule_id is not None:
                by_moment[row.schedule_id, row.due_at].append((row.state, began))
                assert not began or run.started_at >= row.due_at, story
        for each in self.kept:
            for moment in each.due:
                made = by_moment[each.schedule.schedule_id, moment]
                assert made, f"nothing was written of {moment}"
        for (_, moment), made in by_moment.items():
            standing = [state for state, _ in made if state != FiringState.CANCELLED]
            assert len(standing) <= 1, (moment, made)
            assert sum(began for _, began in made) <= 1, (moment, made)

    def check_runs(self, written: set[str]) -> None:
        nobodys = [run_id for _, run_id in self.airflow._runs if run_id not in written]
        assert not nobodys, f"runs that no firing knows of: {nobodys}"

    def check_it_was_wanted(self, row: Any, run: Any, began: bool) -> None:
        """What began without being due, or as it no longer was, had begun when it was to be taken back."""
        kept = next((each for each in self.kept if each.schedule.schedule_id == row.schedule_id), None)
        taken_back = row.reason.startswith(("its schedule was", "skipped by"))
        if kept is None or not began or taken_back:
            return
        if kept.blurred_until is not None and row.due_at <= kept.blurred_until:
            return
        assert row.due_at in kept.due, f"{row.due_at} ran, and was not due"
        if row.dag_id in INPUT:
            assert run.conf.get(INPUT[row.dag_id]) == kept.rows_at(row.due_at), (
                f"{row.due_at} ran as it no longer was"
            )

    def check_schedules(self) -> None:
        with self.database.transaction() as tx:
            left = [tx.schedules.get(each.schedule.schedule_id) for each in self.kept]
        assert all(each is None or each.state is not ScheduleState.SUSPENDED for each in left)
