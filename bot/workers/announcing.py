"""Notices that the workers put into the outbox, and for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.alert_rule import AlertEvent, Happening
from bot.domain.announcement import DidNotRun, FailedAgain, NotRetried, OfSchedule, Withdrawn
from bot.domain.identity import new_id
from bot.domain.incident import AIRFLOWS_OWN, BY_HAND
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.refused import SlackRefused
from bot.domain.run import RunState
from bot.domain.when import zone_of
from bot.rules import incidents
from bot.rules.absences import reached
from bot.rules.alert_routing import Routing, of_airflow, of_firing
from bot.rules.alerting import close_last, put_card, tell_ends, tell_failures, tell_recoveries
from bot.rules.incidents import over
from bot.rules.job_trouble import is_first_word
from bot.rules.late import tell_late
from bot.rules.result_files import put_file
from bot.rules.run_card import job_shown, project_at
from bot.workers.decision import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.firing import Firing
    from bot.domain.run import Run
    from bot.rules.incidents import Change
    from bot.workers.decision import Decision
    from storage.transaction import Transaction

STILL_SEEN = timedelta(minutes=1)
"""How long after its card was posted a run's end is only an edit, because people still look at the card."""
MOST_TOLD = 10
"""The number of admins who hear of one refusal."""


def not_run(tx: Transaction, firing: Firing, decision: Decision, now: datetime) -> None:
    """Tell that a firing will not become a run, wherever the alert rules say so."""
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
        firing_id=firing.firing_id,
    )
    event = AlertEvent.SUSPENDED if decision.suspends else AlertEvent.MISSED
    hearings = Routing(tx, now).hearings(of_firing(tx, event, firing, now))
    if decision.suspends:
        for place, heard in hearings.items():
            tx.outbox.put_words(place, told, subject=firing.firing_id, send_at=heard.at, rule=heard.rule)
        return
    missed_at = {place: (firing.firing_id, heard, told) for place, heard in hearings.items()}
    tell_late(tx, NoticeKind.WORDS, missed_at, now)


def withdrawn(tx: Transaction, firing: Firing, *, began: bool, ended: bool, now: datetime) -> None:
    """Tell the owner what came of taking a firing back.

    `began` says that it had started; `ended` that it ended by itself before it could be stopped.
    """
    job = tx.jobs.within(firing.project_id, firing.key)
    title = job.title if job else firing.key.dag_id
    told = Withdrawn(title, firing.due_at, zone_for(tx, firing), firing.reason, began=began, ended=ended)
    tx.outbox.put_words(_direct(firing.place, firing.person_id), told, subject=firing.firing_id, send_at=now)


def not_retried(tx: Transaction, run: Run, why: str, now: datetime) -> None:
    """Tell, wherever the run has a card, that its failed tasks do not run again, and why."""
    firing = tx.firings.get(run.firing_id) if run.firing_id else None
    for place in tx.outbox.places(run.run_key):
        job = job_shown(tx, run, firing, project_at(tx, place))
        title = job.title if job else run.key.dag_id
        tx.outbox.put_words(place, NotRetried(title, why), subject=run.run_key, send_at=now)


def refused(tx: Transaction, place: Place, code: str, now: datetime) -> None:
    """Tell the admins that Slack refused a message, once a day for each place and reason."""
    everyone = [each.person_id for each in tx.directory.admins(place.workspace_id)]
    admins = [each for each in everyone if each != place.channel_id]
    request = f"refused {now:%Y-%m-%d} {place.channel_id} {code}"
    if tx.deliveries.first_time(place.workspace_id, request, at=now):
        told = SlackRefused(place.channel_id, code)
        for person_id in admins[:MOST_TOLD]:
            tx.outbox.put_words(_direct(place, person_id), told, subject=new_id(), send_at=now)


