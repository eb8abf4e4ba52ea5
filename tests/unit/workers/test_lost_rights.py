"""Who may no longer see a job is told nothing more about it, also of what they asked for before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.condition_told import RunsLong
from bot.domain.job import Job, JobKey, JobSettings
from bot.domain.late import LateShown
from bot.domain.project import Place
from bot.domain.project_setup import Who
from bot.rules import project_edits
from bot.rules.access import Asker
from bot.rules.project_edits import set_job
from bot.rules.readers import Reader
from tests.late_runs import add_job
from tests.latest import latest_run
from tests.unit.workers.test_closed_places import closed
from tests.world import FINANCE, MAYA, TEAM, TOM, World

if TYPE_CHECKING:
    from bot.domain.incident import Incident

pytestmark = pytest.mark.both_databases
WITHHELD = "You may no longer see this job, so I tell you nothing more about it."
SECONDS = timedelta(seconds=30)


def take_away(world: World) -> None:
    world.managing.edit(
        Asker(MAYA), world.projects["Finance"], project_edits.remove_member(Who(TOM.person_id))
    )


def told_to_tom(world: World) -> str:
    """All that he was ever shown, whatever it was edited to."""
    shown = [each for each in world.slack.posted if each.channel_id in {TOM.person_id, f"D{TOM.person_id}"}]
    return str([(each.message, each.edits) for each in shown])


def failing(world: World, dag_id: str = "import_orders") -> Incident:
    key = JobKey(world.airflow.deployment, dag_id)
    with world.database.transaction() as tx:
        run = latest_run(tx, world.projects["Finance"], key)
        return tx.incidents.of_run(run.run_key)[0]


@pytest.mark.parametrize("ends", ["fails", "is done"])
def test_a_run_that_goes_on_is_told_to_its_end_only_to_who_may_see_it(world: World, ends: str):
    world.run_now(dag_id="import_orders", where="", fail="always" if ends == "fails" else "no")
    world.step()
    assert "is running" in told_to_tom(world)

    take_away(world)
    world.go_on(SECONDS)

    assert world.slack.texts(TOM.person_id) == [WITHHELD]
    assert "OrdersFeedError" not in told_to_tom(world)


@pytest.mark.slow
def test_a_reminder_is_not_sent(world: World):
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(SECONDS)
    world.incidents.remind(Asker(TOM), failing(world).incident_id)

    take_away(world)
    world.go_on(timedelta(hours=1, minutes=1))

    assert world.slack.texts(TOM.person_id) == []


@pytest.mark.slow
def test_it_is_sent_to_who_may_still_see_it(world: World):
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(SECONDS)
    world.incidents.remind(Asker(TOM), failing(world).incident_id)

    world.go_on(timedelta(hours=1, minutes=1))

    assert "Import orders" in "".join(world.slack.texts(TOM.person_id))


@pytest.fixture
def storm(world: World) -> World:
    """Two of Tom's jobs have failed at once, which one of his direct messages tells."""
    for number in range(2):
        key = JobKey(world.airflow.deployment, f"load_{number}")
        job = Job(key, f"Load {number}", tags=frozenset({"finance"}))
        world.airflow.add(job, takes=timedelta(seconds=2), fails=lambda _conf, _try: "3 orders were refused")
    world.catalogue.step()
    for number in range(2):
        world.run_now(dag_id=f"load_{number}", where="")
    world.go_on(SECONDS)
    assert "2 jobs are failing at once" in str(world.slack.texts(TOM.person_id))
    return world


@pytest.mark.slow
def test_a_storm_shows_what_its_reader_still_sees(storm: World):
    storm.airflow.change("load_1", tags=frozenset({"secret"}))
    storm.catalogue.step()

    storm.incidents.claim(Asker(TOM), failing(storm, "load_0").incident_id)
    storm.go_on(SECONDS)

    (told,) = (each for each in storm.slack.posted if "failing at once" in each.message.text)
    now = str(told.edits[-1])
    assert "Load 0" in now
    assert "Load 1" not in now


@pytest.mark.slow
def test_a_storm_of_which_nothing_is_left_says_so(storm: World):
    take_away(storm)
    storm.incidents.claim(Asker(MAYA), failing(storm, "load_0").incident_id)
    storm.go_on(SECONDS)

    (told,) = (each for each in storm.slack.posted if "failing at once" in each.message.text)
    assert told.text == WITHHELD


def test_what_a_closed_channel_does_not_take_goes_to_its_owner_only_if_they_may_see_it(world: World):
    closed(world, FINANCE)
    world.run_now(dag_id="import_orders", fail="always")
    world.dispatcher.step()
    take_away(world)

    world.go_on(timedelta(minutes=1))

    assert world.slack.texts(TOM.person_id) == []
    assert "failed in task" in "".join(world.slack.texts(MAYA.person_id))


def test_that_a_run_takes_long_is_not_said_to_who_may_no_longer_see_it(world: World):
    add_job(world, takes=timedelta(hours=1))
    finance = world.projects["Finance"]
    limited = set_job(world.sharing.known_job(Asker(MAYA), finance, "load"), JobSettings(longest_minutes=3))
    world.managing.edit(Asker(MAYA), finance, limited)
    world.run_now(dag_id="load", where="")
    world.step()
    world.clock.advance(timedelta(minutes=4))
    world.watcher.step()
    world.conditions.step()

    take_away(world)
    world.notifier.step()

    assert "longer than" not in told_to_tom(world)


def test_a_group_of_late_runs_shows_those_that_its_reader_still_sees(world: World):
    world.run_now(dag_id="import_orders", where="")
    world.step()
    now = world.clock.now()
    with world.database.reading() as tx:
        run = latest_run(tx, world.projects["Finance"], JobKey(world.airflow.deployment, "import_orders"))
    long = RunsLong("Import orders", run.run_key, took=SECONDS, usual=SECONDS, url="")
    group, toms = LateShown(now, (long,)), Place(TEAM, TOM.person_id)

    def left() -> object:
        with world.database.reading() as tx:
            return Reader(tx, toms).left_of(group)

    assert left() == group
    take_away(world)
    assert left() is None
