"""Everything that the messages of incidents show, read in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.incident import Alert, Ending
from bot.domain.storm import StormShown
from bot.rules.alert_routing import rules_of
from bot.rules.run_card import run_card, run_cards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.incident import Incident
    from bot.domain.ports import Airflow
    from storage.transaction import Transaction


def alerts_of(
    tx: Transaction, incidents: Sequence[Incident], airflows: Mapping[str, Airflow], now: datetime
) -> list[Alert]:
    """Leave out those whose run or job is gone."""
    counts = tx.incidents.counts([each.incident_id for each in incidents])
    mentions = mentioned_by_rules(tx, incidents)
    found = []
    for each in incidents:
        last = run_card(tx, each.last_run, airflows, each.of.project_id)
        if last is not None:
            count = counts.get(each.incident_id, 1)
            found.append(Alert(each, last, count, now, mentions[each.incident_id]))
    return found


def storm_shown(
    tx: Transaction, storm_id: str, airflows: Mapping[str, Airflow], now: datetime
) -> StormShown | None:
    """Return everything that the messages of a storm show; None for one that is forgotten."""
    storm = tx.incidents.storm(storm_id)
    if storm is None:
        return None
    incidents = tx.incidents.in_storm(storm_id)
    counts = tx.incidents.counts([each.incident_id for each in incidents])
    last = {each.incident_id: (each.last_run, each.of.project_id) for each in incidents}
    cards = run_cards(tx, set(last.values()), airflows)
    mentions = mentioned_by_rules(tx, incidents)
    alerts = [
        Alert(
            each,
            cards[last[each.incident_id]],
            counts.get(each.incident_id, 1),
            now,
            mentions[each.incident_id],
        )
        for each in incidents
        if last[each.incident_id] in cards and each.ending is not Ending.DELETED
    ]
    return StormShown(storm, tuple(alerts))


def mentioned_by_rules(tx: Transaction, incidents: Sequence[Incident]) -> dict[str, tuple[str, ...]]:
    """Return for each incident whom the rule mentions by which it is told."""
    places = {each.of.place for each in incidents if each.rule}
    named = {place: {each.reference: each.mentions for each in rules_of(tx, place)} for place in places}
    return {each.incident_id: named.get(each.of.place, {}).get(each.rule, ()) for each in incidents}
