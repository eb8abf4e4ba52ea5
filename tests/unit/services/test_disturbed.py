"""PostgreSQL undoes a transaction for another's sake: it is done once more, and nobody hears of it."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from bot.domain.errors import Disturbed, Unavailable
from bot.domain.job import JobKey
from bot.rules.access import Asker
from bot.services.projects.auditing import Sought
from tests.world import FINANCE, MAYA, NINE, TOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.run import Run
    from storage.transaction import Transaction
    from tests.world import World

pytestmark = pytest.mark.both_databases
SALES = JobKey("default", "sales_report")


@contextmanager
def undone(world: World, which: int = 1) -> Iterator[None]:
    """Undo the transaction that is the `which`-th from now on, once, as it is about to be written."""
    real: Callable[..., AbstractContextManager[Transaction]] = world.database.transaction
    opened = 0

    @contextmanager
    def transaction() -> Iterator[Transaction]:
        nonlocal opened
        opened += 1
        with real() as tx:
            yield tx
            if opened == which:
                raise Disturbed

    with patch.object(world.database, "transaction", transaction):
        yield
    assert opened > which, "it was not done once more"


def going(world: World) -> Run:
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=6))
    with world.database.transaction() as tx:
        (run,) = tx.runs.open("default", due_before=world.clock.now(), limit=9)
    return run


def entries(world: World, action: str) -> int:
    with world.database.transaction() as tx:
        return sum(each.action == action for each in tx.audit.entries(TOM.workspace_id, limit=50))


def test_a_stop_reaches_airflow_once(world: World):
    run = going(world)

    with undone(world):
        world.running.stop(Asker(TOM), run.run_key)

    assert len(world.airflow.calls_of("stop")) == 1
    assert entries(world, "run.stop") == 1


def test_a_stop_that_airflow_did_not_take_leaves_no_mark(world: World):
    run = going(world)
    world.airflow.fail_next(Unavailable("Airflow", "it cannot be reached", not_done=True))

    with undone(world, 2), pytest.raises(Unavailable, match="Airflow"):
        world.running.stop(Asker(TOM), run.run_key)

    with world.database.transaction() as tx:
        assert tx.runs.get(run.run_key).stopped_by is None


def test_a_job_that_airflow_has_paused_is_written_down_as_paused(world: World):
    with undone(world):
        world.running.pause_job(Asker(MAYA, FINANCE), SALES, paused=True)

    assert len(world.airflow.calls_of("set_paused")) == 1
    assert entries(world, "job.pause") == 1
    with world.database.transaction() as tx:
        assert tx.jobs.get(SALES).is_paused


def test_what_slack_has_taken_is_not_said_again(world: World):
    world.run_now()
    world.dispatcher.step()
    steps = 2  # claimed, still ours; and then it is written that it was said

    with undone(world, steps + 1):
        world.notifier.step()
    world.clock.advance(timedelta(minutes=2))
    world.notifier.step()

    assert len([each for each in world.slack.posted if each.thread_ts is None]) == 1


@pytest.mark.slow
def test_people_groups_and_channels_are_kept(world: World):
    with undone(world):
        world.people.changed(TOM.workspace_id, {"id": TOM.person_id, "deleted": True})
    with undone(world):
        world.groups.refresh()
    with undone(world):
        world.channels.follow(TOM.workspace_id, FINANCE)


@pytest.mark.slow
def test_other_presses(world: World):
    schedule = world.schedule("every day at 9am")
    with undone(world):
        draft = world.draft()
    with undone(world):
        world.previews.show(Asker(TOM), draft.draft_id)
    with undone(world):
        world.previews.discard(Asker(TOM), draft.draft_id)
    with undone(world):
        world.adjusting.to_edit(Asker(TOM), schedule.schedule_id)
    with undone(world):
        world.standing_in.away(Asker(TOM), until=NINE + timedelta(days=3), stand_in_id=MAYA.person_id)
    with undone(world):
        assert world.services().auditing.export(Asker(MAYA), Sought()) > 0
