"""PostgreSQL goes away in the middle of a step: that is no fault of a hundred firings, nor of Runbell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from sqlalchemy import create_engine, select, text

from bot.domain.errors import Disturbed, Rejected, Unavailable
from bot.workers import in_bulk
from bot.workers.decision import decide
from bot.workers.loop import on_its_own
from storage.tables import workspace_roles
from tests.world import NINE

if TYPE_CHECKING:
    from bot.domain.firing import Firing
    from storage.database import Database
    from storage.transaction import Transaction
    from tests.world import World

pytestmark = pytest.mark.postgresql
ON_POSTGRESQL = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
END = text("SELECT pg_terminate_backend(:pid)")
REFUSED = "INSERT INTO leases (name) VALUES (NULL)"
RAISE_DEADLOCK = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$"


def process_of(tx: Transaction) -> int:
    pid: int = tx.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return pid


def end_connection(database: Database, pid: int) -> None:
    engine = create_engine(database._url)
    with engine.connect() as connection:
        connection.execute(END, {"pid": pid})
    engine.dispose()


@ON_POSTGRESQL
def test_a_step_whose_connection_ends_says_that_the_database_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    for number in range(3):
        world.schedule("every weekday at 9am", rows=number + 1)

    def cut_off(facts: Any, *rest: Any) -> Any:
        monkeypatch.setattr(in_bulk, "decide", decide)
        end_connection(world.database, process_of(facts.tx))
        return decide(facts, *rest)

    world.clock.set(NINE - timedelta(seconds=40))
    monkeypatch.setattr(in_bulk, "decide", cut_off)
    with structlog.testing.capture_logs() as logged, pytest.raises(Unavailable):
        world.dispatcher.step()

    assert [each for each in logged if each["event"] == "loop.odd"] == []
    world.dispatcher.step()
    assert len(world.starts()) == 3


@ON_POSTGRESQL
def test_a_deadlock_ends_the_block_that_stops_nothing_else(database: Database):
    def step() -> None:
        with database.transaction() as tx, on_its_own("firing"):
            tx.connection.exec_driver_sql(RAISE_DEADLOCK)

    with pytest.raises(Disturbed):
        step()


@ON_POSTGRESQL
def test_a_connection_that_ended_while_it_rested_is_noticed_by_nobody(database: Database):
    with database.transaction() as tx:
        pid = process_of(tx)
    end_connection(database, pid)

    with database.transaction() as tx:
        assert process_of(tx) != pid


@ON_POSTGRESQL
@pytest.mark.parametrize("is_first", [True, False], ids=["before the others", "after the others"])
def test_a_statement_that_is_refused_for_one_firing_keeps_no_other_from_its_run(
    world: World, monkeypatch: pytest.MonkeyPatch, *, is_first: bool
):
    """After it nothing more is taken of the transaction, and the end of it would undo every lease."""
    world.schedule("every day at 9am", dag_id="import_orders")
    world.schedule("every day at 9am")
    seen = []

    def refused(facts: Any, firing: Firing, *rest: Any) -> Any:
        seen.append(firing)
        if (len(seen) % 2 == 1) is is_first:
            facts.tx.connection.exec_driver_sql(REFUSED)
        return decide(facts, firing, *rest)

    monkeypatch.setattr(in_bulk, "decide", refused)
    world.clock.set(NINE - timedelta(seconds=40))
    world.dispatcher.step()

    assert len(seen) == 2
    assert (len(world.starts()), len(world.starts("import_orders"))) == (1, 1)


@ON_POSTGRESQL
def test_a_part_that_went_on_after_a_refusal_is_undone_and_the_rest_is_kept(database: Database):
    def go_on(tx: Transaction) -> None:
        with tx.part():
            tx.directory.give_workspace_role("T0", "U1", "admin")
            with on_its_own("firing"):
                tx.connection.exec_driver_sql(REFUSED)

    with database.transaction() as tx:
        tx.directory.give_workspace_role("T0", "U0", "admin")
        with pytest.raises(Rejected):
            go_on(tx)

    with database.reading() as tx:
        assert tx.connection.execute(select(workspace_roles.c.person_id)).scalars().all() == ["U0"]
