"""A clock that differs from the others is named by /readyz, before anything is said twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.clocks import clock_of_airflow, differing
from bot.health import Health
from tests.world import NINE

if TYPE_CHECKING:
    from tests.world import World


def warnings(world: World, of: str) -> list[str]:
    """Return those about the clock of one system: this world's clock stands, PostgreSQL's goes on."""
    report = Health(world.database, world.slack, world.airflow, [], world.clock).report()
    return [each for each in report["warnings"] if "clock" in each and f"{of} is" in each]


@pytest.mark.parametrize(("seconds", "said"), [(90, "Slack is 90 s ahead of"), (-90, "Slack is 90 s behind")])
def test_slacks_clock_is_compared(world: World, seconds: int, said: str):
    world.slack.clock_says = world.clock.now() + timedelta(seconds=seconds)

    (told,) = warnings(world, "Slack")

    assert said in told
    assert "NTP" in told


def test_airflows_clock_is_told_by_its_schedulers_heartbeat(world: World, monkeypatch: pytest.MonkeyPatch):
    healthy = world.airflow.health()
    ahead = replace(healthy, heartbeat_at=world.clock.now() + timedelta(minutes=10))
    monkeypatch.setattr(world.airflow, "health", lambda: ahead)

    (told,) = warnings(world, "Airflow")

    assert "Airflow is 600 s ahead of" in told


@pytest.mark.parametrize(
    ("old", "is_told"), [(0, False), (29, False), (59, False), (75, True), (-40, True)], ids=str
)
def test_a_heartbeat_is_some_seconds_old_and_that_is_no_difference(old: int, is_told: bool, world: World):
    health = replace(world.airflow.health(), scheduler=True, heartbeat_at=NINE - timedelta(seconds=old))

    told = differing(NINE, {"Airflow": clock_of_airflow(health, NINE)})

    assert bool(told) is is_told


def test_a_scheduler_that_is_away_tells_no_time(world: World):
    health = replace(world.airflow.health(), scheduler=False, heartbeat_at=NINE - timedelta(days=1))

    assert clock_of_airflow(health, NINE) is None


@pytest.mark.both_databases
def test_the_databases_clock_is_compared_where_it_has_one(world: World):
    at = world.database.clock()
    assert (at is None) is world.database.is_sqlite
    assert bool(warnings(world, "the database")) is not world.database.is_sqlite
