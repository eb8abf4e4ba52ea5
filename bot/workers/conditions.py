"""What is not as it should be: told once when it begins, and put right where it was told once it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.alert_rule import AlertEvent, Happening
from bot.domain.card import UTC
from bot.domain.condition import LONGER, ConditionKind
from bot.domain.condition_told import NeverCame, NotBegun
from bot.domain.job import JobKey
from bot.domain.run import RunState
from bot.language.say import say_moment
from bot.rules.alert_routing import Routing, of_airflow, of_firing
from bot.rules.conditions import close_condition, open_condition
from bot.rules.project_pauses import rests
from bot.workers.airflows_own import AirflowsOwn
from bot.workers.announcing import zone_for
from bot.workers.asked_lately import AskedLately
from bot.workers.away import Away
from bot.workers.condition_names import title_in
from bot.workers.how_long import HowLong
from bot.workers.loop import on_its_own
from bot.workers.stopped_schedules import close_stopped, stop

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.alert_rule import Hearing
    from bot.domain.announcement import Announcement
    from bot.domain.clock import Clock
    from bot.domain.condition import Condition
    from bot.domain.condition_told import RunsLong
    from bot.domain.firing import Firing
    from bot.domain.ports import Airflow, Slack
    from bot.domain.project import Place
    from bot.domain.run import Run
    from storage.database import Database
    from storage.transaction import Transaction

PAUSE = 2.0
LEASE = timedelta(seconds=60)
SEEN_WITHIN = timedelta(minutes=1)
"""What the watcher has not seen for longer may have changed."""
LISTED_WITHIN = timedelta(minutes=2)
"""What the catalogue has not read for longer may have changed."""
BEYOND_GRACE = timedelta(minutes=1)
"""How long after its grace a run is told as not begun: before, it may be taken back."""
COMES_WITHIN = timedelta(minutes=10)
"""How late Airflow's own schedule may start a run without a word."""


