"""Everything that the messages of incidents show, read in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.incident import Alert, Ending
from bot.domain.storm import StormShown
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
    found = []
    for each in incidents:
        last = run_card(tx, each.last_run, airflows, each.of.project_id)
        if last is not None:
            found.append(Alert(each, last, counts.get(each.incident_id, 1), now))
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
    alerts = [
        Alert(each, cards[last[each.incident_id]], counts.get(each.incident_id, 1), now)
        for each in incidents
        if last[each.incident_id] in cards and each.ending is not Ending.DELETED
    ]
    return StormShown(storm, tuple(alerts))
