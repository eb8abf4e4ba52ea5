"""An alert rule as a projects file holds it: a value that can be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from bot.domain.alert_rule import BY_FILE, AlertEvent, AlertRule, How, Quiet, Standing
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.wall import start_of

if TYPE_CHECKING:
    from datetime import date, datetime, time
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class AlertSetup:
    """A rule of one of the project's channels, without anything that changes while it works.

    `dag_id` and `tag` are "" for the whole project; `standing` names a rule that every channel has. The rule
    ends at the beginning of `until_on`.
    """

    channel_id: str
    events: frozenset[AlertEvent]
    standing: Standing | None = None
    dag_id: str = ""
    tag: str = ""
    how: How = How.FIRST
    after: int = 1
    at: time | None = None
    weekday: int = 0
    mentions: tuple[str, ...] = ()
    quiet: Quiet | None = None
    says_nothing_happened: bool = False
    until_on: date | None = None

    @classmethod
    def of(cls, rule: AlertRule) -> Self:
        """Return the rule as a file holds it."""
        return cls(
            channel_id=rule.place.channel_id,
            events=rule.events,
            standing=rule.standing,
            dag_id="" if rule.key is None else rule.key.dag_id,
            tag=rule.tag,
            how=rule.how,
            after=rule.after,
            at=rule.at,
            weekday=rule.weekday,
            mentions=rule.mentions,
            quiet=rule.quiet,
            says_nothing_happened=rule.says_nothing_happened,
            until_on=None if rule.until is None else rule.until.astimezone(rule.tz).date(),
        )

    def rule(
        self, workspace_id: str, project_id: int, deployment: str, tz: ZoneInfo, now: datetime
    ) -> AlertRule:
        """Return a new rule of the project's channel, with its first sum planned."""
        made = AlertRule(
            new_id(),
            Place(workspace_id, self.channel_id),
            project_id,
            self.events,
            tz,
            standing=self.standing,
            key=JobKey(deployment, self.dag_id) if self.dag_id else None,
            tag=self.tag,
            made_by=BY_FILE,
        )
        return replace(
            made,
            how=self.how,
            after=self.after,
            at=self.at,
            weekday=self.weekday,
            mentions=self.mentions,
            quiet=self.quiet,
            says_nothing_happened=self.says_nothing_happened,
            until=None if self.until_on is None else start_of(self.until_on, tz),
        ).planned(now)

    @property
    def about(self) -> str:
        """What the rule is about, in the file's words."""
        if self.standing is not None:
            return f"of {self.standing}"
        return f"job {self.dag_id}" if self.dag_id else f"tag {self.tag}" if self.tag else "the whole project"