class Conditions:
    """The conditions of one deployment's runs, jobs and schedules; a lease lets only one process look."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflow: Airflow,
        slack: Slack,
        holder: str,
        *,
        grace: timedelta = timedelta(minutes=10),
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._holder = holder
        self._grace = grace
        self._away = Away(database, clock, airflow, slack)
        self._how_long = HowLong(airflow)
        self._airflows_own = AirflowsOwn(database, clock, airflow, self._how_long)
        self._asked = AskedLately()

    def step(self) -> float:
        """Open and close conditions; return the seconds until the next step."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            if not tx.leases.take("conditions", self._holder, now=now, until=now + LEASE):
                return PAUSE
        self._asked.forget_old(now)
        self._stop_what_fails(now)
        self._look_at_runs(now)
        self._look_at_jobs(now)
        self._close(now)
        self._away.look()
        self._airflows_own.look()
        return PAUSE

    # Schedules that failed too often --------------------------------------------------------------------

    def _stop_what_fails(self, now: datetime) -> None:
        with self._database.reading() as tx:
            failing = tx.conditions.failing_schedules()
        for each in failing:
            with on_its_own("schedule", schedule=each.schedule_id), self._database.transaction() as tx:
                stop(tx, each, now)

    # Runs -----------------------------------------------------------------------------------------------

    def _look_at_runs(self, now: datetime) -> None:
        here, seen_since = self._airflow.deployment, now - SEEN_WITHIN
        with self._database.reading() as tx:
            known = {
                *tx.conditions.open(ConditionKind.LONG_RUN),
                *tx.conditions.open(ConditionKind.NOT_BEGUN),
            }
            running = tx.conditions.running(here, since=now - LONGER, seen_since=seen_since)
            waiting = tx.conditions.waiting(here, due_before=now - LONGER, seen_since=seen_since)
            found = tx.runs.all([*running, *waiting])
        # What one project has heard of a run of Airflow's own, another one may hear of later.
        found_now = [run for key, run in found.items() if run.firing_id is None or key not in known]
        for run in found_now:
            kind = ConditionKind.LONG_RUN if run.state is RunState.RUNNING else ConditionKind.NOT_BEGUN
            if self._asked.is_lately(kind, run.run_key):
                continue
            with on_its_own("run", run=run.run_id, dag=run.key.dag_id), self._database.transaction() as tx:
                firing = tx.firings.get(run.firing_id) if run.firing_id else None
                if firing is None and run.firing_id is not None:
                    continue  # forgotten since
                if firing is not None and firing.schedule_id and rests(tx, firing.project_id, now):
                    continue
                if kind is ConditionKind.LONG_RUN:
                    self._check_how_long(tx, run, firing, now)
                elif firing is not None:
                    self._check_how_late(tx, run, firing, now)

    def _check_how_long(self, tx: Transaction, run: Run, firing: Firing | None, now: datetime) -> None:
        if firing is not None:
            projects = [firing.project_id]
        else:
            shared = tx.shares.projects_with(run.key)
            projects = [project.project_id for project, _ in shared if not project.rests(now)]
        told = {each: self._how_long.told_of(tx, run, each, now) for each in projects}
        if run.started_at is None or not any(told.values()):
            return
        routing, kind = Routing(tx, now), ConditionKind.LONG_RUN
        self._asked.note(kind, run.run_key, now)
        at: dict[Place, tuple[Hearing, Announcement | None]] = {}
        for late in _lateness(tx, run, firing, now):
            long = told.get(late.project_id)
            if long is not None:
                heard = routing.hearings(late)
                at |= {place: (heard[place], long) for place in heard if place not in at}
        open_condition(tx, kind, run.run_key, at, since=run.started_at, now=now)

    def _check_how_late(self, tx: Transaction, run: Run, firing: Firing, now: datetime) -> None:
        schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
        grace = self._grace if schedule is None or schedule.grace is None else schedule.grace
        if now > firing.due_at + grace + BEYOND_GRACE:
            kind = ConditionKind.NOT_BEGUN
            self._asked.note(kind, run.run_key, now)
            title, tz = title_in(tx, firing.project_id, run.key), zone_for(tx, firing)
            told = NotBegun(title, run.run_key, firing.due_at, tz, self._url(run))
            hearings = Routing(tx, now).hearings(of_firing(tx, AlertEvent.LATE, firing, now))
            at = {place: (heard, told) for place, heard in hearings.items()}
            open_condition(tx, kind, run.run_key, at, since=firing.due_at, now=now)

    def _url(self, run: Run) -> str:
        return self._airflow.run_url(run.key.dag_id, run.run_id)

    # Airflow's own schedules ----------------------------------------------------------------------------

    def _look_at_jobs(self, now: datetime) -> None:
        """Tell which jobs Airflow has not started in time, unless nothing starts there: that is told once."""
        if self._away.nothing_starts:
            return
        with self._database.reading() as tx:
            overdue = tx.conditions.overdue(
                self._airflow.deployment, before=now - COMES_WITHIN, seen_since=now - LISTED_WITHIN
            )
        kind = ConditionKind.NEVER_CAME
        for key in overdue:  # also what one place knows: another may not have wanted to hear of it then
            if self._asked.is_lately(kind, key.dag_id):
                continue
            self._asked.note(kind, key.dag_id, now)
            with on_its_own("job", dag=key.dag_id), self._database.transaction() as tx:
                self._tell_of_job(tx, key, overdue[key], now)

    def _tell_of_job(self, tx: Transaction, key: JobKey, since: datetime, now: datetime) -> None:
        at: dict[Place, tuple[Hearing, Announcement | None]] = {}
        routing = Routing(tx, now)
        for project, place in tx.shares.projects_with(key):
            if project.rests(now):
                continue
            late = of_airflow(AlertEvent.LATE, project, key, place)
            told = NeverCame(title_in(tx, project.project_id, key), since, project.tz)
            at |= {each: (heard, told) for each, heard in routing.hearings(late).items() if each not in at}
        open_condition(tx, ConditionKind.NEVER_CAME, key.dag_id, at, since=since, now=now)

    def _key(self, dag_id: str) -> JobKey:
        return JobKey(self._airflow.deployment, dag_id)

    # What is over ---------------------------------------------------------------------------------------

    def _close(self, now: datetime) -> None:
        with self._database.reading() as tx:
            open_ones = {
                kind: tx.conditions.open(kind) for kind in ConditionKind if kind is not ConditionKind.AWAY
            }
        for kind, subjects in open_ones.items():
            for subject, since in subjects.items():
                with on_its_own("condition", kind=kind, subject=subject), self._database.transaction() as tx:
                    self._close_if_over(tx, kind, subject, since, now)

    def _close_if_over(
        self, tx: Transaction, kind: ConditionKind, subject: str, since: datetime, now: datetime
    ) -> None:
        match kind:
            case ConditionKind.STOPPED:
                close_stopped(tx, subject, now)
            case ConditionKind.NEVER_CAME:
                self._close_never_came(tx, subject, since, now)
            case _:
                self._close_of_run(tx, kind, subject, now)

    def _close_of_run(self, tx: Transaction, kind: ConditionKind, run_key: str, now: datetime) -> None:
        run = tx.runs.get(run_key)
        firing = tx.firings.get(run.firing_id) if run is not None and run.firing_id else None
        if run is None or (firing is None and run.firing_id is not None):
            tx.conditions.end(kind, run_key, at=now)  # forgotten, with all that told of it
        elif kind is ConditionKind.LONG_RUN:
            self._close_long_run(tx, run, firing, now)
        elif firing is not None:
            self._close_not_begun(tx, run, firing, now)

    def _close_long_run(self, tx: Transaction, run: Run, firing: Firing | None, now: datetime) -> None:
        if not run.state.is_over:
            return
        projects = {each.reports_to: each.project_id for each in _lateness(tx, run, firing, now)}

        def told(each: Condition) -> RunsLong:
            project_id = projects.get(each.place) if firing is None else firing.project_id
            return self._how_long.ended(tx, run, project_id, now)

        close_condition(tx, ConditionKind.LONG_RUN, run.run_key, told, now)

    def _close_not_begun(self, tx: Transaction, run: Run, firing: Firing, now: datetime) -> None:
        kind, run_key = ConditionKind.NOT_BEGUN, run.run_key
        title = title_in(tx, firing.project_id, run.key)
        if kind is ConditionKind.NOT_BEGUN and run.state is not RunState.WAITING:
            late = None if run.started_at is None else run.started_at - firing.due_at
            tz, url = zone_for(tx, firing), self._url(run)
            begun = NotBegun(title, run_key, firing.due_at, tz, url, late, is_over=late is None)
            close_condition(tx, kind, run_key, lambda _: begun, now)

    def _close_never_came(self, tx: Transaction, dag_id: str, since: datetime, now: datetime) -> None:
        key = self._key(dag_id)
        job = tx.jobs.get(key)
        if job is not None and job.trouble is None and job.next_run_at == since:
            return
        projects = {place: project for project, place in tx.shares.projects_with(key)}

        def told(each: Condition) -> NeverCame:
            project = projects.get(each.place)
            tz = UTC if project is None else project.tz
            over = "the job is no longer in Airflow" if job is None else job.why_it_does_not_run
            if job is not None and not over:
                over = "its schedule in Airflow was changed"
                if job.next_run_at is not None and job.next_run_at > since:
                    over = f"Airflow goes on with its schedule, next {say_moment(job.next_run_at, tz)}"
            title = title_in(tx, None if project is None else project.project_id, key)
            return NeverCame(title, since, tz, over)

        close_condition(tx, ConditionKind.NEVER_CAME, dag_id, told, now)


def _lateness(tx: Transaction, run: Run, firing: Firing | None, now: datetime) -> list[Happening]:
    """Return a late run as the rules are asked about it: of its firing, or of each project with its job."""
    if firing is not None:
        return [of_firing(tx, AlertEvent.LATE, firing, now)]
    shared = tx.shares.projects_with(run.key)
    return [of_airflow(AlertEvent.LATE, project, run.key, place) for project, place in shared]
