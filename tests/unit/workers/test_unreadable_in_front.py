"""Rows that this version cannot read, a thousand of them, at the head of a line: those behind still come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from bot.domain.identity import new_id
from bot.domain.notice import Message
from bot.domain.project import Place
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from storage.tables import firings, notices, runs, schedules
from tests.world import FINANCE, NINE, TEAM, TOM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from sqlalchemy import Table

    from tests.world import World

pytestmark = pytest.mark.both_databases
MANY = 1_000
EARLIER = NINE - timedelta(days=1)


def copies(world: World, table: Table, key: str, **changes: Any) -> None:
    """Put MANY copies of the table's only row into it, with other keys and with these changes."""
    with world.database.transaction() as tx:
        row = dict(tx.connection.execute(select(table)).mappings().one())
        tx.connection.execute(
            insert(table),
            [
                {**row, key: new_id(), **{name: _nth(each, place) for name, each in changes.items()}}
                for place in range(MANY)
            ],
        )


def odd_schedules(world: World, **changes: Any) -> None:
    """Put schedules there whose times a newer version wrote."""
    odd = {"number": lambda place: 1000 + place, "when": {"version": 99}}
    copies(world, schedules, "schedule_id", **odd, **changes)


def odd_runs(world: World, **changes: Any) -> None:
    """Put runs there whose failure a newer version wrote."""
    odd = {"run_id": lambda place: f"runbell__odd{place}", "failure": {"of": "a newer version"}}
    copies(world, runs, "id", firing_id=None, **odd, **changes)


def _nth(change: Any, place: int) -> Any:
    return change(place) if callable(change) else change


@pytest.mark.slow
def test_a_schedule_that_is_due_is_planned(world: World):
    world.schedule("every day at 9am")
    odd_schedules(world, next_due_at=EARLIER)
    world.clock.set(NINE)

    world.dispatcher.step()

    assert len(world.starts()) == 1


@pytest.mark.slow
def test_a_schedule_that_is_to_go_on_goes_on(world: World):
    schedule = world.schedule("every day at 9am")
    world.scheduling.pause(Asker(TOM), schedule.schedule_id, until=NINE - timedelta(minutes=1))
    odd_schedules(world, resumes_at=EARLIER)
    world.clock.set(NINE)

    world.dispatcher.step()

    found = world.scheduling.show(Asker(TOM), schedule.schedule_id).schedule
    assert found.state is ScheduleState.ACTIVE


@pytest.mark.slow
def test_a_firing_that_is_due_is_sent(world: World):
    world.run_now()
    copies(
        world,
        firings,
        "firing_id",
        request_id=None,
        state="dreaming",
        act_at=EARLIER,
        due_at=lambda place: EARLIER - timedelta(seconds=place),
    )

    world.dispatcher.step()

    assert len(world.starts()) == 1


@pytest.mark.slow
def test_a_run_that_has_ended_is_seen(world: World):
    world.run_now()
    world.dispatcher.step()
    odd_runs(world, state=RunState.RUNNING, seen_at=EARLIER)
    world.clock.advance(timedelta(seconds=5))

    world.watcher.step()

    with world.database.transaction() as tx:
        (run,) = tx.runs.by_ids("default", [("sales_report", world.starts()[0])])
    assert run.state is RunState.DONE


@pytest.mark.slow
def test_a_retry_that_is_asked_for_is_made(world: World):
    world.run_now(dag_id="import_orders", fail="once")
    world.go_on(timedelta(seconds=10))
    with world.database.transaction() as tx:
        (run,) = tx.runs.by_ids("default", [("import_orders", world.starts("import_orders")[0])])
    odd_runs(world, retry_at=EARLIER)
    world.running.retry(Asker(TOM), run.run_key)

    world.dispatcher.step()

    assert len(world.airflow.calls_of("retry")) == 1


def test_two_processes_that_claim_at_once_claim_each_schedule_once(world: World):
    world.schedule("every day at 9am")
    with world.database.transaction() as tx:
        tx.connection.execute(update(schedules).values(next_due_at=NINE))
        once = tx.schedules.claim_due(NINE, limit=1)
        assert [each.number for each in once] == [1]
        assert [each.number for each in tx.schedules.claim_due(NINE, limit=100)] == [1]


@pytest.mark.slow
def test_what_a_channel_is_to_hear_is_said(world: World):
    """A claimed notice rests for a minute: sixty in front, one a second, came again before those behind."""
    place = Place(TEAM, FINANCE)
    with world.database.transaction() as tx:
        odd = {"workspace_id": TEAM, "channel_id": FINANCE, "kind": "a newer kind", "send_at": EARLIER}
        tx.connection.execute(insert(notices), [{**odd, "subject": new_id()} for _ in range(MANY)])
        put_drawn(tx, place, Message("Heard"), subject=new_id(), send_at=world.clock.now())

    for _ in range(30):
        world.notifier.step()
        world.clock.advance(timedelta(seconds=1))

    assert [each.message.text for each in world.slack.posted] == ["Heard"]
