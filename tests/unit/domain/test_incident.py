"""A job that fails and works by turns: what is told of each end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.incident import STEADY_AFTER, Incident, IncidentKey, Told, after_failure, after_success, begun
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.run import Run, RunState

NINE = datetime(2026, 5, 1, 9, tzinfo=UTC)
KEY = JobKey("default", "cleanup")
OF = IncidentKey(Place("T1", "C1"), 1, KEY, "hand")
WORDS = {Told.FAILURE: "F", Told.RECOVERY: "R", Told.FLAPS: "!", Told.AGAIN: ".", None: "."}


def run(state: str, at: datetime, due_at: datetime | None = None) -> Run:
    ended = RunState.FAILED if state == "x" else RunState.DONE
    return Run("k", KEY, "r", ended, None, due_at or at, at, at)


def after(ended: list[Run]) -> tuple[Incident | None, Told | None]:
    """Return the last incident, whether it has ended or not, and what the last of these ends is told as."""
    incident: Incident | None = None
    said: Told | None = None
    for each in ended:
        assert each.ended_at is not None
        is_open = incident is not None and incident.ended_at is None
        said = None
        if each.state is RunState.FAILED:
            if is_open and incident is not None:
                incident, said = after_failure(incident, each, each.ended_at)
            else:
                incident, said = begun(OF, each, "i", incident)
        elif is_open and incident is not None:
            incident, said = after_success(incident, each, is_of_it=False, is_all_mended=False)
    return incident, said


def told(states: str, every: timedelta = timedelta(minutes=1)) -> str:
    """What is told as each of these ends, in order. x: failed, o: done."""
    runs = [run(each, NINE + place * every) for place, each in enumerate(states)]
    return "".join(WORDS[after(runs[: place + 1])[1]] for place in range(len(runs)))


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ("oooo", "...."),
        ("oxxxo", ".F..R"),
        ("oxox", ".FRF"),
        ("xoxo", "FRFR"),
        ("xoxoxoxoxoxoxo", "FRFR!........."),
        ("xoxoxooxoxxox", "FRFR!........"),
        ("xoxoxooooo", "FRFR!....R"),
        ("xoxoxooooooo", "FRFR!....R.."),
        ("xoxoxxxxx", "FRFR!...F"),
        ("xoxoxxxxxxxo", "FRFR!...F..R"),
        ("xoxoxoooooxo", "FRFR!....RFR"),
    ],
)
def test_one_that_flaps_is_told_once_and_then_when_it_is_steady(states: str, words: str):
    assert told(states) == words


def test_a_job_that_runs_seldom_is_told_each_time():
    assert told("xoxoxoxo", every=timedelta(hours=6)) == "FRFRFRFR"


def test_failures_that_are_hours_apart_are_incidents_of_their_own():
    hours = "x" + 90 * "o"
    assert told(3 * hours) == 3 * ("FR" + 89 * ".")


def test_after_a_long_rest_one_that_flapped_and_works_is_back_to_normal():
    flapping = [run(each, NINE + place * timedelta(minutes=1)) for place, each in enumerate("xoxoxo")]

    ended, said = after([*flapping, run("o", NINE + timedelta(hours=2))])
    assert ended is not None
    assert ended.ended_at is not None
    assert said is Told.RECOVERY


def test_it_counts_from_its_first_failure():
    incident, _ = after(
        [run(each, NINE + place * timedelta(minutes=1)) for place, each in enumerate("ooxoxox")]
    )

    assert incident is not None
    assert (incident.times, incident.since) == (3, NINE + timedelta(minutes=2))
    assert STEADY_AFTER > 1


def test_a_backfill_of_another_day_mends_nothing():
    failed = run("x", NINE)
    backfill = run("o", NINE + timedelta(minutes=1), due_at=NINE - timedelta(days=9))

    assert after([failed, backfill])[1] is None
    assert after([failed, backfill, run("o", NINE + timedelta(minutes=2))])[1] is Told.RECOVERY
