"""Jobs, runs and schedules with every kind of input and state, called what a sample is told to call them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.absence import Absence
from bot.domain.card import RunCard
from bot.domain.draft import Draft
from bot.domain.firing import Firing
from bot.domain.job import Input, InputKind, Job, JobKey, JobSettings
from bot.domain.listed import Listed
from bot.domain.progress import MOST_STEPS
from bot.domain.project import Place, Project
from bot.domain.reason import DagVersion, Seen
from bot.domain.run import Failure, Result, Run, RunState, Step, TaskState
from bot.domain.schedule import Schedule, ScheduleState
from bot.language.when import read

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
PLACE = Place("T1", "C1")
WHEN = read("every weekday at 9am", now=NOW, tz=BERLIN).when


@cache
def a_job(name: str) -> Job:
    choices = tuple((f"{name}{number}", f"{name} {number}") for number in range(120))
    fields = [
        Input(f"{kind.name.lower()}{number}", kind, name, {}, description=name * 20, section=name)
        for number in range(2)
        for kind in InputKind
    ]
    with_choices = [
        replace(each, choices=choices) if each.kind in {InputKind.CHOICE, InputKind.CHOICES} else each
        for each in fields
    ]
    return Job(JobKey("default", name[:250]), name, description=name * 30, inputs=tuple(with_choices))


def many_menus(name: str) -> Job:
    """More, all full, than a view can hold."""
    choices = tuple((number, (name * 9)[:73] + f"{number:02}") for number in range(100))
    menus = [Input(f"menu{number}", InputKind.CHOICE, name, {}, choices=choices) for number in range(20)]
    return Job(JobKey("default", "menus"), name, inputs=tuple(menus))


@cache
def a_run(name: str, state: RunState) -> RunCard:
    ended = NOW + timedelta(hours=49) if state.is_over else None
    said: dict[str, Any] = {
        "means": (name * 300)[:300],
        "to_do": (name * 300)[:300],
        "tries": 4,
        "not_run": 12,
    }
    failure = Failure(name, 3, name * 40, name * 400, **said) if state is RunState.FAILED else None
    result = Result(name * 50, "https://example.com/?a=1&b=<2>|3")
    found = Run("f" * 24, JobKey("d", "x"), "r", state, "f", NOW, NOW, ended, 3, 9, failure, result)
    inputs = {each.name: name for each in a_job(name).inputs}
    fired = Firing("f" * 24, "s", NOW, JobKey("d", "x"), inputs, 1, "U1", PLACE)
    if state is RunState.RUNNING:
        steps = (
            Step(name, each, 123, 4567 if place % 2 else 1) for place, each in enumerate([*TaskState] * 9)
        )
        found = replace(found, steps=tuple(steps)[:MOST_STEPS])
    job = replace(a_job(name), settings=JobSettings(runbook=name * 300))
    known = (Seen(123, "U1"), DagVersion(1234, NOW - timedelta(days=9)))
    return RunCard(found, job, fired, a_schedule(name), "https://airflow.example.com/r", 12, *known)


def a_firing(name: str) -> Firing:
    found = a_run(name, RunState.DONE).firing
    assert found is not None
    return found


def a_schedule(name: str) -> Schedule:
    return Schedule(
        "s" * 24, 123456, JobKey("d", "x"), {"text0": name * 99}, WHEN, 1, "U1", PLACE,
        ScheduleState.ACTIVE, name, NOW,
    )  # fmt: skip


def a_project(name: str) -> Project:
    return Project(1, "T1", name[:200], ZoneInfo("Asia/Kathmandu"))


def a_draft(name: str) -> Draft:
    return Draft("d" * 24, "U1", a_job(name).key, {"text0": name * 99}, WHEN, 1, PLACE, NOW)


def listed(name: str, state: ScheduleState = ScheduleState.ACTIVE) -> Listed:
    kept = replace(a_schedule(name), state=state)
    return Listed(
        replace(kept, nickname=name[:60], resumes_at=NOW),
        a_job(name),
        a_project(name),
        a_run(name, RunState.DONE).run,
        may_change=True,
        may_delete=True,
        may_run=True,
        may_take_over=True,
        skipped=tuple((f"{each:024}", NOW) for each in range(40)),
        absence=Absence("U1", NOW + timedelta(days=3), "U2"),
        next_at=NOW,
    )
