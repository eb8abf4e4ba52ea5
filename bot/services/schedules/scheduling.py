"""Existing schedules: listed, found, paused, resumed, deleted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.announcement import Touch
from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.listed import Coming, Listed, Page, Wanted
from bot.domain.rights import Action
from bot.domain.schedule import Schedule, ScheduleState
from bot.domain.when import next_after, zone_of
from bot.language.say import say_moment
from bot.rules.absences import with_absences
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.alerting import close_deleted
from bot.rules.change_notices import tell_of_change
from bot.rules.job_trouble import check_is_in_airflow
from bot.rules.listing import in_order, matching, may_do, owners, page, run_by_airflow
from bot.rules.locking import audit, job_and_project, locked, missing, to_change
from bot.rules.planned import moments_until, next_moment, skipped_ahead, withdraw
from bot.rules.published import with_published
from bot.rules.suspending import check_owner
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.project import Person
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.transaction import Transaction


ON_A_PAGE = 10
MINE = Wanted()
MOST_FOUND = 100
"""The number of schedules found by one name; more would be no choice."""


class Scheduling:
    """Schedules for people. `wake` is called after a commit that gave the dispatcher something to do."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def page(
        self,
        asker: Asker,
        wanted: Wanted = MINE,
        *,
        first_shown: int = 0,
        size: int | None = ON_A_PAGE,
        by_themselves: int = 0,
    ) -> Page:
        """Return a page of the schedules wanted that the person may see here, by when they run next.

        `by_themselves`: how many jobs at most come beside them that Airflow runs by itself; of the jobs
        wanted, if there are any.
        """
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            found = page(tx, access, self._clock.now(), wanted, first_shown=first_shown, size=size)
            also = run_by_airflow(tx, access, wanted.keys, limit=by_themselves) if by_themselves else ()
            return replace(found, also=also)

    def listed(self, asker: Asker, *, everyones: bool = False) -> list[Listed]:
        """Return the asker's own schedules; with `everyones` all that the asker may see here."""
        return list(self.page(asker, Wanted(everyones), size=None).shown)

    def ahead(self, asker: Asker, wanted: Wanted, *, until: datetime) -> Coming:
        """Return the runs to come of the schedules wanted, up to that moment, in order."""
        now = self._clock.now()
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            found = page(tx, access, now, wanted, size=MOST_FOUND)
            times = moments_until(tx, [each.schedule for each in found.shown], now, until)
        runs = [(at, each) for each in found.shown for at in times[each.schedule.schedule_id]]
        runs.sort(key=lambda run: (run[0], run[1].schedule.number))
        projects = {each.project.project_id: each.project for each in found.shown}
        resting = [each for each in projects.values() if each.pause is not None]
        return Coming(runs, found.count > len(found.shown), resting)

    def owners_called(self, asker: Asker, name: str) -> list[Person]:
        """Return the owners whose name, or a part of it, begins so, of schedules the person may see here."""
        with self._database.reading() as tx:
            ids = owners(tx, Access(tx, asker.person, asker.channel_id))
            known = tx.directory.known(asker.person.workspace_id, ids)
        return [each for each in known.values() if _is_named(each, name)]

    def show(self, asker: Asker, schedule_id: str) -> Listed:
        """Return the schedule with all that a message shows of it. Raises NotFound."""
        with self._database.reading() as tx:
            return self._show(tx, asker, schedule_id)

    def find(self, asker: Asker, words: str) -> list[str]:
        """Return the ids of schedules by number (#12), several numbers, "all", nickname or job.

        Own ones come first: others are looked for only if there are none. Raises NotFound if there is none.
        """
        numbers = [int(each) for each in _DIGITS.findall(words)] if _NUMBERS.fullmatch(words) else []
        called = "" if numbers else words
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            if words.casefold() in _ALL:
                shown = page(tx, access, self._clock.now(), MINE, size=None).shown
                if shown:
                    return [each.schedule.schedule_id for each in shown]
            for everyones in (True,) if numbers else (False, True):
                wanted = Wanted(everyones, called=called, numbers=tuple(numbers))
                found = matching(tx, access, wanted, limit=MOST_FOUND)
                if len(numbers) > 1:
                    return _by_numbers(numbers, found)
                if found:
                    return [each.schedule_id for each in found]
        raise NotFound(f"I can't find a schedule “{words}”. `/schedule list` shows yours with their numbers.")

    def read(self, asker: Asker, schedule_ids: Sequence[str]) -> list[Listed]:
        """Return those of these schedules that the asker may see here, in this order.

        Raises NotFound if there is none any more.
        """
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            found = in_order(tx, access, schedule_ids, self._clock.now())
        if not found:
            raise NotFound(NO_SUCH_THING)
        return found

    def owned(self, asker: Asker, state: ScheduleState) -> list[Listed]:
        """Return the asker's schedules in this state. Suspended ones count as paused: both can be resumed."""
        states = {state, ScheduleState.SUSPENDED} if state is ScheduleState.PAUSED else {state}
        return list(self.page(asker, Wanted(states=frozenset(states)), size=None).shown)

    def pause(self, asker: Asker, schedule_id: str, *, until: datetime | None = None) -> Listed:
        """Pause the schedule. What is due from `until` on runs again.

        Raises NotUnderstood if that time has passed, Conflict if there is nothing to pause.
        """
        if until is not None and until <= self._clock.now():
            raise NotUnderstood("That time has passed already.", field=FormField.UNTIL)
        return self._change(asker, schedule_id, ScheduleState.PAUSED, until=until)

    def resume(self, asker: Asker, schedule_id: str) -> Listed:
        """Let the schedule go on from its next moment; what was due while it was paused stays undone.

        Raises Conflict if the job is gone, the owner may not schedule it, or nothing is left to run.
        """
        return self._change(asker, schedule_id, ScheduleState.ACTIVE)

    @once_more
    def delete(self, asker: Asker, schedule_id: str) -> Listed:
        """Delete the schedule and take back what has not begun; return it as it was. Raises NotAllowed."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = locked(tx, asker, schedule_id)
            listed = self._show(tx, asker, schedule_id)
            if not listed.may_delete:
                raise NotAllowed(f"Only <@{schedule.owner_id}> or a manager may delete this schedule.")
            withdraw(tx, schedule, now, reason=f"its schedule was deleted by <@{asker.person.person_id}>")
            tx.schedules.delete(schedule_id, at=now)
            close_deleted(tx, schedule, now)
            audit(tx, asker, "schedule.delete", schedule, now)
            tell_of_change(tx, schedule, Touch.DELETED, by=asker.person.person_id, now=now)
        self._wake()
        return listed

    @once_more
    def _change(
        self, asker: Asker, schedule_id: str, state: ScheduleState, *, until: datetime | None = None
    ) -> Listed:
        now, me = self._clock.now(), asker.person.person_id
        with self._database.transaction() as tx:
            schedule = to_change(tx, asker, schedule_id)
            next_due_at = next_after(schedule.when, now) if state is ScheduleState.ACTIVE else None
            if state is ScheduleState.ACTIVE:
                check_is_in_airflow(tx, schedule)
                check_owner(tx, schedule)
            if state is ScheduleState.ACTIVE and next_due_at is None:
                raise Conflict("Nothing is left to run: its last time has passed. Make a new schedule.")
            if state is ScheduleState.PAUSED:
                _check_there_is_a_next(tx, schedule, now)
            if state is schedule.state is ScheduleState.PAUSED:
                tx.schedules.pause_until(schedule_id, _new_end(schedule, until), by=me)
            else:
                tx.schedules.move(schedule, state, next_due_at=next_due_at, resumes_at=until, by=me)
            if state is ScheduleState.PAUSED:
                withdraw(tx, schedule, now, reason=f"its schedule was paused by <@{me}>")
            ends = {} if until is None else {"until": until.isoformat()}
            audit(tx, asker, f"schedule.{state}", schedule, now, after={"state": state, **ends})
            touch = Touch.PAUSED if state is ScheduleState.PAUSED else Touch.RESUMED
            tell_of_change(tx, schedule, touch, by=me, now=now, at=until)
            listed = self._show(tx, asker, schedule_id)
        self._wake()
        return listed

    def _show(self, tx: Transaction, asker: Asker, schedule_id: str) -> Listed:
        schedule = tx.schedules.get(schedule_id)
        if schedule is None or schedule.place.workspace_id != asker.person.workspace_id:
            raise missing(tx, asker, schedule_id)
        access = Access(tx, asker.person)
        access.require(Action.SEE, schedule.project_id, schedule.key)
        job, project = job_and_project(tx, schedule.key, schedule.project_id)
        actions = access.actions(schedule.project_id, schedule.key)
        last = tx.runs.last_of_schedules([schedule_id]).get(schedule_id)
        now = self._clock.now()
        skipped = tuple(skipped_ahead(tx, schedule, now))
        may, next_at = may_do(access, schedule, actions), next_moment(tx, schedule, now)
        past = tx.history.of_schedule(schedule_id)
        job = with_published(tx, access, schedule.project_id, job)
        shown = Listed(schedule, job, project.as_of(now), last, *may, skipped, next_at=next_at, past=past)
        return with_absences(tx, [shown], now)[0]


_ALL = {"all", "everything", "all of them", "all mine", "all my schedules", "mine"}
_NUMBERS = re.compile(r"#?\d+(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+)#?\d+)*")
_DIGITS = re.compile(r"\d+")


def _is_named(person: Person, name: str) -> bool:
    wanted, said = name.casefold(), person.name.casefold()
    return said.startswith(wanted) or any(part.startswith(wanted) for part in said.split())


def _by_numbers(numbers: Sequence[int], among: Sequence[Schedule]) -> list[str]:
    """Return the schedules' ids in the order of the numbers. Raises NotFound if one is missing."""
    by_number = {each.number: each.schedule_id for each in among}
    missing = next((each for each in numbers if each not in by_number), None)
    if missing is not None:
        raise NotFound(
            f"I can't find a schedule #{missing}. `/schedule list` shows yours with their numbers."
        )
    return [by_number[each] for each in dict.fromkeys(numbers)]


def _new_end(schedule: Schedule, until: datetime | None) -> datetime:
    """Return the new end of a pause. Raises Conflict if none is given, because it is paused already."""
    if until is not None:
        return until
    by = f"by <@{schedule.paused_by}> " if schedule.paused_by else ""
    ends = f"{by}until somebody resumes it"
    if schedule.resumes_at is not None:
        ends = f"{by}until {say_moment(schedule.resumes_at, zone_of(schedule.when))}"
    raise Conflict(
        f"It is paused already, {ends}. To change that: `/schedule pause #{schedule.number} until Friday`."
    )


def _check_there_is_a_next(tx: Transaction, schedule: Schedule, now: datetime) -> None:
    """Raise Conflict if only the last run is to come, which can be skipped but not paused."""
    if schedule.state is ScheduleState.ENDED and next_moment(tx, schedule, now) is not None:
        raise Conflict(
            "Its last run is about to start, so there is nothing to pause. To cancel that run, "
            f"skip it: `/schedule skip #{schedule.number}`."
        )
