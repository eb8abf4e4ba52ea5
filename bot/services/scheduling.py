"""Schedules and run-nows: drafted, previewed, confirmed; then listed, paused, resumed, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.draft import Draft
from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.firing import Firing
from bot.domain.identity import new_id
from bot.domain.listed import Listed
from bot.domain.project import Place
from bot.domain.rights import Action, Role
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Schedule, ScheduleState
from bot.domain.when import next_after, upcoming
from bot.services.access import NO_SUCH_THING, Access
from bot.services.standing_in import with_absences
from bot.services.suspending import check_owner
from bot.services.withdrawing import withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.job import Job, JobKey
    from bot.domain.project import Project
    from bot.domain.run import Run
    from bot.domain.when import When
    from bot.services.access import Asker, Offer
    from storage.database import Database, Transaction

DRAFT_LIFE = timedelta(hours=1)
PREVIEWED_TIMES = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What will happen, before it is confirmed."""

    draft: Draft
    job: Job
    project: Project
    times: Sequence[datetime]
    """The next five, empty for a run-now."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`schedule` None: a run-now, on its way."""

    job: Job
    place: Place
    schedule: Schedule | None


class Scheduling:
    """`wake`: called after a commit that gave the dispatcher something to do."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    # Drafts -----------------------------------------------------------------------------------------

    def draft(
        self,
        asker: Asker,
        offer: Offer,
        *,
        when: When | None,
        inputs: Mapping[str, Any],
        reports_to: str | None = None,
    ) -> Draft:
        """`when` None: a run-now. `reports_to`: one of the project's channels, or the person."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            action = Action.RUN if when is None else Action.SCHEDULE
            access.require(action, offer.project.project_id, offer.job.key)
            draft = Draft(
                draft_id=new_id(),
                person_id=asker.person.person_id,
                key=offer.job.key,
                inputs=inputs,
                when=when,
                project_id=offer.project.project_id,
                place=_place(tx, access, offer, reports_to),
                expires_at=now + DRAFT_LIFE,
            )
            tx.drafts.add(draft, at=now)
        return draft

    def places(self, asker: Asker, offer: Offer) -> list[tuple[Place, str]]:
        """Where it may report and how people call that, the default first."""
        with self._database.transaction() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            access.require(Action.SEE, offer.project.project_id, offer.job.key)
            return _places(tx, access, offer)

    def preview(self, asker: Asker, draft_id: str) -> Preview:
        with self._database.transaction() as tx:
            draft = self._open_draft(tx, asker, draft_id)
            return self._preview(tx, draft)

    def discard(self, asker: Asker, draft_id: str) -> None:
        with self._database.transaction() as tx:
            draft = self._open_draft(tx, asker, draft_id)
            tx.drafts.settle(draft.draft_id, "discarded")

    def confirm(self, asker: Asker, draft_id: str) -> Confirmed:
        """Raises Conflict on the second press, whoever comes first."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            draft = self._open_draft(tx, asker, draft_id)
            if draft.when is None:
                confirmed = self._run_now(tx, asker, draft, now)
            else:
                confirmed = self._schedule(tx, asker, draft, draft.when, now)
        self._wake()
        return confirmed

    def _open_draft(self, tx: Transaction, asker: Asker, draft_id: str) -> Draft:
        draft = tx.drafts.lock(asker.person.workspace_id, draft_id)
        if draft is None or draft.person_id != asker.person.person_id:
            raise NotFound(NO_SUCH_THING)
        if draft.outcome == "confirmed":
            done = "started" if draft.when is None else "scheduled"
            raise Conflict(f"That is {done} already; pressing twice makes no second one.")
        if draft.outcome == "discarded":
            raise Conflict("You discarded that one. Type the command again to start afresh.")
        if draft.expires_at <= self._clock.now():
            raise Conflict("That preview is over an hour old. Type the command again.")
        action = Action.RUN if draft.when is None else Action.SCHEDULE
        Access(tx, asker.person).require(action, draft.project_id, draft.key)
        return draft

    def _preview(self, tx: Transaction, draft: Draft) -> Preview:
        job, project = _job_and_project(tx, draft.key, draft.project_id)
        times = [] if draft.when is None else upcoming(draft.when, self._clock.now(), PREVIEWED_TIMES)
        return Preview(draft, job, project, times)

    def _schedule(self, tx: Transaction, asker: Asker, draft: Draft, when: When, now: datetime) -> Confirmed:
        job, _ = _job_and_project(tx, draft.key, draft.project_id)
        first = next_after(when, now)
        if first is None:
            raise Conflict("That time has passed meanwhile. Type the command again with a later one.")
        schedule = Schedule(
            schedule_id=new_id(),
            number=tx.schedules.next_number(draft.place.workspace_id),
            key=draft.key,
            inputs=draft.inputs,
            when=when,
            project_id=draft.project_id,
            owner_id=draft.person_id,
            place=draft.place,
            state=ScheduleState.ACTIVE,
            reason="",
            next_due_at=first,
            missed=MissedPolicy.LATEST,
            overlap=OverlapPolicy.WAIT,
        )
        tx.schedules.add(schedule, at=now)
        tx.drafts.settle(draft.draft_id, "confirmed", became=schedule.schedule_id)
        audit(tx, asker, "schedule.create", schedule, now)
        return Confirmed(job, draft.place, schedule)

    def _run_now(self, tx: Transaction, asker: Asker, draft: Draft, now: datetime) -> Confirmed:
        job, _ = _job_and_project(tx, draft.key, draft.project_id)
        if job.is_paused:
            raise Conflict(
                f"*{job.title}* is paused in Airflow, so nothing would happen. "
                "Someone who may can resume it: `/schedule resume job`."
            )
        firing = Firing(
            firing_id=new_id(),
            schedule_id=None,
            due_at=now,
            key=draft.key,
            inputs=draft.inputs,
            project_id=draft.project_id,
            person_id=draft.person_id,
            place=draft.place,
        )
        tx.firings.add(firing, act_at=now, at=now, request_id=draft.draft_id)
        tx.drafts.settle(draft.draft_id, "confirmed", became=firing.firing_id)
        tx.audit.add(
            asker.person,
            "job.run",
            draft.key.dag_id,
            at=now,
            channel_id=asker.channel_id,
            after={"firing": firing.firing_id, "inputs": sorted(draft.inputs)},
        )
        return Confirmed(job, draft.place, None)

    # Schedules --------------------------------------------------------------------------------------

    def listed(self, asker: Asker, *, everyones: bool = False) -> list[Listed]:
        """One's own schedules, or all those of jobs one may see here."""
        with self._database.transaction() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            offers = {(offer.project.project_id, offer.job.key): offer for offer in access.offers()}
            if everyones:
                found = tx.schedules.of_projects(access.projects)
            else:
                found = tx.schedules.owned_by(asker.person.workspace_id, asker.person.person_id)
            seen = [each for each in found if (each.project_id, each.key) in offers]
            last = tx.runs.last_of_schedules(each.schedule_id for each in seen)
            found_here = [
                _listed(access, each, offers[each.project_id, each.key], last.get(each.schedule_id))
                for each in seen
            ]
            return with_absences(tx, found_here, self._clock.now())

    def show(self, asker: Asker, schedule_id: str) -> Listed:
        with self._database.transaction() as tx:
            return self._show(tx, asker, schedule_id)

    def find(self, asker: Asker, words: str) -> list[Listed]:
        """By number (#12), nickname or job; one's own first. Raises NotFound."""
        number = words.lstrip("#")
        mine = self.listed(asker)
        everyones = [each for each in self.listed(asker, everyones=True) if each not in mine]
        for group in (mine, everyones):
            if number.isdigit():
                found = [each for each in group if each.schedule.number == int(number)]
            else:
                found = [each for each in group if _is_called(each, words)]
            if found:
                return found
        raise NotFound(f"I can't find a schedule “{words}”. `/schedule list` shows yours with their numbers.")

    def pause(self, asker: Asker, schedule_id: str, *, until: datetime | None = None) -> Listed:
        """`until`: when it goes on by itself; what is due from that moment on counts again."""
        if until is not None and until <= self._clock.now():
            raise NotUnderstood("That time has passed already.", field="until")
        return self._change(asker, schedule_id, ScheduleState.PAUSED, until=until)

    def resume(self, asker: Asker, schedule_id: str) -> Listed:
        """From now on: what was due meanwhile is not made up for."""
        return self._change(asker, schedule_id, ScheduleState.ACTIVE)

    def delete(self, asker: Asker, schedule_id: str) -> Listed:
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = _locked(tx, asker, schedule_id)
            listed = self._show(tx, asker, schedule_id)
            if not listed.may_delete:
                raise NotAllowed(f"Only <@{schedule.owner_id}> or a manager may delete this schedule.")
            withdraw(tx, schedule, now, reason=f"its schedule was deleted by <@{asker.person.person_id}>")
            tx.schedules.delete(schedule_id, at=now)
            audit(tx, asker, "schedule.delete", schedule, now)
        self._wake()
        return listed

    def _change(
        self, asker: Asker, schedule_id: str, state: ScheduleState, *, until: datetime | None = None
    ) -> Listed:
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = to_change(tx, asker, schedule_id)
            next_due_at = next_after(schedule.when, now) if state is ScheduleState.ACTIVE else None
            if state is ScheduleState.ACTIVE:
                check_owner(tx, schedule)
            if state is ScheduleState.ACTIVE and next_due_at is None:
                raise Conflict("Nothing is left to run: its last time has passed. Make a new schedule.")
            tx.schedules.move(schedule, state, next_due_at=next_due_at, resumes_at=until)
            if state is ScheduleState.PAUSED:
                withdraw(tx, schedule, now, reason=f"its schedule was paused by <@{asker.person.person_id}>")
            audit(tx, asker, f"schedule.{state}", schedule, now)
            listed = self._show(tx, asker, schedule_id)
        self._wake()
        return listed

    def _show(self, tx: Transaction, asker: Asker, schedule_id: str) -> Listed:
        schedule = tx.schedules.get(schedule_id)
        if schedule is None or schedule.place.workspace_id != asker.person.workspace_id:
            raise NotFound(NO_SUCH_THING)
        access = Access(tx, asker.person)
        access.require(Action.SEE, schedule.project_id, schedule.key)
        job, project = _job_and_project(tx, schedule.key, schedule.project_id)
        actions = access.actions(schedule.project_id, schedule.key)
        last = tx.runs.last_of_schedules([schedule_id]).get(schedule_id)
        shown = Listed(schedule, job, project, last, *_may(access, schedule, actions))
        return with_absences(tx, [shown], self._clock.now())[0]


