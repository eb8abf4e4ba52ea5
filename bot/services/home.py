"""A person's Home: opened, turned, and read whole in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.home import HOME_ROWS, Failing, Home, ProjectWeek, Upkeep, digest_of
from bot.domain.job import job_reference
from bot.domain.listed import Coming, Page, Wanted
from bot.domain.rights import Action, Role
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.rules.access import Access
from bot.rules.listing import page, run_by_airflow
from bot.rules.planned import moments_until
from bot.rules.run_card import run_cards
from bot.rules.seen_jobs import SeenJobs
from bot.services.catalog import offer_named
from bot.services.history import latest_rows
from bot.services.once_more import once_more
from bot.services.projects.requesting_access import as_asked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from bot.domain.announcement import AccessAsked
    from bot.domain.clock import Clock
    from bot.domain.history import RunRow
    from bot.domain.incident import Incident
    from bot.domain.job import JobKey
    from bot.domain.listed import Listed
    from bot.domain.ports import Airflow, Slack
    from bot.domain.project import Person, Project
    from storage.database import Database
    from storage.transaction import Transaction

A_WEEK = timedelta(days=7)
MOST_AHEAD = 100
"""The number of a person's schedules whose runs of the week are looked up."""
MOST_FAILING, MOST_SUSPENDED, MOST_WAITING, MOST_RUNS, MOST_MANAGED, MOST_NAMED = 4, 4, 3, 5, 3, 3
MOST_BY_AIRFLOW = 11
"""One more than are named, so that it can be said that there are more."""
MOST_TO_RUN = 5
"""As many as Slack shows in one row of buttons."""
IN_A_STRIP = 10


class Homes:
    """Homes for people. `draw` makes a view of what a Home shows."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflows: Mapping[str, Airflow],
        draw: Callable[[Home], Mapping[str, Any]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflows = airflows
        self._draw = draw

    @once_more
    def opened(self, person: Person) -> None:
        """Note that the person looks at their Home: it is kept up to date for some time from now on."""
        with self._database.transaction() as tx:
            tx.homes.opened(person.workspace_id, person.person_id, at=self._clock.now())

    @once_more
    def turn(self, person: Person, first_shown: int) -> None:
        """Let the person's Home list their schedules from the one at `first_shown`, counted from 0, on."""
        with self._database.transaction() as tx:
            tx.homes.turn(person.workspace_id, person.person_id, max(0, first_shown))

    def publish(self, person: Person, slack: Slack) -> bool:
        """Show the person their Home as it is now, unless Slack has got just that; return whether it had not.

        Raises as Slack does; then it is still to be published.
        """
        with self._database.reading() as tx:
            kept = tx.homes.get(person.workspace_id, person.person_id)
        home = self.read(person, first_shown=kept.first_shown if kept else 0)
        view = self._draw(home)
        shown = digest_of(view)
        is_news = kept is None or kept.shown != shown
        if is_news:
            slack.publish_home(person.person_id, view)
        self._published(person, home, shown, instead_of=kept.shown if kept else "")
        return is_news

    def read(self, person: Person, *, first_shown: int = 0) -> Home:
        """Return everything that the person's Home shows.

        Everything but an admin's part is about the projects in which the person has a role: what somebody
        sees as an admin or auditor does not need them.
        """
        with self._database.reading() as tx:
            return _Reading(tx, person, self._airflows, self._clock.now()).home(first_shown)

    @once_more
    def _published(self, person: Person, home: Home, shown: str, *, instead_of: str) -> None:
        project_ids = [project.project_id for project, _ in home.projects]
        with self._database.transaction() as tx:
            tx.homes.published(
                person.workspace_id, person.person_id, shown, project_ids, instead_of=instead_of, at=home.now
            )


