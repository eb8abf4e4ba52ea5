"""Storms: many failures at once are one message, which is acted on as one and says when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import NotFound
from bot.domain.job import Job, JobKey
from bot.rules.access import Asker
from tests.unit.workers.test_incidents import incidents_at, shown
from tests.world import FINANCE, NINE, PRIYA, TOM

if TYPE_CHECKING:
    from tests.fakes.slack import Posted
    from tests.world import World

pytestmark = pytest.mark.both_databases
MANY = 7


def aloud(world: World, channel_id: str = FINANCE) -> list[Posted]:
    return [
        each
        for each in world.slack.posted
        if each.channel_id == channel_id and (each.thread_ts is None or each.broadcast)
    ]


@pytest.mark.slow
def test_many_that_fail_at_once_are_one_message_with_claim_all_and_retry_all_and_an_end(world: World):
    state = {"broken": True}
    for number in range(MANY):
        job = Job(
            JobKey(world.airflow.deployment, f"load_{number}"), f"Load {number}", tags=frozenset({"finance"})
        )
        world.airflow.add(
            job,
            tasks=("check",),
            takes=timedelta(seconds=2 + number),
            fails=lambda _conf, _try: "3 orders were refused" if state["broken"] else None,
        )
    world.catalogue.step()
    for number in range(MANY):
        world.schedule("every day at 9am", TOM, dag_id=f"load_{number}")
    world.go_to(NINE - timedelta(seconds=2))
    for _ in range(60):
        world.clock.advance(timedelta(seconds=1))
        world.step()

    storm = aloud(world)[-1]
    assert f"{MANY} jobs are failing at once" in storm.text
    assert len(aloud(world)) <= MANY - 1
    assert len(aloud(world, f"D{TOM.person_id}")) <= 2
    with world.database.transaction() as tx:
        (here,) = (each for each in tx.incidents.open_storms() if each.place.channel_id == FINANCE)
    with pytest.raises(NotFound):
        world.incidents.claim_all(Asker(PRIYA), here.storm_id)

    assert world.incidents.claim_all(Asker(TOM), here.storm_id).done == MANY
    state["broken"] = False
    assert world.incidents.retry_all(Asker(TOM), here.storm_id).done == MANY
    world.go_on(timedelta(seconds=60))

    assert f"All {MANY} jobs that failed at once are back to normal" in aloud(world)[-1].text
    assert aloud(world)[-1].thread_ts == storm.ts
    assert "back to normal" in storm.text


@pytest.mark.slow
def test_runs_of_one_job_are_not_called_jobs_and_what_was_mended_before_is_none_of_the_storm(world: World):
    state = {"broken": True}
    job = Job(JobKey(world.airflow.deployment, "load"), "Load", tags=frozenset({"finance"}))
    fails: Any = lambda _conf, _try: "3 orders were refused" if state["broken"] else None  # noqa: E731  short
    world.airflow.add(job, tasks=("check",), takes=timedelta(seconds=2), fails=fails)
    world.catalogue.step()
    world.schedule("today at 8:57", TOM, dag_id="load")
    world.go_to(NINE - timedelta(minutes=2, seconds=50))
    state["broken"] = False
    (first,) = incidents_at(world)
    world.incidents.retry(Asker(TOM), first.incident_id)
    world.go_on(timedelta(seconds=20))
    state["broken"] = True
    for _ in range(MANY):
        world.schedule("every day at 9am", TOM, dag_id="load")
    world.go_to(NINE + timedelta(seconds=40))

    storm = aloud(world)[-1]
    assert f"{MANY} runs of Load are failing at once." in storm.text
    began = int((NINE + timedelta(seconds=2)).timestamp())
    assert abs(int(shown(storm).split("since <!date^")[1].split("^")[0]) - began) < 20

    state["broken"] = False
    with world.database.transaction() as tx:
        (here,) = (each for each in tx.incidents.open_storms() if each.place.channel_id == FINANCE)
    world.clock.advance(timedelta(seconds=1))  # Slack takes one message a second, and a log was just posted
    world.incidents.retry_all(Asker(TOM), here.storm_id)
    world.notifier.step()
    assert f"{MANY} of {MANY} are being retried." in shown(storm)
    assert f"*{MANY} ×* being retried" in shown(storm)
    world.go_on(timedelta(seconds=60))
    assert f"All {MANY} runs of Load that failed at once are back to normal after" in storm.text
    assert "after 1 min" in storm.text
