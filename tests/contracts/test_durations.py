"""How long a schedule's last runs took, as `show` says it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.job import Job, JobKey
from tests.fakes.talking import talking
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from tests.world import World

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)


def add_job(world: World) -> dict[str, Any]:
    """Add a job whose runs take as long, and fail as long, as is kept in what is returned."""
    state: dict[str, Any] = {"takes": timedelta(seconds=30), "broken": False}
    world.airflow.add(
        Job(JobKey(world.airflow.deployment, "load"), "Load", tags=frozenset({"finance"})),
        tasks=("pull",),
        takes=lambda _conf: state["takes"],
        fails=lambda _conf, _try: "TimeoutError: 30 s" if state["broken"] else None,
    )
    world.catalogue.step()
    return state


def test_show_says_how_long_the_last_runs_took_and_which_failed(world: World, tom: Person):
    state = add_job(world)
    schedule = world.schedule("every 10 minutes", TOM, dag_id="load")
    world.go_on(25 * MINUTE)
    tom.type("#finance", f"/schedule show {schedule.number}")
    card = tom.see("#finance", "Last: ")
    assert "oldest first" not in card.text

    state["broken"] = True
    world.go_on(10 * MINUTE)
    state.update(broken=False, takes=4 * MINUTE)
    world.go_on(10 * MINUTE)
    state["takes"] = timedelta(seconds=30)
    world.go_on(10 * MINUTE)
    tom.type("#finance", f"/schedule show {schedule.number}")

    shown = tom.see("#finance", "Last 5 runs: usually 30 s, longest 4 min, 1 failed")
    assert "Load" in shown.text
    (chart,) = [each for each in shown.drawn["blocks"] if each["type"] == "data_visualization"]
    assert chart["title"] == "How long the last 5 runs took"
    assert chart["chart"]["axis_config"]["y_label"] == "minutes"
    assert {
        each["name"]: [point["value"] for point in each["data"]] for each in chart["chart"]["series"]
    } == {
        "done": [0.5, 0.5, 0, 4.0, 0.5],
        "failed": [0, 0, 0.5, 0, 0],
    }


def test_where_slack_takes_no_charts_the_last_runs_are_bars_in_a_line(world: World):
    state = add_job(world)
    schedule = world.schedule("every 10 minutes", TOM, dag_id="load")
    world.go_on(25 * MINUTE)
    state["broken"] = True
    world.go_on(10 * MINUTE)

    with talking(world, planned="invalid_blocks") as slack:
        slack.driver.faults.unknown_blocks.add("data_visualization")
        tom = slack.driver.as_person("Tom Okafor")
        tom.type("#finance", f"/schedule show {schedule.number}")

        tom.see("#finance", "Last 3 runs, oldest first: ██✕ longest 30 s, 1 failed (✕)")
