"""A loop that cannot do its step backs off, says so in its health, and goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Unavailable
from bot.health import Health
from bot.workers.loop import LONGEST_BACK_OFF, Loop
from storage.database import Database

if TYPE_CHECKING:
    from tests.world import World


class Stumbling:
    """Raises what it is given, one at each step, and then does well."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)

    def step(self) -> float:
        if self.troubles:
            raise self.troubles.pop(0)
        return 2.0


def test_it_waits_longer_each_time_and_at_once_does_its_turn_when_all_is_well_again():
    away = Unavailable("database", "it is not there")
    loop = Loop("dispatcher", Stumbling(*[away] * 6))

    waits = [loop._step() for _ in range(7)]

    assert waits == [1.0, 2.0, 4.0, 8.0, LONGEST_BACK_OFF, LONGEST_BACK_OFF, 2.0]
    assert loop.heartbeat.trouble == ""


def test_a_bug_in_a_step_does_not_end_the_loop():
    loop = Loop("dispatcher", Stumbling(ZeroDivisionError("by nothing")))

    assert loop._step() == 1.0
    assert loop.heartbeat.trouble.startswith("ZeroDivisionError, a fault of Runbell")
    assert "by nothing" not in loop.heartbeat.trouble, "anybody may read it, and its words may repeat values"
    assert loop._step() == 2.0


def test_health_says_what_is_wrong_while_it_is(world: World):
    loop = Loop("dispatcher", Stumbling(Unavailable("database", "it is not there")))
    health = Health(world.database, world.slack, world.airflow, [loop])
    assert health.report()["checks"]["loop dispatcher"] == "has not begun yet"

    loop._step()
    with world.airflow.outage("it hangs"):
        report = health.report()
    assert not report["ready"]
    assert report["checks"]["loop dispatcher"] == "database: it is not there"
    assert report["checks"]["airflow"] == "Airflow: it hangs"

    loop._step()
    assert health.report()["ready"]


def test_a_scheduler_of_airflow_that_is_down_is_no_health(world: World):
    world.airflow.stop_scheduler()

    report = Health(world.database, world.slack, world.airflow, []).report()

    assert "nothing will start" in report["checks"]["airflow"]


def test_health_says_that_the_database_is_away(world: World):
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")

    report = Health(nowhere, world.slack, world.airflow, []).report()

    assert not report["ready"]
    assert report["checks"]["database"].startswith("database: ")
    assert report["checks"]["slack"] == report["checks"]["airflow"] == "ok"