def ended(tx: Transaction, run: Run, firing: Firing, now: datetime, *, retried_by: str | None = None) -> None:
    """Queue the card of a run that Runbell started and that has ended, and what people hear of it.

    `retried_by` is who had pressed Retry on it before it ended.
    """
    source, routing = firing.schedule_id or BY_HAND, Routing(tx, now)
    if run.state is RunState.FAILED:
        happening = of_firing(tx, AlertEvent.FAILURE, firing, now)
        changes = incidents.failed(tx, run, happening, source=source, routing=routing, now=now)
        _tell_failures(tx, changes, run, cards_at=[firing.place], retried_by=retried_by, now=now)
        if all(each.incident.of.place != firing.place for each in changes):
            put_card(tx, run, firing, routing, now)
            tx.outbox.hasten(firing.place, run.run_key, send_at=now)
        return
    changes = []
    if run.state is RunState.DONE:
        changes = incidents.worked(tx, run, project_id=firing.project_id, source=source)
    is_new = not tx.outbox.is_heard(run.run_key, firing.place)
    heard = tell_recoveries(tx, changes, routing, now)  # it locks storms, so before anything is queued
    put_card(tx, run, firing, routing, now)
    tx.outbox.hasten(firing.place, run.run_key, send_at=now)
    if run.state is RunState.DONE:
        _tell_success(tx, run, of_firing(tx, AlertEvent.SUCCESS, firing, now), routing, now)
    for place in tx.outbox.places(run.run_key):
        tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
    if is_new and firing.place in heard and run.result is None:
        tx.outbox.drop_waiting_card(run.run_key, firing.place)  # that it works again says as much
    wanted = run.state is RunState.DONE and (firing.schedule_id is None or run.result is not None)
    if wanted and not is_new and firing.place not in heard and _was_long_ago(tx, run, firing.place, now):
        tx.outbox.put(firing.place, NoticeKind.RESULT, run.run_key, send_at=now)
    put_file(tx, run, now)


def ended_elsewhere(tx: Transaction, run: Run, now: datetime, *, retried_by: str | None = None) -> None:
    """Queue the first failure and the recovery of a run started in Airflow, where projects report."""
    routing, shared = Routing(tx, now), tx.shares.projects_with(run.key)
    if run.state is RunState.FAILED:
        changes = [
            change
            for project, place in shared
            for change in incidents.failed(
                tx,
                run,
                of_airflow(AlertEvent.FAILURE, project, run.key, place),
                source=AIRFLOWS_OWN,
                routing=routing,
                now=now,
            )
        ]
        places = [place for _, place in shared if place is not None]
        _tell_failures(tx, changes, run, cards_at=places, retried_by=retried_by, now=now)
    elif run.state is RunState.DONE:
        changes = incidents.worked(tx, run, project_id=None, source=AIRFLOWS_OWN)
        tell_recoveries(tx, changes, routing, now)
        for place in tx.outbox.places(run.run_key):
            tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
        for project, reports_to in shared:
            done = of_airflow(AlertEvent.SUCCESS, project, run.key, reports_to)
            _tell_success(tx, run, done, routing, now)
        put_file(tx, run, now)


def calmed(tx: Transaction, now: datetime) -> None:
    """Close what no coming run can mend, and storms in which nothing has failed for long."""
    close_last(tx, now)
    quiet = [each for each in tx.incidents.open_storms() if each.is_quiet(now)]
    tell_ends(tx, [over(tx, each.place, now) for each in quiet], now)


def _tell_failures(
    tx: Transaction,
    changes: list[Change],
    run: Run,
    *,
    cards_at: list[Place],
    retried_by: str | None,
    now: datetime,
) -> None:
    again = None
    if retried_by is not None and changes:
        job = tx.jobs.within(changes[0].incident.of.project_id, run.key)
        failure = run.failure
        again = FailedAgain(
            job.title if job else run.key.dag_id,
            retried_by,
            failure.try_number if failure else 1,
            failure.error if failure else "",
        )
    in_order = sorted(
        changes, key=lambda each: (each.incident.of.place.workspace_id, each.incident.of.place.channel_id)
    )
    in_storms = incidents.in_storms(tx, in_order, now)
    tell_failures(tx, in_storms, run, cards_at=cards_at, now=now, again=again)


def _tell_success(tx: Transaction, run: Run, happening: Happening, routing: Routing, now: datetime) -> None:
    """Post the run's card where a rule asks for good runs that have no card there yet."""
    shown_at = None if happening.is_elsewhere else happening.reports_to
    for place, route in routing.routes(happening).items():
        if place != shown_at and route.speaks:
            tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)


def _was_long_ago(tx: Transaction, run: Run, place: Place, now: datetime) -> bool:
    """Return whether the card may have scrolled out of sight, so that an edit would not be noticed."""
    posted_at = tx.outbox.posted_at(run.run_key, place)
    return posted_at is None or now - posted_at > STILL_SEEN


def _owners(tx: Transaction, firing: Firing, now: datetime) -> list[Place]:
    """Return where the owner reads: their direct messages, and those of their stand-in."""
    owner = _direct(firing.place, firing.person_id)
    return reached(tx, owner, firing.project_id, firing.key, now)


def zone_for(tx: Transaction, firing: Firing) -> ZoneInfo:
    """Return the zone of the firing's schedule; if that was deleted, of its owner."""
    schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
    if schedule is not None:
        return zone_of(schedule.when)
    owner = tx.directory.person(firing.place.workspace_id, firing.person_id)
    return ZoneInfo("UTC") if owner is None else owner.tz


def _direct(place: Place, person_id: str) -> Place:
    return Place(place.workspace_id, person_id)
