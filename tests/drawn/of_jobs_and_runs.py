"""Samples of what is said about jobs and their runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from drawn.samples import of
from drawn.world import NOW, a_job, a_run

from bot.blocks import incident, job, refused, run
from bot.domain.run import RunState
from bot.domain.telling import Flaps, SlackRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drawn.samples import Builder


@of(job.jobs)
def jobs(build: Builder, name: str) -> Iterator[Any]:
    yield build([a_job(name)] * 100, 100, name)
    yield build([a_job(name)], 1, "", seen=[a_job(name)] * 100, is_more=True)
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


@of(run.recent)
def recent(build: Builder, name: str) -> Iterator[Any]:
    yield build([a_run(name, state) for state in RunState] * 3)
    yield build([])


@of(incident.flaps)
def flapping(build: Builder, name: str) -> Iterator[Any]:
    yield build(Flaps(name, 3, NOW))


@of(refused.refused)
def refusals(build: Builder, name: str) -> Iterator[Any]:
    del name
    for code in ("channel_not_found", "is_archived", "restricted_action", "missing_scope", "invalid_blocks"):
        yield build(SlackRefused("C0FINANCE", code))
        yield build(SlackRefused("U0MAYA", code))