def to_change(tx: Transaction, asker: Asker, schedule_id: str) -> Schedule:
    """Locked, and theirs to change."""
    schedule = _locked(tx, asker, schedule_id)
    Access(tx, asker.person).require(Action.SCHEDULE, schedule.project_id, schedule.key)
    return schedule


def _locked(tx: Transaction, asker: Asker, schedule_id: str) -> Schedule:
    schedule = tx.schedules.lock(asker.person.workspace_id, schedule_id)
    if schedule is None:
        raise NotFound(NO_SUCH_THING)
    return schedule


def _listed(access: Access, schedule: Schedule, offer: Offer, last: Run | None) -> Listed:
    return Listed(schedule, offer.job, offer.project, last, *_may(access, schedule, offer.actions))


def _may(access: Access, schedule: Schedule, actions: frozenset[Action]) -> tuple[bool, bool, bool]:
    """(change, delete, take over): who may schedule the job helps; owner and managers delete."""
    change = Action.SCHEDULE in actions
    manages = access.roles.get(schedule.project_id) is Role.MANAGER
    is_owner = schedule.owner_id == access.person.person_id
    return change, change and (is_owner or manages), change and not is_owner


def _is_called(listed: Listed, words: str) -> bool:
    wanted = words.casefold()
    names = (listed.schedule.nickname, listed.job.title, listed.job.key.dag_id)
    return any(name.casefold().startswith(wanted) for name in names if name)


