"""One odd firing, schedule, run or notice never stops the rest."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from sqlalchemy import update

from bot.domain.errors import NotFound, Unavailable
from bot.domain.firing import FiringState
from bot.domain.job import Input, InputKind
from bot.domain.notice import Message
from bot.domain.project import Place
from bot.domain.schedule import ScheduleState
from bot.language.inputs import check_inputs
from bot.rules.access import Asker
from bot.rules.planned import firing_of
from bot.workers import decision, dispatcher, in_bulk, notifier, watcher
from bot.workers.notices import message_of
from storage import tables
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.schedule import Schedule
    from tests.world import World

ODD = "import_orders"
A_MINUTE = timedelta(minutes=1)


def raising_for(real: Callable[..., Any], is_odd: Callable[..., bool]) -> Callable[..., Any]:
    """`real`, but for the odd ones."""

    def instead(*arguments: Any, **named: Any) -> Any:
        if is_odd(*arguments, **named):
            raise RecursionError("maximum recursion depth exceeded")
        return real(*arguments, **named)

    return instead


def state_of(world: World, schedule: Schedule) -> ScheduleState:
    return world.scheduling.show(Asker(MAYA), schedule.schedule_id).schedule.state


def said(world: World, channel_id: str = FINANCE) -> str:
    return "\n".join(world.slack.texts(channel_id))


def firings_of(world: World, schedule: Schedule) -> list[FiringState]:
    with world.database.transaction() as tx:
        found = [tx.firings.at_moment(schedule.schedule_id, NINE)]
        return [each.state for each in found if each is not None]


@pytest.mark.slow
def test_inputs_that_cannot_be_checked_reject_that_firing_and_all_others_run(world: World):
    odd = world.schedule("every day at 9am", dag_id=ODD)
    well = world.schedule("every day at 9am")

    is_odd = lambda job, *_: job.key.dag_id == ODD  # noqa: E731
    with patch.object(decision, "check_inputs", raising_for(check_inputs, is_odd)):
        world.go_to(NINE + A_MINUTE)

    assert len(world.starts()) == 1
    assert world.starts(ODD) == []
    assert firings_of(world, odd) == [FiringState.REJECTED]
    assert (state_of(world, odd), state_of(world, well)) == (ScheduleState.SUSPENDED, ScheduleState.ACTIVE)
    assert "something went wrong on Runbell's side (reference " in said(world)


@pytest.mark.slow
@pytest.mark.parametrize(
    "schema", [{"type": "str"}, {"pattern": "("}, {"$ref": "#/nowhere"}, {"pattern": "^(a|aa)+$"}]
)
def test_a_schema_that_is_none_suspends_its_schedule_and_all_others_run(world: World, schema: dict[str, Any]):
    odd = world.schedule("every day at 9am", remark="a" * 60 + "b", dag_id=ODD)
    well = world.schedule("every day at 9am")
    remark = Input("remark", InputKind.TEXT, "Remark", schema, default="x")
    world.airflow.change(ODD, inputs=(remark,))
    world.catalogue.step()

    world.go_to(NINE + A_MINUTE)

    assert (len(world.starts()), world.starts(ODD)) == (1, [])
    assert (state_of(world, odd), state_of(world, well)) == (ScheduleState.SUSPENDED, ScheduleState.ACTIVE)
    assert "“Remark” cannot be checked" in said(world, TOM.person_id)


@pytest.mark.slow
def test_what_cannot_be_posted_is_taken_back_and_its_schedule_suspended(world: World):
    odd = world.schedule("every day at 9am", dag_id=ODD)
    well = world.schedule("every 2 minutes", MAYA)
    is_odd = lambda dag_id, *_, **__: dag_id == ODD  # noqa: E731

    with patch.object(world.airflow, "start", raising_for(world.airflow.start, is_odd)):
        world.go_to(NINE + 6 * A_MINUTE)

    assert len(world.starts()) >= 4
    assert firings_of(world, odd) == [FiringState.REJECTED]
    assert (state_of(world, odd), state_of(world, well)) == (ScheduleState.SUSPENDED, ScheduleState.ACTIVE)
    assert "something went wrong on Runbell's side (reference " in said(world)


@pytest.mark.slow
def test_a_schedule_whose_times_cannot_be_worked_out_is_suspended_alone(world: World):
    odd = world.schedule("every day at 9am", dag_id=ODD)
    world.schedule("every day at 9am")
    with patch.object(
        dispatcher, "firing_of", raising_for(firing_of, lambda each, *_: each.key.dag_id == ODD)
    ):
        world.go_to(NINE + A_MINUTE)

    assert len(world.starts()) == 1
    assert state_of(world, odd) is ScheduleState.SUSPENDED
    assert "cannot work out its next times" in said(world, TOM.person_id)


def test_a_future_that_raises_keeps_no_other_from_being_written_down(world: World):
    world.schedule("every day at 9am")
    odd: Future[Any] = Future()
    odd.set_exception(RecursionError())
    world.dispatcher._under_way[odd] = None

    world.go_to(NINE + A_MINUTE)

    assert len(world.starts()) == 1
    assert odd not in world.dispatcher._under_way


@pytest.mark.slow
def test_one_that_cannot_be_written_down_keeps_no_other_from_it(world: World):
    odd = world.schedule("every day at 9am", dag_id=ODD)
    well = world.schedule("every day at 9am")
    real = in_bulk.run_of
    with patch.object(in_bulk, "run_of", raising_for(real, lambda each, *_: each.key.dag_id == ODD)):
        world.clock.set(NINE - timedelta(seconds=40))
        world.dispatcher.step()

    assert firings_of(world, well) == [FiringState.HANDED_OVER]
    assert firings_of(world, odd) == [FiringState.SENDING]
    world.go_to(NINE + A_MINUTE)
    assert firings_of(world, odd) == [FiringState.HANDED_OVER]
    assert len(world.starts(ODD)) == 1


@pytest.mark.slow
@pytest.mark.both_databases
def test_more_under_way_than_there_is_room_for_stops_nothing(world: World):
    """Retries and firings that hang with Airflow: the step settles what is done, and goes on."""
    for _ in range(dispatcher.CLAIMED_AT_ONCE + 60):
        hangs: Future[Any] = Future()
        world.dispatcher._under_way[hangs] = None
    world.schedule("every day at 9am")
    claim = world.dispatcher._claim_firings
    with (
        patch.object(dispatcher, "PATIENCE", 0.0),
        patch.object(world.dispatcher, "_claim_firings", wraps=claim) as claiming,
    ):
        world.clock.set(NINE - timedelta(seconds=40))
        world.dispatcher.step()
        assert not claiming.called
        for each in list(world.dispatcher._under_way):
            each.set_result(None)
        world.dispatcher.step()
    world.go_to(NINE + A_MINUTE)

    assert len(world.starts()) == 1


def test_retries_and_firings_share_one_budget(world: World):
    """Both used to fill it on their own, so that 200 could be under way."""
    with world.database.transaction() as tx:
        runs, firings = type(tx.runs), type(tx.firings)
    asked, real = [], firings.claim

    def retries(_self: Any, _now: Any, *, leased_until: Any, limit: int) -> list[Any]:  # noqa: ARG001  the real one's
        return [None] * limit

    def claim(self: Any, *arguments: Any, limit: int, **named: Any) -> Any:
        asked.append(limit)
        return real(self, *arguments, limit=limit, **named)

    with (
        patch.object(runs, "claim_retries", retries),
        patch.object(firings, "claim", claim),
        patch.object(world.dispatcher, "_retry", lambda _run: None),
    ):
        world.dispatcher.step()

    assert asked == [dispatcher.CLAIMED_AT_ONCE - dispatcher.RETRIES_AT_ONCE]


@pytest.mark.slow
def test_a_run_whose_details_cannot_be_read_is_told_without_and_others_are_told(world: World):
    world.run_now(dag_id=ODD, fail="always")
    world.run_now()
    is_odd = lambda *_, **__: True  # noqa: E731
    with patch.object(world.airflow, "failure", raising_for(world.airflow.failure, is_odd)):
        world.go_on(2 * A_MINUTE)

    assert "Import orders failed" in said(world)
    assert "Sales report" in said(world)


@pytest.mark.slow
def test_a_run_that_cannot_be_kept_keeps_no_other_from_being_told(world: World):
    world.run_now(dag_id=ODD, fail="always")
    world.run_now()
    real = watcher.Watcher._keep
    is_odd = lambda _, before, *__, **___: before.key.dag_id == ODD  # noqa: E731
    with patch.object(watcher.Watcher, "_keep", raising_for(real, is_odd)):
        world.go_on(2 * A_MINUTE)

    assert "Sales report is done" in said(world)


@pytest.mark.slow
def test_a_notice_that_cannot_be_drawn_is_given_up_and_all_others_are_said(world: World):
    world.run_now(dag_id=ODD)
    world.run_now()
    is_odd = lambda _, card, *__: card is not None and card.run.key.dag_id == ODD  # noqa: E731
    with patch.object(notifier, "message_of", raising_for(message_of, is_odd)):
        world.go_on(15 * A_MINUTE)

    assert "Sales report" in said(world)
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 0


def test_a_database_that_is_away_is_everybodys_trouble(world: World):
    gone = Unavailable("database", "it went away")
    world.schedule("every day at 9am")
    with patch.object(decision, "check_inputs", side_effect=gone), pytest.raises(Unavailable, match="away"):
        world.go_to(NINE)


@pytest.mark.slow
def test_rows_of_a_newer_version_are_left_out_and_all_others_go_on(world: World):
    odd = world.schedule("every day at 9am", dag_id=ODD)
    world.run_now(dag_id=ODD)
    with world.database.transaction() as tx:
        put_drawn(tx, Place(TEAM, FINANCE), Message("odd"), subject="s", send_at=world.clock.now())
        for table, values in (
            (tables.schedules, {"when": {"a form of tomorrow": 1}}),
            (tables.firings, {"state": "put off"}),
            (tables.notices, {"kind": "poem"}),
        ):
            tx.connection.execute(update(table).values(values))
    world.schedule("every day at 9am")
    world.run_now()

    world.go_to(NINE + A_MINUTE)

    assert len(world.starts()) == 2
    assert world.starts(ODD) == []
    assert "Sales report is done" in said(world)
    assert odd.schedule_id not in {each.schedule_id for each in all_schedules(world)}


@pytest.mark.parametrize("written", [{"when": {"a form of tomorrow": 1}}, {"state": "put off"}])
@pytest.mark.parametrize("is_overdue", [False, True])
def test_a_list_leaves_out_a_row_of_a_newer_version(world: World, written: dict[str, Any], is_overdue: bool):
    odd = world.schedule("every day at 9am", dag_id=ODD)
    shown = world.schedule("every day at 10am")
    earlier = {"next_due_at": world.clock.now()} if is_overdue else {}
    with world.database.transaction() as tx:
        its_row = tables.schedules.c.schedule_id == odd.schedule_id
        tx.connection.execute(update(tables.schedules).where(its_row).values(**written, **earlier))

    found = world.scheduling.page(Asker(TOM))

    assert [each.schedule.number for each in found.shown] == [shown.number]
    assert found.count == 1
    with pytest.raises(NotFound):
        world.scheduling.find(Asker(TOM), f"#{odd.number}")


def test_what_was_deleted_since_it_was_found_is_not_found(world: World):
    made = [world.schedule("every day at 9am"), world.schedule("every day at 10am")]
    found = world.scheduling.find(Asker(TOM), "all")
    assert found == [each.schedule_id for each in made]

    world.scheduling.delete(Asker(TOM), found[0])
    assert [each.schedule.number for each in world.scheduling.read(Asker(TOM), found)] == [made[1].number]

    world.scheduling.delete(Asker(TOM), found[1])
    with pytest.raises(NotFound, match="It may be gone"):
        world.scheduling.read(Asker(TOM), found)


def all_schedules(world: World) -> list[Schedule]:
    with world.database.transaction() as tx:
        return tx.schedules.owned_by(TEAM, TOM.person_id)
