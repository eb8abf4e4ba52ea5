"""Alert rules: which events of which jobs a place hears of, how, and when it wants quiet."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.domain.wall import moment_at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import time
    from zoneinfo import ZoneInfo

    from bot.domain.job import JobKey
    from bot.domain.project import Place

A_DAY = timedelta(days=1)
EVERY_PROJECT = 0
"""The `project_id` of a person's rule that is about whatever they may see."""
BY_FILE = "file"
"""Who made a rule that stands in the projects file."""
CHANNEL, HERE_NOW = "channel", "here"
"""Mentions of a whole channel, which only a rule can ask for."""

MOST_MENTIONED = 20
"""People, user groups and words that one rule mentions; more would fill an alert."""


def is_group(mention: str) -> bool:
    """Return whether a rule's mention is the id of a user group."""
    return mention.startswith("S")


class AlertEvent(StrEnum):
    """What a place may hear of."""

    SUCCESS = "success"
    """A run's card, posted once and edited, and its result."""
    FAILURE = "failure"
    RECOVERY = "recovery"
    MISSED = "missed"
    """A run that did not take place."""
    LATE = "late"
    """A run that takes longer than usual, has not begun, or never came; and how that ended."""
    SUSPENDED = "suspended"
    BROKEN = "broken"
    """A job that cannot run (broken, paused or gone in Airflow), and that it can again."""


class How(StrEnum):
    """How a place hears of failures."""

    FIRST = "first"
    """The first failure and the recovery; later failures are counted in the message."""
    EACH = "each"
    AFTER = "after"
    """The first failure that is the N-th in a row."""
    DIGEST = "digest"
    """Nothing by itself; a sum once a day."""
    WEEKLY = "weekly"
    """Nothing by itself; a longer sum once a week."""

    @property
    def is_sum(self) -> bool:
        """Whether nothing is said but the sum at its time."""
        return self in {How.DIGEST, How.WEEKLY}


class Standing(StrEnum):
    """The rules that every place has, until somebody changes them there."""

    HERE = "here"
    """What is scheduled or started from Slack and reports in the place."""
    OWN = "own"
    """A person's own schedules, wherever they report."""
    MANAGED = "managed"
    """What needs a manager, in the projects that a person manages."""
    AIRFLOW = "airflow"
    """What Airflow starts by itself, where the project reports."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day in which a rule says nothing; they may span midnight."""

    begins: time
    ends: time

    def end_if_in(self, now: datetime, tz: ZoneInfo) -> datetime | None:
        """Return when the quiet hours end in which that moment lies. None outside of them."""
        today = now.astimezone(tz).date()
        # Hours over midnight that began yesterday may still go on.
        for day in (today - A_DAY, today):
            begins = moment_at(datetime.combine(day, self.begins), tz)
            last = day if self.ends > self.begins else day + A_DAY
            ends = moment_at(datetime.combine(last, self.ends), tz)
            if begins <= now < ends:
                return ends
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTerms:
    """What a rule tells of and how, whether it is kept in a row or in a projects file.

    `standing` names a rule that every place has, `tag` limits the rule to the jobs with a tag. `after` is the
    N of `How.AFTER`, `at` the time of a sum and `weekday` its day (0 is Monday).
    """

    events: frozenset[AlertEvent]
    standing: Standing | None = None
    tag: str = ""
    how: How = How.FIRST
    after: int = 1
    at: time | None = None
    weekday: int = 0
    mentions: tuple[str, ...] = ()
    """Ids of people and user groups, and "channel" or "here"."""
    quiet: Quiet | None = None
    says_nothing_happened: bool = False
    """Whether the sum also comes when nothing happened."""

    @property
    def terms(self) -> dict[str, Any]:
        """The terms by name, for a rule that is kept elsewhere."""
        return {each.name: getattr(self, each.name) for each in fields(AlertTerms)}