def _job_and_project(tx: Transaction, key: JobKey, project_id: int) -> tuple[Job, Project]:
    job = tx.jobs.get(key)
    project = tx.projects.get(project_id)
    if job is None or project is None:
        raise NotFound(NO_SUCH_THING)
    return job, project


def _places(tx: Transaction, access: Access, offer: Offer) -> list[tuple[Place, str]]:
    direct = (Place(access.person.workspace_id, access.person.person_id), "A direct message to you")
    if offer.reports_privately:
        return [direct]
    here = access.channel.channel_id if access.channel else None
    mapped = [
        (Place(each.workspace_id, each.channel_id), f"#{each.name}")
        for each in tx.projects.channels(offer.project.project_id)
    ]
    first = [each for each in mapped if each[0].channel_id == here] or [direct]
    return [*first, *(each for each in [*mapped, direct] if each not in first)]


def _place(tx: Transaction, access: Access, offer: Offer, reports_to: str | None) -> Place:
    """Raises NotUnderstood for a place that is not among the project's."""
    places = [place for place, _ in _places(tx, access, offer)]
    if reports_to is None:
        return places[0]
    for each in places:
        if each.channel_id == reports_to:
            return each
    raise NotUnderstood("It can report to this project's channels, or to you.", field="reports_to")


def audit(tx: Transaction, asker: Asker, action: str, schedule: Schedule, now: datetime) -> None:
    tx.audit.add(
        asker.person,
        action,
        f"#{schedule.number} {schedule.key.dag_id}",
        at=now,
        channel_id=asker.channel_id,
        before={"state": schedule.state},
    )
