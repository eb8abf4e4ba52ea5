"""Incidents after runs that failed or worked: what changes in each place, and how that is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.alert_rule import AlertEvent, How
from bot.domain.identity import new_id
from bot.domain.incident import Ending, IncidentKey, Told, after_failure, after_success, begun
from bot.domain.storm import WITHIN, Storm, begins_with

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from bot.domain.alert_rule import Happening, Route
    from bot.domain.incident import Incident
    from bot.domain.job import JobKey
    from bot.domain.project import Place
    from bot.domain.run import Run
    from bot.rules.alert_routing import Routing
    from storage.transaction import Transaction


_SAID = frozenset({Told.FAILURE, Told.FLAPS})
"""What people are notified of, when it is about a failure."""


@dataclass(frozen=True, slots=True)
class Change:
    """An incident as it is now. `is_new` says that its run was not counted before."""

    incident: Incident
    told: Told | None
    is_new: bool = True


def failed(
    tx: Transaction,
    run: Run,
    happening: Happening,
    *,
    source: str,
    routing: Routing,
    now: datetime,
) -> list[Change]:
    """Write that a run failed, in the places that hear of it and wherever its job or schedule fails already.

    Return what changed in each place.
    """
    project_id = happening.project_id
    routes = routing.routes(happening)
    known = {each.of.place: each for each in tx.incidents.lock_open(project_id, run.key, source)}
    wanted = sorted({*known, *routes}, key=lambda place: (place.workspace_id, place.channel_id))
    changes = []
    for place in wanted:
        of = IncidentKey(place, project_id, run.key, source)
        change = _failed_in(tx, run, of, known.get(place), now)
        route = routes.get(place) or routing.of_incident(AlertEvent.FAILURE, change.incident)
        changes.append(by_rule(tx, change, route))
    return changes


def by_rule(tx: Transaction, change: Change, route: Route | None) -> Change:
    """Return the change as the place's rule lets it be told; what the rule holds back is noted."""
    incident, told = change.incident, change.told
    if route is None:  # no rule of the place is about it any more: what stands there is kept up to date
        return replace(change, told=Told.AGAIN if told in _SAID else told)
    how, is_new = route.rule.how, change.is_new
    failures = tx.incidents.counts([incident.incident_id]).get(incident.incident_id, 1)
    if not route.speaks_at(failures):
        unsaid = replace(incident, rule=route.rule.reference, is_unsaid=incident.is_unsaid or told in _SAID)
        change = replace(change, incident=unsaid, told=Told.AGAIN if told in _SAID else told)
    elif told in _SAID or incident.is_unsaid or (how is How.EACH and told is Told.AGAIN and is_new):
        said = replace(incident, rule=route.rule.reference, is_unsaid=False)
        change = replace(change, incident=said, told=told if told in _SAID else Told.FAILURE)
    if change.incident != incident:
        tx.incidents.keep(change.incident)
    return change


def worked(tx: Transaction, run: Run, *, project_id: int | None, source: str) -> list[Change]:
    """Write that a run was good; return what changed in each place.

    `project_id` None means in whichever project its job has failed.
    """
    changes = []
    for before in tx.incidents.lock_open(project_id, run.key, source):
        is_of_it = tx.incidents.has_run(before.incident_id, run.run_key)
        is_all_mended = is_of_it and not tx.incidents.is_any_failed(before.incident_id, but=run.run_key)
        after, told = after_success(before, run, is_of_it=is_of_it, is_all_mended=is_all_mended)
        # A good run may change nothing yet, such as one of two failed runs that a retry has mended.
        if after != before:
            tx.incidents.keep(after)
            changes.append(Change(after, told, is_new=not is_of_it))
    return changes


def closed(tx: Transaction, project_id: int, key: JobKey, source: str, now: datetime) -> list[Incident]:
    """End the incidents of a schedule that was deleted, in every place, and return them."""
    return _ended(tx, tx.incidents.lock_open(project_id, key, source), Ending.DELETED, now)


