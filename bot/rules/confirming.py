"""A draft that waits for an answer, and what it becomes: a schedule, or a firing that is due now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.announcement import Touch
from bot.domain.errors import Conflict, NotFound, ScheduledMeanwhile
from bot.domain.firing import Firing
from bot.domain.identity import new_id
from bot.domain.rights import Action
from bot.domain.schedule import Policies, Schedule, ScheduleState
from bot.domain.when import next_after
from bot.language.inputs import all_worked_out
from bot.language.say import say, say_moment
from bot.rules.access import Access
from bot.rules.change_notices import tell_of_change
from bot.rules.job_trouble import check_startable
from bot.rules.likeness import like_schedule
from bot.rules.locking import audit, job_and_project
from bot.rules.not_found import NO_SUCH_PREVIEW
from bot.rules.planned import first_moment
from bot.rules.quota import check_runs, check_schedules

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.draft import Draft
    from bot.domain.job import Job
    from bot.domain.limits import Limits
    from bot.domain.project import Place, Project
    from bot.domain.when import When
    from bot.rules.access import Asker
    from storage.transaction import Transaction

DRAFT_LIFE = timedelta(hours=1)
FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a draft. `schedule` is None for a run-now, `is_change` marks one that existed before."""

    job: Job
    place: Place
    schedule: Schedule | None
    is_change: bool = False
    next_at: datetime | None = None
    """When the schedule runs next."""


def schedule_it(
    tx: Transaction, asker: Asker, draft: Draft, when: When, *, limits: Limits, now: datetime, another: bool
) -> Confirmed:
    """Write the schedule that a draft describes, and settle the draft.

    Raises Conflict when its time has passed or a limit is reached, and ScheduledMeanwhile when a schedule
    like it was made since the draft, unless `another` is wanted.
    """
    job, project = job_and_project(tx, draft.key, draft.project_id)
    check_startable(job)
    first = next_after(when, now)
    if first is None:
        raise Conflict("That time has passed. Type the command again with a later one.")
    check_schedules(tx, asker.person, draft.project_id, limits)
    number = tx.schedules.next_number(draft.place.workspace_id)  # two presses wait for each other here
    if not another:
        _check_unlike(tx, draft)
    policies = draft.policies or Policies()
    schedule = Schedule(
        schedule_id=new_id(),
        number=number,
        key=draft.key,
        inputs=draft.inputs,
        when=when,
        project_id=draft.project_id,
        owner_id=draft.person_id,
        place=draft.place,
        state=ScheduleState.ACTIVE,
        reason="",
        next_due_at=first,
        missed=policies.missed,
        overlap=policies.overlap,
        nickname=policies.nickname,
        grace=policies.grace,
        most_failures=policies.most_failures,
    )
    tx.schedules.add(schedule, at=now)
    tx.drafts.end(draft.draft_id, "confirmed", became=schedule.schedule_id)
    usual = Policies().facts()
    unusual = {name: fact for name, fact in policies.facts().items() if fact != usual[name]}
    facts = {"state": schedule.state, "when": say(when), "reports_to": draft.place.channel_id, **unusual}
    audit(tx, asker, "schedule.create", schedule, now, before={}, after=facts)
    tell_of_change(tx, schedule, Touch.SCHEDULED, by=draft.person_id, now=now, known=(job, project))
    return Confirmed(job, draft.place, schedule, next_at=first_moment(schedule, project.pause, now))


def run_it(tx: Transaction, asker: Asker, draft: Draft, *, limits: Limits, now: datetime) -> Confirmed:
    """Write a firing that is due now. Raises Conflict if the job is paused or a limit is reached."""
    job, project = job_and_project(tx, draft.key, draft.project_id)
    check_startable(job)
    _check_was_asked(project, draft, now)
    if job.is_paused:
        may_resume = Action.PAUSE in Access(tx, asker.person).actions(draft.project_id, draft.key)
        way_on = "You can resume it for everyone first." if may_resume else "A manager can resume it."
        raise Conflict(
            f"{job.title} is paused in Airflow, so nothing would happen. {way_on}",
            example=f"resume job {job.title.lower()}" if may_resume else "",
        )
    check_runs(tx, asker.person, limits, now)
    firing = Firing(
        firing_id=new_id(),
        schedule_id=None,
        due_at=now,
        key=draft.key,
        inputs=all_worked_out(draft.inputs, now, asker.person.tz),
        project_id=draft.project_id,
        person_id=draft.person_id,
        place=draft.place,
    )
    tx.firings.add(firing, act_at=now, at=now, request_id=draft.draft_id)
    tx.drafts.end(draft.draft_id, "confirmed", became=firing.firing_id)
    tx.audit.add(
        asker.person,
        "job.run",
        draft.key.dag_id,
        at=now,
        channel_id=asker.channel_id,
        project_id=draft.project_id,
        after={"firing": firing.firing_id, "inputs": sorted(draft.inputs)},
    )
    return Confirmed(job, draft.place, None)


def _check_was_asked(project: Project, draft: Draft, now: datetime) -> None:
    """Raise Conflict if the project was paused after the preview was drawn, which did not ask about that."""
    pause = project.rests(now)
    if pause is not None and draft.expires_at - DRAFT_LIFE < pause.begins_at:
        ends = say_moment(pause.ends_at, project.tz)
        raise Conflict(
            f"{project.name} was paused a moment ago, until {ends}. "
            "Type the command again to run it all the same."
        )


def _check_unlike(tx: Transaction, draft: Draft) -> None:
    """Raise ScheduledMeanwhile if a schedule like this was made after the preview was drawn."""
    found = like_schedule(tx, draft)
    drawn_at = draft.expires_at - DRAFT_LIFE
    if found is not None and tx.schedules.is_newer(found.schedule_id, than=drawn_at):
        raise ScheduledMeanwhile(
            f"It was scheduled a moment ago, as #{found.number}. Type the command again if "
            "you want another one."
        )


def own_draft(tx: Transaction, asker: Asker, draft_id: str) -> Draft:
    """Return the asker's own draft, locked, whatever has become of it. Raises NotFound."""
    draft = tx.drafts.lock(asker.person.workspace_id, draft_id)
    if draft is None or draft.person_id != asker.person.person_id:
        raise NotFound(NO_SUCH_PREVIEW)
    return draft


def open_draft(tx: Transaction, asker: Asker, draft_id: str, now: datetime) -> Draft:
    """Return the asker's own draft that waits for an answer, locked.

    Raises NotFound, NotAllowed, and Conflict if it waits no longer or is too old.
    """
    draft = own_draft(tx, asker, draft_id)
    _check_open(draft, now)
    action = Action.RUN if draft.when is None else Action.SCHEDULE
    Access(tx, asker.person).require(action, draft.project_id, draft.key)
    return draft


def _check_open(draft: Draft, now: datetime) -> None:
    """Raise Conflict if the draft is confirmed, discarded, too old, or waits for its form."""
    if draft.outcome == "confirmed":
        done = "started" if draft.when is None else "changed" if draft.changes_id else "scheduled"
        raise Conflict(f"That is {done} already. Pressing twice changes nothing.")
    if draft.outcome == "discarded":
        raise Conflict("You discarded that one. Type the command again to start afresh.")
    if draft.expires_at <= now:
        raise Conflict("That preview is over an hour old. Type the command again.")
    if draft.typed is not None:
        raise Conflict("That waits for its form to be filled in. Type the command again.")


def is_fresh(draft: Draft, now: datetime) -> bool:
    """Return whether the preview was shown so lately that a word of agreement is about it."""
    return draft.expires_at - now > DRAFT_LIFE - FRESH
