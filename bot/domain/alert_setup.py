"""An alert rule as a projects file holds it: a value that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bot.domain.alert_rule import BY_FILE, AlertRule, AlertTerms
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.wall import start_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class AlertSetup(AlertTerms):
    """A rule of one of the project's channels, without anything that changes while it works.

    `dag_id` and `tag` are "" for the whole project. The rule ends at the beginning of `until_on`.
    """

    channel_id: str
    dag_id: str = ""
    until_on: date | None = None

    @classmethod
    def of(cls, rule: AlertRule) -> Self:
        """Return the rule as a file holds it."""
        return cls(
            channel_id=rule.place.channel_id,
            dag_id="" if rule.key is None else rule.key.dag_id,
            until_on=None if rule.until is None else rule.until.astimezone(rule.tz).date(),
            **rule.terms,
        )

    def rule(
        self, workspace_id: str, project_id: int, deployment: str, tz: ZoneInfo, now: datetime
    ) -> AlertRule:
        """Return a new rule of the project's channel, with its first sum planned."""
        made = AlertRule(
            new_id(),
            Place(workspace_id, self.channel_id),
            project_id,
            tz,
            key=JobKey(deployment, self.dag_id) if self.dag_id else None,
            until=None if self.until_on is None else start_of(self.until_on, tz),
            made_by=BY_FILE,
            **self.terms,
        )
        return made.planned(now)

    @property
    def about(self) -> str:
        """What the rule is about, in the file's words."""
        if self.standing is not None:
            return f"of {self.standing}"
        return f"job {self.dag_id}" if self.dag_id else f"tag {self.tag}" if self.tag else "the whole project"
