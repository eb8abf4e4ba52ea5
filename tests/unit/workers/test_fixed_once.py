"""What is fixed is said once in each place, in the project's time; a deleted schedule ends its failure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from bot.blocks.help import problem
from bot.domain.errors import NotAllowed
from bot.domain.incident import Ending
from bot.domain.job import job_reference
from bot.rules.access import Asker
from bot.rules.alert_shown import storm_shown
from tests.unit.workers.test_incidents import (
    A_WHILE,
    TOMS,
    add_failing,
    fails_at_nine,
    in_channel,
    incidents_at,
    shown,
)
from tests.world import FINANCE, LENA, NINE, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
MANY = 7


@pytest.mark.slow
def test_a_run_by_hand_that_is_fixed_stands_once_and_its_reply_says_no_more_than_that(world: World):
    state = add_failing(world)
    world.run_now(dag_id="sync")
    world.step()
    world.go_on(A_WHILE)
    card, reply = in_channel(world)
    assert reply.thread_ts == card.ts
    assert "Sync failed in task pull: TimeoutError: 30 s. Started by <@U0TOM>." in reply.text
    assert "incident.retry" in shown(reply)
    assert "Started <!date" in shown(card)
    assert "Started <!date" not in shown(reply), "the card above says so"
    state["broken"] = False

    (incident,) = (each for each in incidents_at(world) if each.of.place.channel_id == FINANCE)
    world.incidents.retry(Asker(TOM), incident.incident_id)
    world.go_on(A_WHILE)

    assert "~failed~, fixed" in shown(card)
    assert "~failed~" not in shown(reply)
    assert [each["type"] for each in reply.edits[-1].blocks] == ["context"]
    assert "Fixed " in shown(reply)
    assert "(retried by <@U0TOM>, try 2)" in shown(reply)
    assert "back to normal" in reply.text


def test_a_run_that_airflow_started_is_called_by_its_time_in_the_project(world: World):
    add_failing(world)
    world.go_on(A_WHILE)
    world.airflow.start_elsewhere("sync", "scheduled__1", logical_date=NINE - timedelta(minutes=15))
    world.go_on(timedelta(minutes=2))

    (card,) = in_channel(world)
    assert "(the 08:45 run, Berlin time)" in card.text


@pytest.mark.slow
def test_deleting_a_failing_schedule_ends_its_incident_everywhere_and_disturbs_nobody(world: World):
    fails_at_nine(world)
    before = len(world.slack.posted)
    (schedule,) = world.scheduling.listed(Asker(TOM))

    world.scheduling.delete(Asker(TOM), schedule.schedule.schedule_id)
    world.go_on(A_WHILE)

    assert {each.ending for each in incidents_at(world)} == {Ending.DELETED}
    for place in (FINANCE, TOMS):
        (told,) = in_channel(world, place)
        assert "Sync failed; its schedule was deleted." in told.text
        assert "incident." not in shown(told)
    assert len(world.slack.posted) == before


@pytest.mark.slow
def test_a_storm_ends_with_the_deletion_of_all_that_fails_in_it(world: World):
    storm_of(world, MANY)
    for each in world.scheduling.listed(Asker(TOM)):
        world.scheduling.delete(Asker(TOM), each.schedule.schedule_id)
    world.go_on(A_WHILE)

    with world.database.transaction() as tx:
        assert list(tx.incidents.open_storms()) == []
    assert any("Nothing of it fails any more" in each.text for each in in_channel(world))


@pytest.mark.slow
def test_what_a_storm_shows_is_read_in_as_many_statements_for_many_runs_as_for_few(world: World):
    storm_of(world, MANY)
    few = statements_of_the_storm(world, MANY)
    storm_of(world, MANY, after=timedelta(minutes=1))

    assert statements_of_the_storm(world, 2 * MANY) == few


def statements_of_the_storm(world: World, many: int) -> int:
    """How many statements it takes to draw the storm, which shows so many runs."""
    taken = []
    with world.database.transaction() as tx:
        (storm,) = (each for each in tx.incidents.open_storms() if each.place.channel_id == FINANCE)
        event.listen(tx.connection, "before_cursor_execute", lambda *_: taken.append(1))
        drawn = storm_shown(tx, storm.storm_id, {world.airflow.deployment: world.airflow}, world.clock.now())
    assert drawn is not None
    assert len(drawn.alerts) == many
    return len(taken)


def storm_of(world: World, many: int, *, after: timedelta = timedelta()) -> None:
    for number in range(many):
        dag_id = f"load_{after.seconds}_{number}"
        add_failing(world, dag_id, error="3 orders were refused")
        world.schedule(f"every day at 09:{after.seconds // 60:02}", TOM, dag_id=dag_id)
    world.go_to(NINE + after + A_WHILE)


@pytest.mark.slow
def test_who_is_refused_a_retry_or_a_claim_may_ask_for_access_to_the_job(world: World):
    fails_at_nine(world)
    incident = incidents_at(world)[0]
    reference = job_reference(incident.of.project_id, incident.of.key)

    for act, on in (
        (world.incidents.claim, incident.incident_id),
        (world.incidents.retry, incident.incident_id),
        (world.running.retry, incident.last_run),
    ):
        with pytest.raises(NotAllowed) as refused:
            act(Asker(LENA, FINANCE), on)
        asks = [block for block in problem(refused.value).blocks if block["type"] == "actions"]
        assert [each["value"] for block in asks for each in block["elements"]] == [reference]
