"""What another company reads of a run in a channel that is shared with it: no value, and nothing internal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.blocks import incident, run
from bot.domain.firing import FiringState
from bot.domain.run import Failure, RunState
from tests.drawn.of_jobs_and_runs import an_alert
from tests.drawn.world import a_firing, a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.card import RunCard
    from bot.domain.notice import Message

SECRET = "canary"
NEEDS = f"Airflow does not let Runbell see its tasks: its account there needs {SECRET}"
FAILURE = Failure("load", 1, "ValueError: 3 rows", "", map_index=2, map_label=f"customer {SECRET}")


def cards() -> Iterator[RunCard]:
    failed, stopped = a_run("Sales", RunState.FAILED), a_run("Sales", RunState.STOPPED)
    yield replace(failed, run=replace(failed.run, failure=FAILURE))
    for state in (RunState.WAITING, RunState.RUNNING, RunState.DONE):
        shown = a_run("Sales", state)
        yield replace(shown, run=replace(shown.run, waits_for=NEEDS, remark=NEEDS, tasks_total=0))
    reason = f"its file in Airflow has an error: ModuleNotFoundError: {SECRET}"
    fired = replace(a_firing("Sales"), state=FiringState.MISSED, reason=reason)
    yield replace(stopped, firing=fired, run=replace(stopped.run, stopped_by=None))
    yield replace(stopped, run=replace(stopped.run, stopped_by=None, remark=NEEDS))


def drawn(shown: RunCard, *, shared: bool) -> Iterator[Message]:
    yield run.card(shown, shared=shared)
    if shown.run.state is RunState.DONE:
        yield run.result(shown, shared=shared)
    if shown.run.state is RunState.FAILED:
        yield run.failure(shown, shared=shared)
        for count in (1, 24):
            alert = replace(an_alert("Sales", RunState.FAILED, count), last=shown)
            yield incident.alert(alert, shared=shared)
            yield incident.alert(replace(alert, is_above_its_reply=True), shared=shared)


@pytest.mark.parametrize("shown", [*cards()], ids=lambda each: str(each.run.state))
def test_what_is_internal_stays_in_the_company(shown: RunCard):
    for message in drawn(shown, shared=True):
        assert SECRET not in message.text + json.dumps([message.blocks, message.newer])
    for message in drawn(shown, shared=False):
        assert SECRET in message.text + json.dumps([message.blocks, message.newer])
