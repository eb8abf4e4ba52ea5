"""Notices that the workers put into the outbox, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.identity import new_id
from bot.domain.incident import Told, after
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.run import RunState
from bot.domain.telling import DidNotRun, Flaps, NotRetried, OfSchedule, SlackRefused, Withdrawn
from bot.domain.when import zone_of
from bot.rules.absences import reached
from bot.rules.job_trouble import is_first_word
from bot.rules.run_card import job_shown, project_at
from bot.workers.decision import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.firing import Firing
    from bot.domain.notice import Notice
    from bot.domain.run import Run
    from bot.workers.decision import Decision
    from storage.transaction import Transaction

LOOKED_BACK = 100
"""The number of a job's runs that are enough to see whether it has become steady."""
_ENDS = frozenset({RunState.DONE, RunState.FAILED})
_KINDS = {Told.FAILURE: NoticeKind.FAILURE, Told.RECOVERY: NoticeKind.RECOVERY}
MOST_TOLD = 10
"""The number of admins who hear of one refusal."""


def not_run(tx: Transaction, firing: Firing, decision: Decision, now: datetime) -> None:
    """Tell that a firing will not become a run: where it reports, its owner, and managers if it suspends."""
    job = tx.jobs.within(firing.project_id, firing.key)
    schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
    title = job.title if job else firing.key.dag_id
    if decision.tells_once and job and schedule and not is_first_word(tx, schedule, job, now):
        return
    missed = tx.moments.missed_since_last_start(firing) if decision.verdict is Verdict.MISS else 0
    told = DidNotRun(
        title,
        None if schedule is None else OfSchedule.of(schedule, title),
        due_at=firing.due_at,
        reason=decision.said,
        reason_in_shared=decision.reason,
        also_missed=missed,
        remedy=decision.remedy,
    )
    people = set(tx.projects.managers(firing.project_id)) if decision.suspends else set()
    direct = {_direct(firing.place, each) for each in people}
    for place in {firing.place, *_owners(tx, firing, now), *direct}:
        tx.outbox.put_words(place, told, subject=firing.firing_id, send_at=now)


def withdrawn(tx: Transaction, firing: Firing, *, began: bool, ended: bool, now: datetime) -> None:
    """Tell the owner what came of taking a firing back.

    `began` says that it had started; `ended` that it ended by itself before it could be stopped.
    """
    job = tx.jobs.within(firing.project_id, firing.key)
    title = job.title if job else firing.key.dag_id
    told = Withdrawn(title, firing.due_at, _zone(tx, firing), firing.reason, began=began, ended=ended)
    tx.outbox.put_words(_direct(firing.place, firing.person_id), told, subject=firing.firing_id, send_at=now)


def not_retried(tx: Transaction, run: Run, why: str, now: datetime) -> None:
    """Tell, wherever the run has a card, that its failed tasks do not run again, and why."""
    firing = tx.firings.get(run.firing_id) if run.firing_id else None
    for place in tx.outbox.places(run.run_key):
        job = job_shown(tx, run, firing, project_at(tx, place))
        title = job.title if job else run.key.dag_id
        tx.outbox.put_words(place, NotRetried(title, why), subject=run.run_key, send_at=now)


def refused(tx: Transaction, notice: Notice, code: str, now: datetime) -> None:
    """Tell the admins that Slack refused a message, once a day for each channel and reason."""
    place = notice.place
    admins = [each.person_id for each in tx.directory.admins(place.workspace_id)]
    if place.channel_id in admins:
        return
    request = f"refused {place.channel_id} {code} {now:%Y-%m-%d}"
    if tx.deliveries.first_time(place.workspace_id, request, at=now):
        told = SlackRefused(place.channel_id, code)
        for person_id in admins[:MOST_TOLD]:
            tx.outbox.put_words(_direct(place, person_id), told, subject=new_id(), send_at=now)


def ended(tx: Transaction, run: Run, firing: Firing, now: datetime) -> None:
    """Queue a run's card, and the reply that people hear, now that it has ended."""
    places = [firing.place]
    if run.state is RunState.FAILED and firing.schedule_id is not None:
        places += [each for each in _owners(tx, firing, now) if each not in places]
    for place in places:
        if tx.outbox.card(run.run_key, place) is not None or place == firing.place:
            tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
        if run.state is RunState.FAILED:
            tx.outbox.put(place, NoticeKind.FAILURE, run.run_key, send_at=now)
    wanted = firing.schedule_id is None or run.result is not None
    if run.state is RunState.DONE and wanted:
        tx.outbox.put(firing.place, NoticeKind.RESULT, run.run_key, send_at=now)


def ended_elsewhere(tx: Transaction, run: Run, now: datetime) -> None:
    """Queue the first failure or the recovery of a run started in Airflow, where projects report.

    If a job fails and works by turns, that is said once, and then nothing until it is steady.
    """
    if run.state not in _ENDS:
        return
    incident, told = after(tx.runs.ended_lately(run, LOOKED_BACK))
    if told is None:
        return
    for project, place in tx.shares.projects_with(run.key):
        if place is not None and told is Told.FLAPS and incident is not None:
            job = tx.jobs.within(project.project_id, run.key)
            flaps = Flaps(job.title if job else run.key.dag_id, incident.times, incident.began_at)
            tx.outbox.put_words(place, flaps, subject=run.run_key, send_at=now)
        elif place is not None:
            tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
            tx.outbox.put(place, _KINDS[told], run.run_key, send_at=now)


def _owners(tx: Transaction, firing: Firing, now: datetime) -> list[Place]:
    """Return where the owner reads: their direct messages, and those of their stand-in."""
    owner = _direct(firing.place, firing.person_id)
    return reached(tx, owner, firing.project_id, firing.key, now)


def _zone(tx: Transaction, firing: Firing) -> ZoneInfo:
    """Return the zone of the firing's schedule; if that was deleted, of its owner."""
    schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
    if schedule is not None:
        return zone_of(schedule.when)
    owner = tx.directory.person(firing.place.workspace_id, firing.person_id)
    return ZoneInfo("UTC") if owner is None else owner.tz


def _direct(place: Place, person_id: str) -> Place:
    return Place(place.workspace_id, person_id)