@dataclass(frozen=True, slots=True)
class AlertRule(AlertTerms):
    """A rule of a place. `rule_id` is "" while a standing rule is as everybody has it.

    `key` limits the rule to a job. `tz` is the zone of its times: of a sum and of the quiet hours. `made_by`
    is a person, "file", or "" for nobody.
    """

    rule_id: str
    place: Place
    project_id: int
    tz: ZoneInfo
    key: JobKey | None = None
    until: datetime | None = None
    muted_by: str | None = None
    muted_until: datetime | None = None
    made_by: str = ""
    next_at: datetime | None = None
    """When the next sum is due; None for a rule without sums."""
    summed_at: datetime | None = None
    """The end of what the last sum covered."""

    @property
    def reference(self) -> str:
        """The rule as buttons and incidents name it: a standing rule keeps its name when it is changed."""
        return self.rule_id if self.standing is None else f"{self.standing}.{self.place.channel_id}"

    @property
    def facts(self) -> dict[str, str]:
        """The rule as the audit keeps it."""
        quiet = self.quiet
        about = self.standing or (self.key.dag_id if self.key else "") or (self.tag and f"tag {self.tag}")
        found = {
            "about": about or "every job",
            "events": ", ".join(sorted(self.events)) or "none",
            "how": f"{self.how} {self.after}" if self.how is How.AFTER else str(self.how),
            "quiet": "" if quiet is None else f"{quiet.begins:%H:%M}-{quiet.ends:%H:%M}",
            "mentions": ", ".join(self.mentions),
            "muted_until": "" if self.muted_until is None else self.muted_until.isoformat(),
            "until": "" if self.until is None else self.until.isoformat(),
        }
        return {name: value for name, value in found.items() if value}

    def is_over(self, now: datetime) -> bool:
        """Return whether the rule has ended."""
        return self.until is not None and now >= self.until

    def is_muted(self, now: datetime) -> bool:
        """Return whether somebody has muted the rule for now."""
        return self.muted_until is not None and now < self.muted_until

    def held_until(self, now: datetime) -> datetime | None:
        """Return until when the rule's quiet hours hold back what it would say. None outside of them."""
        return None if self.quiet is None else self.quiet.end_if_in(now, self.tz)

    def next_sum(self, after: datetime) -> datetime | None:
        """Return when the rule sums up next: at its time, or at the end of its quiet hours."""
        quiet_ends = None if self.quiet is None else self.quiet.ends
        at = self.at if self.how.is_sum else quiet_ends
        if at is None:
            return None
        day = after.astimezone(self.tz).date() - A_DAY
        while True:
            moment = moment_at(datetime.combine(day, at), self.tz)
            if moment > after and (self.how is not How.WEEKLY or day.weekday() == self.weekday):
                return moment
            day += A_DAY

    def planned(self, now: datetime) -> AlertRule:
        """Return the rule with its next sum, which covers what happens from now on."""
        return replace(self, next_at=self.next_sum(now), summed_at=now)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that places may hear of.

    `reports_to` is where it reports, None if nowhere. `owners` is where the owner of its schedule reads,
    `managers` where its project's managers do, if it needs them. `is_elsewhere` says that Airflow started it.
    """

    event: AlertEvent
    workspace_id: str
    project_id: int
    key: JobKey
    reports_to: Place | None = None
    owners: tuple[Place, ...] = ()
    is_elsewhere: bool = False
    managers: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Hearing:
    """When a place hears of something, and the reference of the rule by which it does."""

    at: datetime
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """How a place hears of something: by which rule, and until when that holds it back.

    `held_until` None means that it is said now. `is_muted` says that it is not said as long as somebody has
    muted the rule.
    """

    rule: AlertRule
    held_until: datetime | None = None
    is_muted: bool = False
    mentions: tuple[str, ...] = ()

    @property
    def speaks(self) -> bool:
        """Whether it is said now."""
        return self.held_until is None and not self.is_muted

    def speaks_at(self, failures: int) -> bool:
        """Return whether so many failures in a row are said now."""
        return self.speaks and (self.rule.how is not How.AFTER or failures >= self.rule.after)


_BY_DEFAULT = {
    Standing.HERE: frozenset(AlertEvent),
    Standing.OWN: frozenset(AlertEvent) - {AlertEvent.SUCCESS, AlertEvent.LATE},
    Standing.MANAGED: frozenset({AlertEvent.SUSPENDED}),
    Standing.AIRFLOW: frozenset(
        {AlertEvent.FAILURE, AlertEvent.RECOVERY, AlertEvent.LATE, AlertEvent.BROKEN}
    ),
}


def by_default(place: Place, project_id: int, tz: ZoneInfo) -> list[AlertRule]:
    """Return the standing rules of a place as everybody has them."""
    others = (Standing.OWN, Standing.MANAGED) if place.is_direct else (Standing.AIRFLOW,)
    of_place = (Standing.HERE, *others)
    return [
        AlertRule("", place, project_id, tz, events=_BY_DEFAULT[each], standing=each) for each in of_place
    ]


def concerns(rule: AlertRule, happening: Happening, tags: frozenset[str]) -> bool:
    """Return whether the rule is about this. `tags` are the job's in Airflow."""
    if happening.event not in rule.events:
        return False
    match rule.standing:
        case Standing.OWN:
            return rule.place in happening.owners
        case Standing.MANAGED:
            return rule.place in happening.managers
        case Standing.HERE | Standing.AIRFLOW:
            is_here = rule.place == happening.reports_to
            return is_here and happening.is_elsewhere == (rule.standing is Standing.AIRFLOW)
        case None:
            is_of_project = rule.project_id in {EVERY_PROJECT, happening.project_id}
            is_of_job = rule.key is None or rule.key == happening.key
            return is_of_project and is_of_job and (not rule.tag or rule.tag in tags)


def decide(
    rules: Iterable[AlertRule], happening: Happening, tags: frozenset[str], now: datetime
) -> Route | None:
    """Return how a place with these rules hears of it; None if not at all, or only in a sum.

    Several rules add to each other: the one that says most decides, and all that speak mention their people.
    """
    found = [
        Route(each, each.held_until(now), each.is_muted(now), each.mentions)
        for each in rules
        if concerns(each, happening, tags) and not each.how.is_sum and not each.is_over(now)
    ]
    if not found:
        return None
    best = min(found, key=_reticence)
    mentions = dict.fromkeys(who for each in found if each.speaks == best.speaks for who in each.mentions)
    return replace(best, mentions=tuple(mentions))


def _reticence(route: Route) -> tuple[bool, bool, int, int, bool]:
    order = (How.EACH, How.FIRST, How.AFTER)
    rule = route.rule
    return (
        route.is_muted,
        route.held_until is not None,
        order.index(rule.how),
        rule.after,
        rule.standing is None,
    )
