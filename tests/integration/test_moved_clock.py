"""A real Airflow under a clock that was put forward: a run asked for by that clock starts by that clock."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.run import RunState
from bot.gateways.airflow import PasswordTokens, RestAirflow
from playground.airflow_clock import AirflowUnderAClock
from playground.moved_clock import MovedClock

if TYPE_CHECKING:
    from pathlib import Path

    from playground.airflow import RunningAirflow

pytestmark = pytest.mark.airflow


def test_a_run_of_tomorrow_starts_when_the_moved_clock_says_so(
    running_airflow: RunningAirflow, tmp_path: Path
) -> None:
    running, clock = running_airflow, MovedClock(tmp_path / "clock.json")
    clock.jump_to(clock.now() + 17 * 3600)
    translator = AirflowUnderAClock(running.url, clock)
    tokens = PasswordTokens(translator.url, running.username, running.password)
    airflow = RestAirflow(translator.url, tokens, timeout=60)  # its first answers take long on a busy machine
    run_id = f"runbell__{uuid.uuid4().hex}"
    due = datetime.fromtimestamp(clock.now(), UTC) + timedelta(seconds=3)

    airflow.start("nightly_cleanup", run_id, run_after=due, conf={}, note="")
    deadline = time.monotonic() + 180
    while not airflow.run("nightly_cleanup", run_id).state.is_over:
        assert time.monotonic() < deadline
        time.sleep(0.3)
    run = airflow.run("nightly_cleanup", run_id)
    ended = airflow.finished(ended_since=due)
    translator.stop()

    assert run.state is RunState.DONE
    assert run.run_after == due
    assert due <= run.started_at < due + timedelta(hours=1)  # by the moved clock, which is hours ahead
    assert run_id in {each.run_id for each in ended}
