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
from bot.rules.late import redraw_groups, tell_late
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
class _Edit:
    """What replaces a message. `under` is the subject of the message below which that stands."""

    place: Place
    subject: str
    told: JobChanged
    under: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class _Word:
    """What is told of one job in one place, as the people of a project know it."""

    place: Place
    project_id: int
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
    found, edits = list[_Word](), list[_Edit]()
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
        words, righted = _put_right(tx, job, change, _words(tx, job, concerned, now, by), now)
        found += words
        edits += righted
    # Groups are locked in the order of their places, whichever jobs are told of there.
    redraw_groups(tx, {each.place: each.under for each in edits if each.under is not None}, now)
    for word in sorted(found, key=lambda each: (each.place.workspace_id, each.place.channel_id)):
        kind = NoticeKind.WORDS if word.told.trouble is None else NoticeKind.QUESTION
        tell_late(tx, kind, {word.place: (word.subject, word.heard, word.told)}, now)
    for edit in edits:  # after the news, which people wait for
        put = (edit.place, NoticeKind.QUESTION, edit.subject)
        tx.outbox.put(*put, send_at=now, told=edit.told, rule=edit.rule, under=edit.under)


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
            job=name_in_project(project_id, job.key),
        )
        heard, pause = at[place], rests(tx, project_id, now)
        if pause is not None:
            heard = replace(heard, at=max(heard.at, pause.ends_at))
        subject = _subject(project_id, job.key, job.trouble_since)
        yield _Word(place, project_id, subject, heard, told)


def _put_right(
    tx: Transaction, job: Job, change: TroubleChange, words: Iterable[_Word], now: datetime
) -> tuple[list[_Word], list[_Edit]]:
    """Take back what is not said yet of what kept the job from running until now.

    Return the words that are still to be told, and what replaces the messages that were posted. In a group of
    jobs that is all; and that the job can run again is told to nobody who has not heard that it did not.
    """
    if change.before is None:
        return list(words), []
    to_tell, edits = list[_Word](), list[_Edit]()
    of_projects: dict[int, dict[Place, _Word]] = {each: {} for each in _projects_with(tx, job)}
    for each in words:
        of_projects.setdefault(each.project_id, {})[each.place] = each
    for project_id, at in sorted(of_projects.items()):
        subject = _subject(project_id, job.key, change.since)
        unsaid_at = tx.outbox.unsaid_at(subject)
        seen_in = tx.outbox.take_back_question(subject)
        told = JobChanged(
            (tx.jobs.within(project_id, job.key) or job).title,
            *(job.trouble, job.why_it_does_not_run, (), 0),
            reference="",
            by="",
            job=name_in_project(project_id, job.key),
            before=change.before,
            over_at=now,
        )
        knows = unsaid_at - seen_in.keys()
        for place, under in seen_in.items():
            rule = at[place].heard.rule if place in at else ""
            group = None if under is None else tx.late_groups.get(under)
            if group is None:
                edits.append(_Edit(place, subject, told, under, rule))
                continue
            knows.add(place)
            shown = at[place].told if place in at else replace(told, before=None)
            if change.after is not None and place in at:  # the new reason has a message of its own
                shown = replace(shown, before=change.before, over_at=now)
            edits.append(_Edit(place, subject, shown, under, rule))
        to_tell += [each for place, each in at.items() if change.after is not None or place not in knows]
    return to_tell, edits


def _projects_with(tx: Transaction, job: Job) -> set[int]:
    return {project.project_id for project, _ in tx.shares.projects_with(job.key)}


def name_in_project(project_id: int, key: JobKey) -> str:
    """Return what all messages about a job in a project have in common, as long as an id may be."""
    return _hashed(f"{project_id} {key.deployment} {key.dag_id}")


def _subject(project_id: int, key: JobKey, since: datetime | None) -> str:
    """Return what finds the messages about what has kept a job from running since then."""
    began = "" if since is None else f"{since.timestamp():.6f}"
    return _hashed(f"{project_id} {key.deployment} {key.dag_id} {began}")


def _hashed(words: str) -> str:
    return blake2b(words.encode(), digest_size=12).hexdigest()
