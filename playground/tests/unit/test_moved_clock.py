"""A clock that is put forward, and what becomes of moments that are told to Airflow and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from playground.airflow_clock import translated
from playground.moved_clock import MovedClock
from playground.slack.clock import ManualClock

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3600.0
START = datetime(2026, 3, 2, 16, tzinfo=UTC).timestamp()


@pytest.fixture
def real() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def clock(tmp_path: Path, real: ManualClock) -> MovedClock:
    return MovedClock(tmp_path / "clock.json", real)


def test_it_shows_the_real_time_until_it_is_moved(clock: MovedClock, real: ManualClock) -> None:
    assert clock.now() == START
    real.forward(5)
    assert clock.now() == START + 5
    assert clock.ahead() == 0


def test_it_goes_on_from_where_it_was_put_and_never_back(clock: MovedClock, real: ManualClock) -> None:
    clock.jump_to(START + 17 * HOUR)
    real.forward(10)

    assert clock.now() == START + 17 * HOUR + 10
    with pytest.raises(ValueError, match="forward"):
        clock.jump_to(START + HOUR)


def test_whoever_reads_the_same_file_sees_the_same_time(
    clock: MovedClock, real: ManualClock, tmp_path: Path
) -> None:
    other = MovedClock(tmp_path / "clock.json", real)
    assert other.now() == START

    clock.jump_to(START + HOUR)

    assert other.now() == START + HOUR


def test_what_was_shown_stays_as_it_was_shown(clock: MovedClock, real: ManualClock) -> None:
    real.forward(60)
    clock.jump_to(START + 10 * HOUR)
    real.forward(60)
    clock.jump_to(START + 30 * HOUR)
    real.forward(60)

    assert clock.shown(START + 30) == START + 30
    assert clock.shown(START + 90) == START + 10 * HOUR + 30
    assert clock.shown(START + 150) == START + 30 * HOUR + 30
    for moment in (START + 30, START + 90, START + 150, START + 5 * HOUR):
        assert clock.real(clock.shown(moment)) == moment


def test_what_was_jumped_over_is_the_moment_of_the_jump(clock: MovedClock, real: ManualClock) -> None:
    real.forward(60)
    clock.jump_to(START + 10 * HOUR)

    assert clock.real(START + 5 * HOUR) == START + 60
    assert clock.real(START + 10 * HOUR + 5) == START + 65


def test_dates_of_one_second_that_was_jumped_over_stay_apart(clock: MovedClock, real: ManualClock) -> None:
    at = real.now()
    clock.jump_to(at + 3600)

    assert clock.real(at + 600.25) != clock.real(at + 600.5)


def test_airflows_own_moments_are_translated_and_peoples_are_not() -> None:
    told = {
        "dag_runs": [{"run_after": "2026-03-02T16:00:00Z", "end_date": None, "dag_run_id": "x"}],
        "conf": {"start_date": "2026-03-02T16:00:00Z"},
        "updated_at_gte": "2026-03-02T17:00:00.5+01:00",
        "description": "2026-03-02T16:00:00Z",
    }

    later = translated(told, lambda moment: moment + HOUR)

    assert later == {
        "dag_runs": [{"run_after": "2026-03-02T17:00:00+00:00", "end_date": None, "dag_run_id": "x"}],
        "conf": told["conf"],
        "updated_at_gte": "2026-03-02T17:00:00.500000+00:00",
        "description": "2026-03-02T16:00:00Z",
    }


def test_a_moment_there_and_back_is_the_same_to_the_microsecond(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "clock.json")
    clock.jump_to(clock.now() + 61234.567891)
    began = datetime.fromtimestamp(clock.now(), UTC).replace(microsecond=0)

    for microseconds in range(0, 1_000_000, 7919):
        moment = began + timedelta(seconds=5, microseconds=microseconds)
        there = datetime.fromtimestamp(clock.real(moment.timestamp()), UTC)
        assert datetime.fromtimestamp(clock.shown(there.timestamp()), UTC) == moment
