"""Jobs that become paused, broken or gone in Airflow, or run again: who is told, and once only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from bot.domain.alert_rule import AlertEvent, Happening
from bot.domain.announcement import JobChanged, OfSchedule
from bot.domain.errors import Conflict
from bot.domain.job import GONE, Trouble, job_reference
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.schedule import ScheduleState
from bot.language.marks import strong
from bot.rules.absences import reached
from bot.rules.alert_routing import Routing
from bot.rules.late import put_in_group, tell_late
from bot.rules.planned import next_moments
from bot.rules.project_pauses import rests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.domain.alert_rule import Hearing
    from bot.domain.job import Job, JobKey, TroubleChange
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction

MOST_NAMED = 10
"""The number of schedules that one message names."""


@dataclass(frozen=True, slots=True)
class _Word:
    """What is told of one job in one place."""

    place: Place
    subject: str
    heard: Hearing
    told: JobChanged


def check_startable(job: Job) -> None:
    """Raise Conflict if Airflow lets nobody start the job."""
    if job.forbids_manual_runs:
        raise Conflict(
            f"Airflow lets only its own schedule start {strong(job.title)} (`allowed_run_types`), so it "
            "cannot be run or scheduled from here. Whoever looks after it in Airflow can allow that."
        )


def announce(tx: Transaction, changes: Iterable[TroubleChange], now: datetime, *, by: str = "") -> None:
    """Tell people once that a job's trouble began or is over: owners, and where their schedules report.

    `by` is the Slack id of the person who paused or resumed the job in Slack.
    """
    found: list[_Word] = []
    for change in changes:
        job = tx.jobs.get(change.key)
        if job is None:
            continue
        kept = tx.schedules.of_job_anywhere(change.key)
        if change.after is None:
            concerned = [each for each in kept if _goes_on_or_may(each)]
        else:
            concerned = [each for each in kept if each.state is ScheduleState.ACTIVE]
            for each in concerned:
                is_first_word(tx, each, job, now)
        found += _words(tx, job, concerned, now, by)
    # Groups are locked in the order of their places, whichever jobs are told of there.
    for word in sorted(found, key=lambda each: (each.place.workspace_id, each.place.channel_id)):
        _tell(tx, word, now)


def is_first_word(tx: Transaction, schedule: Schedule, job: Job, now: datetime) -> bool:
    """Note that people hear of the job's present trouble; return False if it was noted before."""
    since = "" if job.trouble_since is None else job.trouble_since.isoformat()
    request = f"{job.trouble} {schedule.schedule_id} {since}"
    return tx.deliveries.first_time(schedule.place.workspace_id, request, at=now)


def check_is_in_airflow(tx: Transaction, schedule: Schedule) -> None:
    """Raise Conflict for a job that Airflow does not have: the schedule would only be suspended again."""
    job = tx.jobs.within(schedule.project_id, schedule.key)
    if job is None or job.is_gone:
        title = job.title if job else schedule.key.dag_id
        raise Conflict(
            f"{title} is no longer in Airflow, so nothing would run. Resume "
            "it once it is back; if it was renamed, delete this schedule and make one for the new job."
        )


def _goes_on_or_may(schedule: Schedule) -> bool:
    suspended = schedule.state is ScheduleState.SUSPENDED and schedule.reason == GONE
    return suspended or schedule.state is ScheduleState.ACTIVE


def _words(
    tx: Transaction, job: Job, schedules: Iterable[Schedule], now: datetime, by: str
) -> Iterator[_Word]:
    """Yield what is told in each place and project, in the project's words for the job.

    If Airflow cannot load the job, the projects that share it hear as well, because the job's own schedule in
    Airflow rests too. While a project is paused, its messages wait for the end.
    """
    concerned: dict[tuple[Place, int], list[Schedule]] = {}
    at: dict[Place, Hearing] = {}
    routing = Routing(tx, now)
    for each in schedules:
        owner = Place(each.place.workspace_id, each.owner_id)
        owners = tuple(reached(tx, owner, each.project_id, each.key, now))
        about = (owner.workspace_id, each.project_id, each.key, each.place, owners)
        for place, heard in routing.hearings(Happening(AlertEvent.BROKEN, *about)).items():
            concerned.setdefault((place, each.project_id), []).append(each)
            at[place] = heard
    if job.trouble is Trouble.BROKEN:
        for project, reports_to in tx.shares.projects_with(job.key):
            of = (project.workspace_id, project.project_id, job.key, reports_to)
            for place, heard in routing.hearings(
                Happening(AlertEvent.BROKEN, *of, is_elsewhere=True)
            ).items():
                concerned.setdefault((place, project.project_id), [])
                at.setdefault(place, heard)
    for (place, project_id), found in sorted(
        concerned.items(), key=lambda each: (each[0][0].channel_id, each[0][1])
    ):
        here = tx.jobs.within(project_id, job.key) or job
        reference = job_reference(project_id, job.key) if found else ""
        shown = found[:MOST_NAMED]
        coming = next_moments(tx, shown, now)
        named = tuple(OfSchedule.of(each, here.title, next_at=coming[each.schedule_id]) for each in shown)
        error = here.import_error if here.trouble is Trouble.BROKEN else ""
        told = JobChanged(
            here.title,
            here.trouble,
            here.why_it_does_not_run,
            named,
            len(found),
            reference=reference,
            by=by,
            error=error,
        )
        heard, pause = at[place], rests(tx, project_id, now)
        if pause is not None:
            heard = replace(heard, at=max(heard.at, pause.ends_at))
        yield _Word(place, _subject(project_id, job.key), heard, told)


def _tell(tx: Transaction, word: _Word, now: datetime) -> None:
    """Queue it, together with what is told of other jobs there.

    What is over before anybody was told of it is told to nobody.
    """
    place, subject = word.place, word.subject
    group = tx.late_groups.telling_of(place, subject)
    was_unsaid = tx.outbox.take_back_words(place, subject)
    is_over = word.told.trouble is None
    if is_over and group is not None and tx.outbox.is_heard(group.group_id, place):
        put_in_group(tx, group, (subject, word.heard, word.told), now)
    elif not (is_over and was_unsaid):
        tell_late(tx, NoticeKind.WORDS, {place: (subject, word.heard, word.told)}, now)


def _subject(project_id: int, key: JobKey) -> str:
    """Return what finds the messages about a job's trouble in a project, as long as an id may be."""
    return blake2b(f"{project_id} {key.deployment} {key.dag_id}".encode(), digest_size=12).hexdigest()
