"""A schedule that failed so many times in a row waits until somebody lets it go on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from bot.domain import condition_told
from bot.domain.alert_rule import Hearing
from bot.domain.condition import ConditionKind
from bot.domain.errors import NotAllowed, NotUnderstood
from bot.domain.project import Place
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.rules.access import Asker
from bot.rules.conditions import close_condition, open_condition
from storage.schedules import Schedules
from tests.late_runs import MINUTE, SECOND, TOMS, about, go_on
from tests.unit.workers.test_incidents import add_failing, shown
from tests.world import FINANCE, LENA, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.schedule import Schedule
    from tests.world import World

pytestmark = pytest.mark.both_databases


def failing_schedule(world: World, most: int | None, when: str = "every 5 minutes") -> Schedule:
    add_failing(world)
    schedule = world.schedule(when, TOM, dag_id="sync")
    world.adjusting.set_policies(
        Asker(TOM),
        schedule.schedule_id,
        missed=MissedPolicy.LATEST,
        overlap=OverlapPolicy.WAIT,
        grace=None,
        most_failures=most,
    )
    return schedule


def state_of(world: World, schedule: Schedule) -> ScheduleState:
    with world.database.transaction() as tx:
        found = tx.schedules.get(schedule.schedule_id)
    assert found is not None
    return found.state


@pytest.mark.slow
def test_after_so_many_failures_in_a_row_a_schedule_waits_until_somebody_lets_it_go_on(world: World):
    schedule = failing_schedule(world, 3)
    go_on(world, 14 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.ACTIVE
    go_on(world, 5 * MINUTE)

    assert state_of(world, schedule) is ScheduleState.SUSPENDED
    assert len(world.starts("sync")) in {3, 4}, "what was handed over ahead is taken back"
    for place in (FINANCE, TOMS):
        (told,) = about(world, "failed 3 times in a row", place)
        assert "It waits for <@U0TOM> and does not run." in told.text
        assert "TimeoutError: 30 s" in shown(told)
        assert "Go on" in shown(told)
    before = len(world.starts("sync"))
    with pytest.raises(NotAllowed):
        world.scheduling.resume(Asker(LENA), schedule.schedule_id)

    world.scheduling.resume(Asker(MAYA), schedule.schedule_id)
    go_on(world, 20 * SECOND)
    for place in (FINANCE, TOMS):
        (told,) = about(world, "waits no longer for its owner", place)
        assert "it goes on" in told.text
        assert "Go on" not in shown(told)

    go_on(world, 9 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.ACTIVE, "it is counted anew"
    go_on(world, 9 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.SUSPENDED
    assert len(world.starts("sync")) - before in {3, 4}


@pytest.mark.slow
def test_a_schedule_that_may_fail_more_often_is_not_locked_while_it_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    failing_schedule(world, 2)
    go_on(world, 6 * MINUTE)
    locked: list[str] = []
    lock = Schedules.lock

    def counted(self: Schedules, workspace_id: str, schedule_id: str) -> Schedule | None:
        locked.append(schedule_id)
        return lock(self, workspace_id, schedule_id)

    monkeypatch.setattr(Schedules, "lock", counted)
    world.conditions.step()
    assert not locked

    go_on(world, 5 * MINUTE)
    assert locked, "then it is counted again under a lock"


@pytest.mark.slow
def test_a_schedule_goes_on_whatever_fails_if_nothing_else_is_said(world: World):
    schedule = failing_schedule(world, None)
    go_on(world, 30 * MINUTE, stride=20 * SECOND)
    assert state_of(world, schedule) is ScheduleState.ACTIVE


@pytest.mark.slow
def test_a_good_run_between_them_breaks_the_row(world: World):
    state = add_failing(world)
    schedule = world.schedule("every 5 minutes", TOM, dag_id="sync")
    world.adjusting.set_policies(
        Asker(TOM),
        schedule.schedule_id,
        missed=MissedPolicy.LATEST,
        overlap=OverlapPolicy.WAIT,
        grace=None,
        most_failures=2,
    )
    go_on(world, 5 * MINUTE + 30 * SECOND)
    state["broken"] = False
    go_on(world, 5 * MINUTE)
    state["broken"] = True
    go_on(world, 5 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.ACTIVE
    go_on(world, 5 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.SUSPENDED


@pytest.mark.slow
def test_a_schedule_that_waits_and_is_deleted_is_waited_for_no_longer(world: World):
    schedule = failing_schedule(world, 1)
    go_on(world, 6 * MINUTE)
    (told,) = about(world, "It waits for")

    world.scheduling.delete(Asker(TOM), schedule.schedule_id)
    go_on(world, 20 * SECOND)

    assert "it was deleted" in told.text


@pytest.mark.slow
def test_nothing_more_is_handed_over_before_the_worker_has_suspended_it(world: World):
    failing_schedule(world, 1)
    world.go_on(12 * MINUTE)  # without the worker

    assert len(world.starts("sync")) == 1


def test_who_races_to_tell_of_the_same_tells_once(world: World):
    place, now, begin = Place(TEAM, FINANCE), world.clock.now(), Barrier(4)

    def tell() -> None:
        begin.wait(timeout=20)
        with world.database.transaction() as tx:
            at = {place: (Hearing(now), condition_told.Away("Airflow", now))}
            open_condition(tx, ConditionKind.AWAY, "Airflow", at, since=now, now=now)

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(tell) for _ in range(4)]:
            each.result(timeout=60)
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 1
        assert len(close_condition(tx, ConditionKind.AWAY, "Airflow", lambda _: None, now)) == 1
        assert close_condition(tx, ConditionKind.AWAY, "Airflow", lambda _: None, now) == []


def test_only_a_number_that_makes_sense_is_taken(world: World):
    with pytest.raises(NotUnderstood, match="Choose between 1 and 100"):
        failing_schedule(world, 0)
