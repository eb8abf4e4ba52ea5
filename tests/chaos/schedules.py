"""The schedules of a storm, and what is due, worked out by dateutil and not by us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil.rrule import MINUTELY, SECONDLY, rrule

from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Schedule, ScheduleState
from bot.domain.when import Cron, Interval, Repeating, next_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.when import Rule

ZONES = tuple(map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Kolkata")))


@dataclass(frozen=True)
class Planned:
    schedule: Schedule
    due: frozenset[datetime]


def plan_storm(
    count: int,
    *,
    first: datetime,
    last: datetime,
    every: timedelta,
    place_ids: Sequence[str],
    project_id: int,
    owner_id: str,
    workspace_id: str,
    dag_id: str,
) -> list[Planned]:
    """Every third is a cron line of each minute, the others intervals; all policies take their turn."""
    planned = []
    for number in range(1, count + 1):
        begins = first + timedelta(seconds=number % int(every.total_seconds()))
        if number % 3 == 0:
            rule: Rule = Cron("* * * * *")
            minute = first.replace(second=0, microsecond=0)
            due = rrule(MINUTELY, dtstart=minute, until=last)
        else:
            rule = Interval(every, begins)
            due = rrule(SECONDLY, interval=int(every.total_seconds()), dtstart=begins, until=last)
        when = Repeating((rule,), ZONES[number % len(ZONES)], start=first, end=last)
        schedule = Schedule(
            schedule_id=new_id(),
            number=number,
            key=JobKey("default", dag_id),
            inputs={},
            when=when,
            project_id=project_id,
            owner_id=owner_id,
            place=Place(workspace_id, place_ids[number % len(place_ids)]),
            state=ScheduleState.ACTIVE,
            reason="",
            next_due_at=next_after(when, first - timedelta(seconds=1)),
            missed=tuple(MissedPolicy)[number % 3],
            overlap=OverlapPolicy.ALLOW if number % 2 else OverlapPolicy.WAIT,
        )
        moments = frozenset(each.astimezone(UTC) for each in due if first <= each <= last)
        planned.append(Planned(schedule, moments))
    return planned
