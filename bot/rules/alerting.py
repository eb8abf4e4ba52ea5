"""What people hear of incidents: which messages are posted, and which are edited."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.alert_rule import AlertEvent
from bot.domain.incident import CLOSED_AFTER, Told
from bot.domain.notice import NoticeKind
from bot.rules.incidents import closed, closed_last, over
from bot.rules.project_pauses import held_until

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from bot.domain.announcement import FailedAgain
    from bot.domain.firing import Firing
    from bot.domain.incident import Incident
    from bot.domain.project import Place
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule
    from bot.domain.storm import Storm
    from bot.rules.alert_routing import Routing
    from bot.rules.incidents import Change
    from storage.transaction import Transaction

CLOSED_AT_ONCE = 100
EDITED_AFTER = timedelta(seconds=5)
"""What one run after the other changes is edited once for several: Slack takes 50 edits a minute."""


def tell_failures(
    tx: Transaction,
    changes: Iterable[Change],
    run: Run,
    *,
    cards_at: Collection[Place],
    now: datetime,
    again: FailedAgain | None = None,
) -> None:
    """Queue what people hear of a run that has failed, and the edits of what stands.

    `cards_at` is where runs have cards; elsewhere only the incident's own message is posted. `again` is what
    is said to whoever had pressed Retry; None if nobody had.
    """
    for change in changes:
        incident, place = change.incident, change.incident.of.place
        if change.told in {Told.FAILURE, Told.FLAPS} and not incident.is_muted(now):
            _tell_failure(tx, incident, run, has_card=place in cards_at, now=now)
        else:
            _tell_again(tx, change, run, has_card=place in cards_at, now=now)
        if again is not None and not change.is_new:
            tx.outbox.put(place, NoticeKind.AGAIN, incident.incident_id, send_at=now, told=again)


def tell_recoveries(
    tx: Transaction, changes: Iterable[Change], routing: Routing, now: datetime
) -> set[Place]:
    """Queue what people hear of jobs that work again; return where it is heard.

    Where the failure was held back, there is nothing to close.
    """
    recovered = [each.incident for each in changes if each.told is Told.RECOVERY]
    in_storms = {each.incident_id: each.of.place for each in recovered if in_open_storm(tx, each)}
    ended = [over(tx, place, now) for place in dict.fromkeys(in_storms.values())]
    heard = set()
    for incident in recovered:
        place = incident.of.place
        redraw(tx, [incident], now)
        is_heard = any(tx.outbox.is_heard(each, place) for each in roots(incident))
        route = routing.of_incident(AlertEvent.RECOVERY, incident)
        is_wanted = route is not None and not (route.is_muted or incident.is_unsaid)
        if is_heard and is_wanted and incident.incident_id not in in_storms:
            at = now if route is None else route.held_until or now
            tx.outbox.put(place, NoticeKind.RECOVERED, incident.incident_id, send_at=at)
            heard.add(place)
    tell_ends(tx, ended, now)
    return heard


def close_deleted(tx: Transaction, schedule: Schedule, now: datetime) -> None:
    """End the incidents of a deleted schedule; edit what told of them, and disturb nobody."""
    _tell_closed(tx, closed(tx, schedule.project_id, schedule.key, schedule.schedule_id, now), now)


def close_last(tx: Transaction, now: datetime) -> None:
    """End the incidents that no coming run can mend; edit what told of them, and disturb nobody."""
    found = tx.incidents.without_next_run(quiet_since=now - CLOSED_AFTER, limit=CLOSED_AT_ONCE)
    if found:
        _tell_closed(tx, closed_last(tx, found, now), now)


def _tell_closed(tx: Transaction, ended: list[Incident], now: datetime) -> None:
    in_storms = [each.of.place for each in ended if in_open_storm(tx, each)]
    over_now = [over(tx, place, now) for place in dict.fromkeys(in_storms)]
    redraw(tx, ended, now)
    tell_ends(tx, over_now, now)


def tell_ends(tx: Transaction, storms: Iterable[Storm | None], now: datetime) -> None:
    """Queue what says that these storms are over."""
    for storm in storms:
        if storm is None:
            continue
        place = storm.place
        tx.outbox.put(place, NoticeKind.STORM, storm.storm_id, send_at=now)
        if tx.outbox.is_heard(storm.storm_id, place):
            tx.outbox.put(place, NoticeKind.STORM_OVER, storm.storm_id, send_at=now)


def redraw(tx: Transaction, incidents: Iterable[Incident], now: datetime, *, is_slow: bool = False) -> None:
    """Edit the messages of these incidents that stand. `is_slow`: once for what comes in the next seconds."""
    at = now + EDITED_AFTER if is_slow else now
    for each in incidents:
        place = each.of.place
        if tx.outbox.is_heard(each.first_run, place):
            tx.outbox.put(place, NoticeKind.CARD, each.first_run, send_at=at)
        if tx.outbox.is_heard(each.incident_id, place):
            tx.outbox.put(place, NoticeKind.INCIDENT, each.incident_id, send_at=at)
        if in_open_storm(tx, each) and each.storm_id is not None:
            tx.outbox.put(place, NoticeKind.STORM, each.storm_id, send_at=at)


def put_card(tx: Transaction, run: Run, firing: Firing, routing: Routing, now: datetime) -> None:
    """Show the run as it is on its card; where none stands, only if the place wants cards of good runs."""
    if tx.outbox.is_heard(run.run_key, firing.place) or routing.shows_card(firing):
        tx.outbox.put(firing.place, NoticeKind.CARD, run.run_key, send_at=now)


def redraw_run(tx: Transaction, run_key: str, now: datetime) -> None:
    """Edit every message that shows the run: its cards, and the messages of its incidents."""
    for place in tx.outbox.places(run_key):
        tx.outbox.put(place, NoticeKind.CARD, run_key, send_at=now)
    of_it = [each for each in tx.incidents.of_run(run_key) if each.last_run == run_key]
    redraw(tx, of_it, now)


def tell_details(tx: Transaction, run_key: str, now: datetime) -> None:
    """Add what was read of an ended run after it had been told; the log goes below the run's cards."""
    redraw_run(tx, run_key, now)
    shown_at = tx.outbox.shown_at(run_key)
    for each in tx.incidents.of_run(run_key):
        if each.of.place in shown_at and not in_open_storm(tx, each):
            tx.outbox.put(each.of.place, NoticeKind.LOG, run_key, send_at=now)