def closed_last(tx: Transaction, incident_ids: Collection[str], now: datetime) -> list[Incident]:
    """End these incidents, which no coming run can mend, and return those that were open."""
    open_ones = [each for each in tx.incidents.lock(incident_ids) if each.ended_at is None]
    return _ended(tx, open_ones, Ending.LAST, now)


def _ended(tx: Transaction, open_ones: Iterable[Incident], ending: Ending, now: datetime) -> list[Incident]:
    ended = [replace(each, ended_at=now, ending=ending) for each in open_ones]
    for each in ended:
        tx.incidents.keep(each)
    return ended


def in_storms(tx: Transaction, changes: Iterable[Change], now: datetime) -> list[Change]:
    """Add what begins to fail to storms, if there is much of it. Storms are locked after incidents."""
    return [replace(each, incident=_in_storm(tx, each, now)) for each in changes]


def _failed_in(tx: Transaction, run: Run, of: IncidentKey, before: Incident | None, now: datetime) -> Change:
    last = before or tx.incidents.last(of)
    if before is None and (last is None or not last.is_muted_beyond_its_end(now)):
        new, told = begun(of, run, new_id(), last)
        if tx.incidents.add(new):
            return Change(new, told)
        # The insert waited until another process had committed its own, so that is found now, and locked.
        before = next(
            each for each in tx.incidents.lock_open(of.project_id, of.key, of.source) if each.of == of
        )
    # A mute outlasts its incident: what fails within it is counted there, so that nobody hears of it.
    elif before is None and last is not None:
        (before,) = tx.incidents.lock([last.incident_id])
    assert before is not None
    after, again = after_failure(before, run, now)
    is_new = not tx.incidents.has_run(before.incident_id, run.run_key)
    tx.incidents.keep(after)
    tx.incidents.add_run(after.incident_id, run.run_key)
    return Change(after, again, is_new=is_new)


def _in_storm(tx: Transaction, change: Change, now: datetime) -> Incident:
    incident = change.incident
    if incident.is_muted(now):
        return incident
    storm = tx.incidents.lock_storm_at(incident.of.place)
    begins = change.told in _SAID and change.incident.ended_at is None
    if storm is None and begins:
        storm = _begin_storm(tx, incident, now)
    if storm is None or not (begins or incident.storm_id == storm.storm_id):
        return incident
    tx.incidents.keep_storm(replace(storm, failed_at=now))
    if incident.storm_id != storm.storm_id:
        tx.incidents.join_storm([incident.incident_id], storm.storm_id)
    return replace(incident, storm_id=storm.storm_id)


def _begin_storm(tx: Transaction, incident: Incident, now: datetime) -> Storm | None:
    place = incident.of.place
    lately = [
        each
        for each in tx.incidents.begun_since(place, incident.began_at - WITHIN)
        if not (each.is_muted(now) or each.is_unsaid)
    ]
    if len(lately) < begins_with(place):
        return None
    storm = Storm(new_id(), place, began_at=min(each.began_at for each in lately), failed_at=now)
    # Two failures at once may both be the last that it takes; the unique key lets one begin the storm.
    if not tx.incidents.add_storm(storm):
        return tx.incidents.lock_storm_at(place)
    # What works again stays a message of its own: it has nothing left to claim.
    open_ones = [each.incident_id for each in lately if each.ended_at is None]
    tx.incidents.join_storm(open_ones, storm.storm_id)
    return storm


def is_weathered(tx: Transaction, storm_id: str) -> bool:
    """Return whether everything in the storm works again."""
    return all(each.ended_at is not None for each in tx.incidents.in_storm(storm_id))


def over(tx: Transaction, place: Place, now: datetime) -> Storm | None:
    """End the place's storm and return it, if everything works again or nothing failed for long.

    Else return None.
    """
    storm = tx.incidents.lock_storm_at(place)
    if storm is None or not (storm.is_quiet(now) or is_weathered(tx, storm.storm_id)):
        return None
    ended = replace(storm, ended_at=now)
    tx.incidents.keep_storm(ended)
    return ended
