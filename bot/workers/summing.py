"""Digests and reports at their time; what quiet hours and mutes held back, once they are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.domain.alert_rule import AlertEvent
from bot.domain.identity import new_id
from bot.domain.incident import Told
from bot.rules.alert_routing import Routing
from bot.rules.alert_sums import sum_of
from bot.rules.alerting import tell_failures
from bot.rules.incidents import Change, by_rule, in_storms
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.clock import Clock
    from storage.database import Database

PAUSE, PAUSE_IN_A_RUSH = 15.0, 0.5
SUMS_AT_ONCE = 1
"""The rules in one transaction: one that cannot be summed up must not hold back others."""
MOST_A_STEP = 50
HELD_AT_ONCE = 100
log = structlog.get_logger()


class Summing:
    """Works through what is due; several processes take different rules."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looked_at = ""  # the last held failure of this round, by id: what stays held keeps no other

    def step(self) -> float:
        """Queue due sums and what is no longer held back; return the seconds until the next step."""
        sums = 0
        while sums < MOST_A_STEP and self._sum_up():
            sums += 1
        held = self._let_go()
        return PAUSE_IN_A_RUSH if sums == MOST_A_STEP or held == HELD_AT_ONCE else PAUSE

    def _sum_up(self) -> bool:
        """Sum up for the rule that is due first. Return False if none is."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            rules = tx.alert_rules.claim_due(now, limit=SUMS_AT_ONCE)
            for rule in rules:
                # Planned first, and kept even if the sum is odd: it must not be tried for ever.
                tx.alert_rules.keep(rule.planned(now))
                with on_its_own("sum", rule=rule.rule_id), tx.part():
                    is_wanted = not (rule.is_over(now) or rule.is_muted(now))
                    found = sum_of(tx, rule, Routing(tx, now), now) if is_wanted else None
                    if found is not None:
                        tx.outbox.put_words(
                            rule.place, found, subject=new_id(), send_at=now, rule=rule.reference
                        )
        return bool(rules)

    def _let_go(self) -> int:
        """Tell of failures that rules do not hold back any more; return how many were looked at."""
        with self._database.reading() as tx:
            waiting = tx.incidents.unsaid(after=self._looked_at, limit=HELD_AT_ONCE)
        self._looked_at = waiting[-1] if len(waiting) == HELD_AT_ONCE else ""
        for incident_id in waiting:
            with on_its_own("incident", incident=incident_id):
                self._tell(incident_id, self._clock.now())
        return len(waiting)

    def _tell(self, incident_id: str, now: datetime) -> None:
        with self._database.transaction() as tx:
            incident = next(iter(tx.incidents.lock([incident_id])), None)
            if incident is None or not incident.is_unsaid or incident.ended_at is not None:
                return
            route = Routing(tx, now).of_incident(AlertEvent.FAILURE, incident)
            run = tx.runs.get(incident.last_run)
            if route is None or run is None:
                return
            change = by_rule(tx, Change(incident, Told.AGAIN, is_new=False), route)
            if not change.incident.is_unsaid:
                tell_failures(tx, in_storms(tx, [change], now), run, cards_at=(), now=now)
