"""Many jobs that one deploy breaks, or that somebody pauses at once, are one message in each place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.rules.access import Asker
from tests.late_runs import TOMS, about, go_on
from tests.unit.workers.test_incidents import shown
from tests.unit.workers.test_many_late import MANY, MINUTE, SECOND, add_jobs, change_all
from tests.unit.workers.test_storms import aloud
from tests.world import FINANCE, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from tests.fakes.slack import Posted
    from tests.world import World

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]
ERROR = "ModuleNotFoundError: No module named 'warehouse'"


def add_planned(world: World) -> None:
    add_jobs(world)
    for number in range(MANY):
        world.schedule("every day at 9pm", TOM, dag_id=f"load_{number:02}")
    pass_time(world)


def pass_time(world: World) -> None:
    go_on(world, 40 * SECOND, stride=2 * SECOND)


def break_all(world: World) -> None:
    change_all(world, has_import_errors=True, import_error=ERROR)
    pass_time(world)


def heal(world: World, *numbers: int) -> None:
    for number in numbers:
        world.airflow.change(f"load_{number:02}", has_import_errors=False, import_error="", is_paused=False)
    world.catalogue.step()
    pass_time(world)


def of_jobs(world: World, place: str = FINANCE) -> list[Posted]:
    """Return what makes a sound in the place and is about jobs that stop or go on."""
    return [each for each in aloud(world, place) if "not run" in each.text or "can run again" in each.text]


@pytest.mark.parametrize("place", [FINANCE, TOMS])
def test_many_broken_by_one_deploy_are_one_message_that_says_which_work_again(world: World, place: str):
    add_planned(world)
    break_all(world)

    (one,) = of_jobs(world, place)
    assert one.text == f"{MANY} jobs do not run: Load 00, Load 01, Load 02 and {MANY - 3} more."
    assert "*Load 00*, 1 schedule waits" in shown(one)
    assert shown(one).count(ERROR.split("'", maxsplit=1)[0]) == 1, "the error of all of them is read once"
    below = [each for each in about(world, "does not run", place) if each.thread_ts == one.ts]
    assert len(below) == MANY
    assert "waits: every day at 21:00" in shown(below[0])

    heal(world, 3)
    assert one.text.startswith(f"{MANY - 1} jobs do not run")
    assert "*Load 03*, with 1 schedule" in shown(one).partition("*Can run again*")[2]
    heal(world, *range(MANY))
    assert one.text.startswith(f"{MANY} jobs can run again in Airflow: ")
    assert of_jobs(world, place) == [one]


def test_many_paused_and_resumed_in_airflow_are_one_message(world: World):
    add_planned(world)
    change_all(world, is_paused=True)
    pass_time(world)

    (one,) = of_jobs(world)
    assert "*Load 00*, 1 schedule waits" in shown(one).partition("*Paused in Airflow*")[2]
    assert "Resume for everyone" in shown(about(world, "*Load 05* does not run")[0])

    heal(world, *range(MANY))
    assert one.text.startswith(f"{MANY} jobs can run again")
    assert of_jobs(world) == [one]


def test_many_resumed_at_once_are_one_message_though_they_were_paused_one_by_one(world: World):
    add_planned(world)
    for number in range(MANY):
        world.airflow.change(f"load_{number:02}", is_paused=True)
        world.catalogue.step()
        go_on(world, 6 * MINUTE, stride=MINUTE)
    assert len(of_jobs(world)) == MANY
    before = of_jobs(world)

    heal(world, *range(MANY))
    (one,) = [each for each in of_jobs(world) if each not in before]
    assert one.text.startswith(f"{MANY} jobs can run again")


def test_what_breaks_once_all_of_it_works_again_has_a_message_of_its_own(world: World):
    add_planned(world)
    break_all(world)
    heal(world, *range(MANY))
    before = of_jobs(world)

    world.airflow.change("load_05", has_import_errors=True, import_error=ERROR)
    world.catalogue.step()
    pass_time(world)
    (one,) = [each for each in of_jobs(world) if each not in before]
    assert one.text.startswith("Load 05 does not run: its file in Airflow has an error")


def test_what_heals_before_it_could_be_told_is_told_to_nobody(world: World):
    add_planned(world)
    change_all(world, has_import_errors=True, import_error=ERROR)
    change_all(world, has_import_errors=False, import_error="")
    pass_time(world)

    assert of_jobs(world) == []


def test_held_back_by_a_pause_of_the_project_it_is_told_when_that_is_ended_early(world: World):
    add_planned(world)
    until = world.clock.now() + timedelta(hours=8)
    pausing, project_id = world.services().pausing_projects, world.projects["Finance"]
    pausing.pause(Asker(MAYA, FINANCE), project_id, until)
    break_all(world)
    assert of_jobs(world) == []

    pausing.resume(Asker(MAYA, FINANCE), project_id)
    pass_time(world)
    (one,) = of_jobs(world)
    assert one.text.startswith(f"{MANY} jobs do not run")
    heal(world, *range(MANY))
    assert one.text.startswith(f"{MANY} jobs can run again")


@pytest.mark.parametrize("many", [1, MANY])
def test_another_company_that_reads_along_reads_no_error(world: World, many: int):
    add_planned(world)
    with world.database.transaction() as tx:
        kept = tx.channels.get(TEAM, FINANCE)
        assert kept is not None
        tx.channels.describe(replace(kept, is_shared=True))
    for number in range(many):
        world.airflow.change(f"load_{number:02}", has_import_errors=True, import_error=ERROR)
    world.catalogue.step()
    pass_time(world)

    assert of_jobs(world)
    assert not about(world, "ModuleNotFoundError")


def test_another_reason_is_told_once_below_the_message_and_puts_the_first_one_right(world: World):
    add_planned(world)
    change_all(world, is_paused=True)
    pass_time(world)
    world.airflow.change("load_03", has_import_errors=True, import_error=ERROR)
    world.catalogue.step()
    pass_time(world)

    (one,) = of_jobs(world)
    first, second = (each for each in about(world, "Load 03") if each.thread_ts == one.ts)
    assert first.text == "Load 03 did not run: the job was paused in Airflow."
    assert "it does not run for another reason" in shown(first)
    assert second.text == f"Load 03 does not run: its file in Airflow has an error: {ERROR}."
    assert "*Load 03*, 1 schedule waits" in shown(one).partition("has an error*")[2]

    heal(world, 3)
    assert first.text == "Load 03 did not run: the job was paused in Airflow."
    assert second.text == "Load 03 can run again."
    assert "*Load 03*, with 1 schedule" in shown(one).partition("*Can run again*")[2]