class _Reading:
    """One reading of a Home, in one transaction."""

    def __init__(
        self, tx: Transaction, person: Person, airflows: Mapping[str, Airflow], now: datetime
    ) -> None:
        self._tx, self._person, self._airflows, self._now = tx, person, airflows, now
        self._access = Access(tx, person, as_member=True)
        self._access.read_ahead()
        self._is_admin = Access(tx, person).is_admin

    def home(self, first_shown: int) -> Home:
        failing, failing_count = self._failing()
        waiting, waiting_count = self._waiting()
        mine, ahead = self._mine(first_shown)
        shown = [each.schedule.schedule_id for each in mine.shown]
        may = self._access.actions_anywhere() if self._access.roles else frozenset()
        return Home(
            person_id=self._person.person_id,
            tz=self._person.tz,
            now=self._now,
            may=may,
            example=self._example(may),
            failing=failing,
            failing_count=failing_count,
            suspended=self._suspended(),
            waiting=waiting,
            waiting_count=waiting_count,
            mine=mine,
            strips=self._tx.overview.last_states(shown, count=IN_A_STRIP),
            ahead=ahead,
            by_themselves=run_by_airflow(self._tx, self._access, (), limit=MOST_BY_AIRFLOW) if may else [],
            runs=self._runs(),
            to_run=self._to_run() if Action.RUN in may else [],
            projects=self._access.memberships(),
            weeks=self._weeks(),
            upkeep=self._upkeep() if self._is_admin else None,
        )

    def _example(self, may: frozenset[Action]) -> str:
        if Action.SCHEDULE not in may:
            return ""
        return next((each.title for each in SeenJobs(self._tx, self._access).some()), "")

    def _runs(self) -> Sequence[RunRow]:
        return latest_rows(self._tx, self._access, self._airflows, count=MOST_RUNS, now=self._now)

    def _to_run(self) -> list[tuple[str, str]]:
        """Return a few jobs that may be started from here: those run by hand last, then any."""
        some = self._tx.offered.some_places(self._access.reach_for(Action.RUN), MOST_AHEAD)
        others = sorted(some, key=lambda place: (place[1].title.casefold(), place[0]))
        lately = self._tx.history.run_lately(self._person, among=MOST_AHEAD)
        places = list(dict.fromkeys([*lately, *((project_id, job.key) for project_id, job in others)]))
        found = {
            (each.project.project_id, each.job.key): each.job
            for each in self._access.offers_at(places, Action.RUN)
            if not (each.job.forbids_manual_runs or each.job.is_read_only)
        }
        shown = [place for place in places if place in found][:MOST_TO_RUN]
        return [(job_reference(*place), found[place].title) for place in shown]

    def _mine(self, first_shown: int) -> tuple[Page, Coming]:
        """Return the page of the person's schedules, and what runs of them within a week."""
        found = page(self._tx, self._access, self._now, Wanted(), size=MOST_AHEAD)
        first_shown = first_shown if first_shown < len(found.shown) else 0
        shown = found.shown[first_shown : first_shown + HOME_ROWS]
        schedules = [each.schedule for each in found.shown]
        times = moments_until(self._tx, schedules, self._now, self._now + A_WEEK)
        runs = [(at, each) for each in found.shown for at in times[each.schedule.schedule_id]]
        runs.sort(key=lambda run: (run[0], run[1].schedule.number))
        is_more = found.is_more or found.count > len(found.shown)
        return replace(found, shown=shown, first_shown=first_shown), Coming(runs, is_more)

    def _suspended(self) -> list[Listed]:
        """Return suspended schedules that the person can do something about."""
        if not self._access.roles:
            return []
        wanted = Wanted(everyones=True, states=frozenset({ScheduleState.SUSPENDED}))
        found = page(self._tx, self._access, self._now, wanted, size=MOST_AHEAD)
        me = self._person.person_id
        theirs = [each for each in found.shown if each.may_change or each.schedule.owner_id == me]
        theirs.sort(key=lambda each: each.schedule.owner_id != me)
        return theirs[:MOST_SUSPENDED]

    def _failing(self) -> tuple[list[Failing], int]:
        """Return what fails in the person's projects, and how much fails in all."""
        me = self._person.person_id
        found = self._tx.overview.failing(self._person.workspace_id, self._access.roles, unclaimed_but_by=me)
        allowed = self._access.allowed_at({(each.of.project_id, each.of.key) for each in found})
        told: dict[tuple[object, ...], Incident] = {}
        for each in found:
            of = each.of
            if Action.SEE in allowed.get((of.project_id, of.key), ()):
                told.setdefault((of.project_id, of.key, of.source), each)
        shown = list(told.values())[:MOST_FAILING]
        cards = run_cards(self._tx, [(each.last_run, each.of.project_id) for each in shown], self._airflows)
        counts = self._tx.incidents.counts([each.incident_id for each in shown])
        failing = [
            Failing(
                each,
                cards[each.last_run, each.of.project_id],
                counts.get(each.incident_id, 1),
                may_run=Action.RUN in allowed[each.of.project_id, each.of.key],
            )
            for each in shown
            if (each.last_run, each.of.project_id) in cards
        ]
        return failing, len(told)

    @property
    def _managed(self) -> list[Project]:
        return [project for project, role in self._access.memberships() if role is Role.MANAGER]

    def _waiting(self) -> tuple[list[AccessAsked], int]:
        managed = {project.project_id: project for project in self._managed}
        if not (managed or self._is_admin):
            return [], 0
        found = self._tx.overview.waiting(self._person.workspace_id, managed, without_project=self._is_admin)
        shown = found[:MOST_WAITING]
        people = self._tx.directory.known(self._person.workspace_id, [request.person_id for request in shown])
        asked = []
        for request in shown:
            who = people.get(request.person_id)
            if who is None:
                continue
            project = managed.get(request.project_id or 0)
            offer = None
            if request.key is not None and project is not None:
                reference = job_reference(project.project_id, request.key)
                offer = offer_named(Access(self._tx, who), reference)
            asked.append(as_asked(self._tx, request, who, project, offer))
        return asked, len(found)

    def _weeks(self) -> list[ProjectWeek]:
        managed = self._managed[:MOST_MANAGED]
        if not managed:
            return []
        since, ids = self._now - A_WEEK, [each.project_id for each in managed]
        ended = self._tx.overview.ended(ids, since=since)
        fails_most = self._tx.overview.fails_most(ids, since=since)
        worst = {(of, key): times for of, found in fails_most.items() for key, times in found[:MOST_NAMED]}
        jobs = self._tx.jobs.all_within(self._seen(worst))
        return [
            ProjectWeek(
                each,
                done=ended.get(each.project_id, {}).get(RunState.DONE, 0),
                failed=ended.get(each.project_id, {}).get(RunState.FAILED, 0),
                fails_most=tuple(
                    (jobs[place].title, times)
                    for place, times in worst.items()
                    if place[0] == each.project_id and place in jobs
                ),
            )
            for each in managed
        ]

    def _seen(self, places: Collection[tuple[int, JobKey]]) -> list[tuple[int, JobKey]]:
        allowed = self._access.allowed_at(places)
        return [place for place in places if Action.SEE in allowed.get(place, ())]

    def _upkeep(self) -> Upkeep:
        overview, workspace_id = self._tx.overview, self._person.workspace_id
        waiting, oldest_at = overview.outbox(self._now)
        return Upkeep(
            waiting,
            oldest_at,
            read_at=overview.read_at(),
            unshared=overview.unshared(),
            suspended=overview.suspended(workspace_id),
            ownerless=overview.ownerless(workspace_id),
        )
