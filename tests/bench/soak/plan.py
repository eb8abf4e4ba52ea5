"""Five hundred schedules of every kind, zone and policy, what goes wrong, and each moment's fate."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as wall_time
from itertools import product
from typing import TYPE_CHECKING, Any

from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Schedule, ScheduleState
from bot.domain.when import Repeating, next_after
from bot.language.when import read
from tests.bench.soak.expansion import BEGINS, LONG, ZONES, asked, each_kind
from tests.bench.soak.rule import GRACE, Away, Foretelling, Manner, Unclear
from tests.world import FINANCE, HR, MAYA, PRIYA, TEAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.soak.expansion import Asked
    from tests.bench.soak.rule import Fate
    from tests.world import World

REFUSED, BROKEN = "it cannot be reached (NewConnectionError)", "500: Internal Server Error"
LEAD, NO_LEAD = timedelta(seconds=45), timedelta(0)
MINUTES_OF_LONG_RUNS = (95, 75, 100, 70, 110, 85, 80, 130, 140, 155, 25, 20, 10)
MINUTES_OF_OTHERS = (0, 0, 5, 40, 200)
QUICK = {"sales_report": 1, "import_orders": 3, "nightly_cleanup": 1, "payroll": 1}
"""Seconds that their runs take; those of build_warehouse take as many as they are asked to."""
POLICIES = tuple(product(MissedPolicy, OverlapPolicy))


def _away(who: str, begins: str, ends: str, answers: str = "") -> Away:
    begun, ended = (datetime.fromisoformat(f"2026-10-{each}Z") for each in (begins, ends))
    return Away(who, begun, ended, answers)


AWAY = (
    _away("Runbell", "03T15:52:40", "03T16:03:25"),  # over the change in Sydney
    _away("Runbell", "06T10:07:40", "06T11:41:25"),
    _away("Airflow", "09T08:07:40", "09T08:19:05", REFUSED),
    _away("Airflow", "13T09:07:40", "13T12:36:05", REFUSED),
    _away("Runbell", "15T18:07:40", "16T09:22:25"),  # over 12 hours: even the latest is missed
    _away("Airflow", "20T07:37:40", "20T11:06:05", BROKEN),
    _away("Airflow", "25T00:22:40", "25T00:33:05", REFUSED),  # over the first 02:30 of Berlin's long night
    _away("Airflow", "28T14:58:40", "28T15:01:05", BROKEN),
)


@dataclass(frozen=True, slots=True)
class Planned:
    schedule: Schedule
    asked: Asked
    fates: Mapping[datetime, Fate]


def plan(world: World, count: int, until: datetime) -> list[Planned]:
    chance = random.Random(2026)
    kinds = [each for each in each_kind() if each != "flood"]
    planned: list[Planned] = []
    for number in range(1, 2 * count):
        if len(planned) == count:
            break
        kind, zone = kinds[number % len(kinds)], ZONES[number // len(kinds) % len(ZONES)]
        if number <= len(POLICIES):
            kind = "flood"  # once with each pair of policies
        at = wall_time(chance.randrange(24), 30 * chance.randrange(2))
        missed, overlap = POLICIES[(number + number // len(kinds)) % len(POLICIES)]
        wanted = asked(kind, zone, at, until)
        if not wanted.moments:
            continue  # the last day of the month is over in one zone and not in another
        dag_id, minutes = _job(kind, chance)
        grace = timedelta(hours=1) if number % 7 == 0 else None
        manner = Manner(
            timedelta(seconds=QUICK.get(dag_id, 0)),
            missed,
            overlap,
            NO_LEAD if dag_id == "nightly_cleanup" else LEAD,
            grace or GRACE,
        )
        inputs, fates = _foretold(wanted.moments, manner, dag_id, minutes)
        schedule = _schedule(world, number, wanted, dag_id, inputs, until)
        schedule = replace(schedule, missed=missed, overlap=overlap, grace=grace)
        planned.append(Planned(schedule, wanted, fates))
    return planned


def _job(kind: str, chance: random.Random) -> tuple[str, tuple[int, ...]]:
    """And how many minutes its runs may take, the first that leaves no doubt."""
    if kind in LONG:
        return "build_warehouse", tuple(chance.sample(MINUTES_OF_LONG_RUNS, len(MINUTES_OF_LONG_RUNS)))
    if kind == "flood":
        return "sales_report", (0,)
    dag_id = chance.choice([*QUICK, "build_warehouse", "build_warehouse"])
    return dag_id, tuple(chance.sample(MINUTES_OF_OTHERS, len(MINUTES_OF_OTHERS)))


def _foretold(
    moments: tuple[datetime, ...], manner: Manner, dag_id: str, minutes: tuple[int, ...]
) -> tuple[dict[str, Any], Mapping[datetime, Fate]]:
    """The job's inputs with them. Raises Unclear when every duration leaves something to seconds."""
    if dag_id != "build_warehouse":
        inputs = {"fail": "always"} if dag_id == "import_orders" and len(moments) % 2 else {}
        return inputs, Foretelling(moments, manner, AWAY).all()
    for each in (*minutes, 0):
        takes = timedelta(minutes=each) or timedelta(seconds=2)
        try:
            fates = Foretelling(moments, replace(manner, takes=takes), AWAY).all()
        except Unclear:
            continue
        return {"seconds": int(takes.total_seconds())}, fates
    raise Unclear(f"of {dag_id}, whatever it takes")


def _schedule(
    world: World, number: int, wanted: Asked, dag_id: str, inputs: dict[str, Any], until: datetime
) -> Schedule:
    """As typed by a person in that zone when it all begins; what has no end ends with the simulation."""
    when = read(wanted.text, now=BEGINS, tz=wanted.tz).when
    if isinstance(when, Repeating):
        when = replace(when, end=min(until, when.end or until))
    of_hr = dag_id == "payroll"
    return Schedule(
        schedule_id=new_id(),
        number=number,
        key=JobKey(world.airflow.deployment, dag_id),
        inputs=inputs,
        when=when,
        project_id=world.projects["HR" if of_hr else "Finance"],
        owner_id=(PRIYA if of_hr else MAYA).person_id,
        place=Place(TEAM, HR if of_hr else FINANCE),
        state=ScheduleState.ACTIVE,
        reason="",
        next_due_at=next_after(when, BEGINS),
    )
