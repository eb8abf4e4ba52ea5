"""Failures that nobody has claimed in time: another place hears of them, or a pager does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.escalation import Page, PagerEvent, Signal
from bot.domain.identity import new_id
from bot.domain.incident import Told
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.rules.absences import may_see
from bot.rules.alerting import redraw, tell_failures
from bot.rules.incidents import Change, in_storms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.escalation import Escalation
    from bot.domain.incident import Incident
    from bot.domain.ports import Airflow
    from storage.transaction import Transaction

_RANK = {None: 0, Signal.TRIGGER: 1, Signal.ACKNOWLEDGE: 2, Signal.RESOLVE: 3}


def overdue(tx: Transaction, now: datetime) -> list[tuple[str, Escalation]]:
    """Return the ids of failures that have gone unclaimed for as long as their projects say, oldest first.

    Whoever releases a claim begins that time anew.
    """
    return [
        (found.incident_id, escalation)
        for found, escalation in tx.pages.unclaimed()
        if now - found.unclaimed_since >= escalation.after and not (found.is_unsaid or found.is_muted(now))
    ]


def escalate(tx: Transaction, incident_id: str, escalation: Escalation, now: datetime) -> None:
    """Escalate the failure, unless somebody has claimed it or another process was quicker.

    What fails in several places, as in a channel and in the owner's direct messages, is escalated once.
    """
    found = tx.incidents.get(incident_id)
    if found is None:
        return
    together = tx.incidents.lock([*tx.incidents.siblings([found]), incident_id])
    first = next((each for each in together if each.incident_id == incident_id), None)
    if first is None or any(each.claimed_by or each.escalated_at or each.ended_at for each in together):
        return
    told = [replace(each, escalated_at=now) for each in together]
    for each in told:
        tx.incidents.keep(each)
    if escalation.pager:
        workspace_id, project_id = first.of.place.workspace_id, first.of.project_id
        tx.pages.add(Page(new_id(), incident_id, workspace_id, project_id, escalation.pager), at=now)
    if escalation.place_id:  # it locks storms, so before anything is queued
        _tell(tx, first, escalation.place_id, {each.of.place: each for each in together}, now)
    redraw(tx, told, now)


def _tell(
    tx: Transaction, first: Incident, place_id: str, known: Mapping[Place, Incident], now: datetime
) -> None:
    """Let another place hear of the incident, as if it had failed there: it is claimed and mended with it.

    A place that had heard of it before somebody claimed and released it hears of it once more.
    """
    place = Place(first.of.place.workspace_id, _reader(tx, first, place_id))
    run = tx.runs.get(first.last_run)
    if place in known and first.released_at is not None:
        tx.outbox.forget_card(known[place].incident_id, place)
        tx.outbox.put(place, NoticeKind.INCIDENT, known[place].incident_id, send_at=now)
    if run is None or place in known:
        return
    there = replace(
        first,
        incident_id=new_id(),
        of=replace(first.of, place=place),
        muted_by=None,
        muted_until=None,
        storm_id=None,
        rule="",
        escalated_at=now,
    )
    if tx.incidents.add(there):
        tx.pages.copy_runs(first.incident_id, there.incident_id)
        changes = in_storms(tx, [Change(there, Told.FAILURE)], now)
        tell_failures(tx, changes, run, cards_at=(), now=now)


def _reader(tx: Transaction, incident: Incident, place_id: str) -> str:
    """Return the place's id; for a person who may not see the job, that of a manager who may."""
    person = tx.directory.person(incident.of.place.workspace_id, place_id)
    project_id, key = incident.of.project_id, incident.of.key
    if person is None or may_see(tx, person, project_id, key):
        return place_id
    for each in tx.projects.managers(project_id):
        manager = tx.directory.person(person.workspace_id, each)
        if manager is not None and may_see(tx, manager, project_id, key):
            return each
    return incident.of.place.channel_id


def event_of(tx: Transaction, page: Page, airflows: Mapping[str, Airflow]) -> PagerEvent | None:
    """Return what the pager is to be told now. None if it knows all.

    A pager that was told nothing yet need not hear that somebody has claimed it, or that it works again;
    one that may have been told, because an answer was lost, must.
    """
    incident = tx.incidents.get(page.incident_id)
    wanted = _wanted(incident)
    if _RANK[wanted] <= _RANK[page.signalled]:
        return None
    was_told_nothing = page.signalled is None and not page.attempts
    if was_told_nothing and wanted is not Signal.TRIGGER:
        return None
    if incident is None or wanted is not Signal.TRIGGER:
        return PagerEvent(wanted, page.dedup_key)
    of, run = incident.of, tx.runs.get(incident.last_run)
    job, project = tx.jobs.within(of.project_id, of.key), tx.projects.get(of.project_id)
    count = tx.incidents.counts([incident.incident_id]).get(incident.incident_id, 1)
    title = job.title if job else of.key.dag_id
    times = "failed" if count == 1 else f"failed {count} times"
    return PagerEvent(
        wanted,
        page.dedup_key,
        summary=f"{title} {times}, and nobody has claimed it",
        source="Runbell",
        component=of.key.dag_id,
        group=project.name if project else "",
        at=incident.failed_at,
        link=airflows[of.key.deployment].run_url(of.key.dag_id, run.run_id) if run else "",
    )


def is_over(tx: Transaction, page: Page) -> bool:
    """Return whether there will be nothing more to tell of the page."""
    return _wanted(tx.incidents.get(page.incident_id)) is Signal.RESOLVE


def _wanted(incident: Incident | None) -> Signal:
    """Return what the pager should know of the incident; one that is forgotten is over."""
    if incident is None or incident.ended_at is not None:
        return Signal.RESOLVE
    return Signal.TRIGGER if incident.claimed_by is None else Signal.ACKNOWLEDGE