def roots(incident: Incident) -> tuple[str, ...]:
    """Return the subjects under whose message a reply of the incident belongs; the first that is posted."""
    storm = () if incident.storm_id is None else (incident.storm_id,)
    return (incident.first_run, incident.incident_id, *storm)


def in_open_storm(tx: Transaction, incident: Incident) -> bool:
    """Return whether the incident is told in the message of a storm that is not over."""
    storm = None if incident.storm_id is None else tx.incidents.storm(incident.storm_id)
    return storm is not None and storm.ended_at is None


def _tell_failure(tx: Transaction, incident: Incident, run: Run, *, has_card: bool, now: datetime) -> None:
    """Post the card so that people are notified; if it is posted already, edit it and add a reply.

    While its project is paused, what would be heard waits for the end of the pause; an edit does not.
    """
    place = incident.of.place
    stands = tx.outbox.is_heard(run.run_key, place)
    heard_at = held_until(tx, incident, now)
    if in_open_storm(tx, incident):
        _tell_in_storm(tx, incident, run, has_card=has_card, now=heard_at)
        return
    if has_card:
        tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
        tx.outbox.hasten(place, run.run_key, send_at=now)
        if not stands and heard_at > now:
            tx.outbox.put_off(place, run.run_key, until=heard_at)
        if run.failure is not None:
            tx.outbox.put(place, NoticeKind.LOG, run.run_key, send_at=heard_at)
    if incident.first_run != run.run_key:  # it speaks once more
        tx.outbox.forget_card(incident.incident_id, place)
        redraw(tx, [incident], now)
        stands = True
    if stands or not has_card:
        tx.outbox.put(place, NoticeKind.INCIDENT, incident.incident_id, send_at=heard_at)


def _tell_in_storm(tx: Transaction, incident: Incident, run: Run, *, has_card: bool, now: datetime) -> None:
    place, storm_id = incident.of.place, incident.storm_id
    assert storm_id is not None
    is_first = not tx.outbox.is_heard(storm_id, place)
    tx.outbox.put(place, NoticeKind.STORM, storm_id, send_at=now if is_first else now + EDITED_AFTER)
    if has_card:
        tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
        tx.outbox.hasten(place, run.run_key, send_at=now)


def _tell_again(tx: Transaction, change: Change, run: Run, *, has_card: bool, now: datetime) -> None:
    place = change.incident.of.place
    if has_card and not (change.incident.is_unsaid and not tx.outbox.is_heard(run.run_key, place)):
        tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
        tx.outbox.hasten(place, run.run_key, send_at=now)
    redraw(tx, [change.incident], now, is_slow=change.is_new)
