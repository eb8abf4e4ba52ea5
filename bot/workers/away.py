"""Airflow, its scheduler and Slack: whether they answer, and what admins are told while they do not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain import condition_told
from bot.domain.alert_rule import Hearing
from bot.domain.condition import ConditionKind
from bot.domain.errors import Fault, RateLimited, Unavailable
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.rules.conditions import close_condition, open_condition

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow, Slack
    from storage.database import Database

LOOKS_EVERY = timedelta(seconds=15)
TOLD_AFTER = timedelta(minutes=2)
"""How long one of them may be away before admins hear of it."""
MOST_TOLD = 10
"""The number of admins who hear of it."""
AIRFLOW, SCHEDULER, SLACK = "Airflow", "Airflow’s scheduler", "Slack"


class Away:
    """What is away now. Slack's absence can only be told once it is back."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, slack: Slack) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._slack = slack
        self._looked_at: datetime | None = None
        self._answered_at: dict[str, datetime] = {}
        """When each was last known to be there, or was first asked."""
        self.nothing_starts = False
        """Whether Airflow or its scheduler was away when it was last asked."""

    def look(self) -> None:
        """Ask each whether it is there, if that was some time ago; tell admins what that changes."""
        now = self._clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < LOOKS_EVERY:
            return
        self._looked_at = now
        try:
            starts: bool | None = self._airflow.health().scheduler
        except Fault:
            starts = None
        self._note(AIRFLOW, is_there=starts is not None, now=now)
        if starts is not None:
            self._note(SCHEDULER, is_there=starts, now=now)
        self.nothing_starts = not starts
        self._note(SLACK, is_there=self._slack_answers(), now=now)

    def _slack_answers(self) -> bool:
        try:
            self._slack.check()
        except RateLimited:
            return True
        except Unavailable:
            return False
        return True

    def _note(self, system: str, *, is_there: bool, now: datetime) -> None:
        since = self._answered_at.setdefault(system, now)
        if is_there:
            self._answered_at[system] = now
            self._is_back(system, now)
        elif now - since >= TOLD_AFTER:
            self._is_away(system, since, now)

    def _is_away(self, system: str, since: datetime, now: datetime) -> None:
        try:
            workspace_id = self._slack.workspace_id()
        except Fault:
            return  # it was never there, so nobody waits for its alerts
        told = None if system == SLACK else condition_told.Away(system, since)
        with self._database.transaction() as tx:
            admins = tx.directory.admins(workspace_id)[:MOST_TOLD]
            at = {Place(workspace_id, each.person_id): (Hearing(now), told) for each in admins}
            open_condition(tx, ConditionKind.AWAY, system, at, since=since, now=now)

    def _is_back(self, system: str, now: datetime) -> None:
        with self._database.transaction() as tx:
            if system not in tx.conditions.open(ConditionKind.AWAY):
                return
            ended = close_condition(
                tx,
                ConditionKind.AWAY,
                system,
                lambda each: condition_told.Away(system, each.began_at, now),
                now,
            )
            for each in ended if system == SLACK else ():
                told = condition_told.Away(system, each.began_at, now)
                tx.outbox.put_words(each.place, told, subject=new_id(), send_at=now)
