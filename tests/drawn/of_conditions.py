"""Samples of what is said of things that are not as they should be, and once they are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.blocks import condition
from bot.blocks.late import late
from bot.blocks.many_jobs import many_jobs
from bot.domain.announcement import DidNotRun, JobChanged, OfSchedule, StoppedAfterFailures
from bot.domain.condition_told import Away, NeverCame, NotBegun, RunsLong
from bot.domain.firing import Remedy
from bot.domain.job import Trouble
from bot.domain.late import LateShown
from bot.domain.run import RunState
from tests.drawn.samples import of
from tests.drawn.world import NOW, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.late import GroupedWords
    from tests.drawn.samples import Builder

BERLIN = ZoneInfo("Europe/Berlin")
URL = "https://airflow.example.com/dags/x/runs/y"
LONG, SHORT = timedelta(days=3), timedelta(seconds=62)


@of(condition.runs_long)
def runs_long(build: Builder, name: str) -> Iterator[Any]:
    told = RunsLong(name, "r", LONG, SHORT, URL)
    yield build(replace(told, is_limit=True))
    yield build(told)
    for state in (RunState.DONE, RunState.FAILED, RunState.STOPPED):
        yield build(replace(told, ended=state))


@of(condition.not_begun)
def not_begun(build: Builder, name: str) -> Iterator[Any]:
    told = NotBegun(name, "r", NOW, BERLIN, URL)
    yield build(told)
    yield build(replace(told, late=LONG))
    yield build(replace(told, is_over=True))


@of(condition.never_came)
def never_came(build: Builder, name: str) -> Iterator[Any]:
    yield build(NeverCame(name, NOW, BERLIN))
    yield build(NeverCame(name, NOW, BERLIN, "the job is paused in Airflow"))


@of(late)
def many_late(build: Builder, name: str) -> Iterator[Any]:
    kept = OfSchedule.of(listed(name).schedule, name)
    unbegun, never = NotBegun(name, "r", NOW, BERLIN, URL), NeverCame(name, NOW, BERLIN)
    still: list[GroupedWords] = [
        unbegun,
        never,
        RunsLong(name, "r", LONG, SHORT, URL),
        DidNotRun(name, kept, NOW, name * 5, name, also_missed=3, remedy=Remedy.RUN_NOW),
    ]
    over: list[GroupedWords] = [replace(unbegun, late=LONG), replace(never, over=f"it came, {name}")]
    for shared in (False, True):
        yield build(LateShown(NOW, tuple(still[:1])), shared=shared)
        yield build(LateShown(NOW, (*still, *over)), shared=shared)
        yield build(LateShown(NOW, (*(still * 30), *(over * 30))), shared=shared)
        yield build(LateShown(NOW, tuple(over)), shared=shared)


@of(many_jobs)
def many_that_stopped(build: Builder, name: str) -> Iterator[Any]:
    still = [
        JobChanged(
            name, each, "the job is paused in Airflow", (), count, reference="1", by="U1", error=name * 5
        )
        for count, each in enumerate(Trouble)
    ]
    over = replace(still[0], trouble=None, error="")
    for shared in (False, True):
        for words in (still[:1], [*still, over], [*(still * 30), *([over] * 30)], [over] * 2):
            yield build(NOW, words, shared=shared)


@of(condition.stopped)
def stopped(build: Builder, name: str) -> Iterator[Any]:
    kept = OfSchedule.of(listed(name).schedule, name, next_at=NOW)
    for shared in (False, True):
        yield build(StoppedAfterFailures(kept, 3, name * 50), shared=shared)
        yield build(StoppedAfterFailures(kept, 1, ""), shared=shared)
        yield build(StoppedAfterFailures(kept, 0, "", "it goes on"), shared=shared)


@of(condition.away)
def away(build: Builder, name: str) -> Iterator[Any]:
    del name
    yield build(Away("Airflow", NOW))
    yield build(Away("Airflow", NOW, NOW + LONG))
