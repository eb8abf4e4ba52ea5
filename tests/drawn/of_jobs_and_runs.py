"""Samples of what is said about jobs and their runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from drawn.samples import of
from drawn.world import NOW, a_job, a_run

from bot.blocks import incident, job, refused, run, runs
from bot.domain.history import History, RunFilter, RunRow, Strip
from bot.domain.run import RunState
from bot.domain.telling import Flaps, SlackRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drawn.samples import Builder


@of(job.jobs)
def jobs(build: Builder, name: str) -> Iterator[Any]:
    yield build([a_job(name)] * 100, 100, name)
    yield build([a_job(name)], 1, "", [a_job(name)] * 20, 100)
    yield build([], 0, "", [a_job(name)] * 20, None)
    yield build([], 0, name)
    yield build([], 0, "")


@of(job.ask_pause)
def ask_pause(build: Builder, name: str) -> Iterator[Any]:
    yield build(replace(a_job(name), airflow_schedule=name), "r")
    yield build(a_job(name), "r")


@of(job.ask_resume)
def ask_resume(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_job(name), "r")


@of(job.paused)
def paused(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_job(name), is_paused=True)
    yield build(a_job(name), is_paused=False)


def in_every_state(build: Builder, name: str) -> Iterator[Any]:
    for state in RunState:
        for shared in (True, False):
            yield build(a_run(name, state), shared=shared)


for each in (run.card, run.failure, run.log_reply, run.result, run.recovery):
    of(each)(in_every_state)


@of(run.log_tail)
def log_tail(build: Builder, name: str) -> Iterator[Any]:
    for state in RunState:
        yield build(a_run(name, state))


@of(run.private_log)
def private_log(build: Builder, name: str) -> Iterator[Any]:
    for state in RunState:
        yield build(a_run(name, state))


@of(runs.history)
def history(build: Builder, name: str) -> Iterator[Any]:
    shown = [a_run(name, state) for state in (*RunState, *RunState)]
    rows = [
        RunRow(replace(each, run=replace(each.run, run_key=f"{place:024}")), may_run=place % 2 == 0)
        for place, each in enumerate(shown)
    ]
    strips = [Strip(name, (*RunState, *RunState))] * len(rows)
    tz = ZoneInfo("America/Argentina/Buenos_Aires")
    yield build(History(RunFilter(), 1, rows, strips, newer="n", older="o"), name, tz)
    yield build(History(RunFilter(), 0, rows[:1], strips[:1]), "", tz)
    yield build(History(RunFilter(), 0, []), name, tz)
    yield build(History(RunFilter(), 0, []), "", tz)
    yield build(History(RunFilter(), 1, [], newer="n"), "", tz)


@of(runs.retried)
def retried(build: Builder, name: str) -> Iterator[Any]:
    yield build(a_run(name, RunState.FAILED))


@of(incident.flaps)
def flapping(build: Builder, name: str) -> Iterator[Any]:
    yield build(Flaps(name, 3, NOW))


@of(refused.refused)
def refusals(build: Builder, name: str) -> Iterator[Any]:
    del name
    for code in ("channel_not_found", "is_archived", "restricted_action", "missing_scope", "invalid_blocks"):
        yield build(SlackRefused("C0FINANCE", code))
        yield build(SlackRefused("U0MAYA", code))
