"""Soak: thirty simulated days of 500 mixed schedules over two changes of the clocks, on SQLite and a fake.

Every firing is compared with dateutil's expansion of the same schedules; a difference ends it with status 1.
October 2026: Sydney's clocks go forward on the 4th, Berlin's back on the 25th.
Run: .venv/bin/python tests/bench/bench_soak.py [days] [schedules]
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from dateutil.rrule import DAILY, HOURLY, MO, MONTHLY, TU, WE, rrule, rruleset
from dateutil.tz import resolve_imaginary
from sqlalchemy import select

from bot.domain.days import Daily, DayOfMonth, Monthly, Weekly
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Schedule, ScheduleState
from bot.domain.when import At, Calendar, Cron, Interval, Repeating, next_after
from bot.workers.dispatcher import Dispatcher, Timing
from storage.database import Database
from storage.tables import firings
from tests.world import MAYA, TEAM, World

BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
ZONES = tuple(map(ZoneInfo, ("Europe/Berlin", "Australia/Sydney", "America/New_York", "Asia/Kolkata")))
KINDS = ("daily", "weekly", "monthly", "hourly", "cron")


def rule_and_walls(kind: str, number: int, zone: ZoneInfo, until: datetime):
    """Ours, and dateutil's own: wall-clock times, or moments where the rule counts elapsed time."""
    at = wall_time((number * 7) % 24, (number * 13) % 60)
    midnight = BEGINS.astimezone(zone).replace(tzinfo=None, hour=0, minute=0) - timedelta(days=1)
    start = datetime.combine(midnight.date(), at)
    last = until.replace(tzinfo=None) + timedelta(days=2)
    if kind == "daily":
        return Calendar(Daily(), At((at,))), rrule(DAILY, dtstart=start, until=last)
    if kind == "weekly":
        days = rrule(DAILY, byweekday=(MO, TU, WE), dtstart=start, until=last)
        return Calendar(Weekly((0, 1, 2)), At((at,))), days
    if kind == "monthly":
        days = rruleset()
        days.rrule(rrule(MONTHLY, bymonthday=(1, 15), dtstart=start, until=last))
        days.rrule(rrule(MONTHLY, bymonthday=-1, dtstart=start, until=last))
        picks = (DayOfMonth(1), DayOfMonth(15), DayOfMonth(-1))
        return Calendar(Monthly(picks), At((at,))), days
    if kind == "cron":
        return Cron(f"{at.minute} {at.hour} * * 1-3"), rrule(
            DAILY, byweekday=(MO, TU, WE), dtstart=start, until=last
        )
    since = BEGINS + timedelta(minutes=number % 60)
    return Interval(timedelta(hours=6), since), rrule(HOURLY, interval=6, dtstart=since, until=until)


def moments(walls, zone: ZoneInfo, until: datetime) -> set[datetime]:
    found = set()
    for wall in walls:
        local = wall if wall.tzinfo else resolve_imaginary(wall.replace(tzinfo=zone))
        moment = local.astimezone(UTC)
        if BEGINS < moment <= until:
            found.add(moment)
    return found


def plan(count: int, until: datetime, project_id: int) -> list[tuple[Schedule, set[datetime]]]:
    planned = []
    for number in range(1, count + 1):
        kind, zone = KINDS[number % len(KINDS)], ZONES[number // len(KINDS) % len(ZONES)]
        rule, walls = rule_and_walls(kind, number, zone, until)
        when = Repeating((rule,), zone, end=until)
        schedule = Schedule(
            schedule_id=new_id(),
            number=number,
            key=JobKey("default", "sales_report"),
            inputs={},
            when=when,
            project_id=project_id,
            owner_id=MAYA.person_id,
            place=Place(TEAM, MAYA.person_id),
            state=ScheduleState.ACTIVE,
            reason="",
            next_due_at=next_after(when, BEGINS),
            missed=MissedPolicy.LATEST,
            overlap=OverlapPolicy.ALLOW,
        )
        planned.append((schedule, moments(walls, zone, until)))
    return planned


def resident() -> float:
    """MB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def live(world: World, until: datetime) -> tuple[int, list[str]]:
    """From one moment at which there is something to do to the next; steps made, and memory by the way."""
    airflows = {world.airflow.deployment: world.airflow}
    timing = Timing()
    dispatcher = Dispatcher(world.database, world.clock, airflows, timing)
    steps, memory, reported_at = 0, [], BEGINS
    while world.clock.now() < until:
        while dispatcher.step() == 0.0:
            steps += 1
        steps += 1
        now = world.clock.now()
        if now - reported_at >= timedelta(days=5):
            reported_at = now
            memory.append(f"day {(now - BEGINS).days}: {resident():.0f} MB")
            world.airflow.calls.clear()
            for key in [key for key, run in world.airflow._runs.items() if run.state.is_over]:
                world.airflow._forget(key)
        with world.database.transaction() as tx:
            coming = [tx.firings.next_act_at(now)]
            due = tx.schedules.next_due_at()
            coming.append(None if due is None else due - timing.lead)
        known = [each for each in coming if each is not None]
        if not known:
            break
        world.clock.set(max(now + timedelta(seconds=1), min(known)))
    dispatcher.stop()
    return steps, memory


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    days, count = (*given, 30, 500)[:2] if len(given) != 1 else (given[0], 500)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    until = BEGINS + timedelta(days=days)
    with tempfile.TemporaryDirectory(prefix="runbell-soak-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'runbell.db'}")
        database.migrate()
        world = World(database, now=BEGINS)
        planned = plan(count, until, world.projects["Finance"])
        with database.transaction() as tx:
            for schedule, _ in planned:
                tx.schedules.add(schedule, at=BEGINS)
        began = time.perf_counter()
        steps, memory = live(world, until)
        took = time.perf_counter() - began
        with database.transaction() as tx:
            written = tx.connection.execute(
                select(firings.c.schedule_id, firings.c.due_at, firings.c.state)
            ).all()
        database.close()
    sys.exit(report(planned, written, steps, memory, took))


def report(planned, written, steps: int, memory: list[str], took: float) -> int:
    expected = Counter((schedule.schedule_id, moment) for schedule, due in planned for moment in due)
    made = Counter((row.schedule_id, row.due_at) for row in written)
    lost, extra = expected - made, made - expected
    states = Counter(row.state for row in written)
    print(f"{len(planned)} schedules, {expected.total()} moments, {made.total()} firings {dict(states)}")
    print(f"{steps} steps in {took:.0f} s; lost {lost.total()}, too many {extra.total()}")
    print("; ".join(memory), "resident")
    for name, which in (("lost", lost), ("too many", extra)):
        for (schedule_id, moment), _ in sorted(which.items(), key=lambda each: each[0][1])[:5]:
            whose = next(schedule.when for schedule, _ in planned if schedule.schedule_id == schedule_id)
            print(f"  {name}: {moment} of {whose}")
    return 1 if lost or extra or set(states) != {"handed over"} else 0


if __name__ == "__main__":
    main()
