"""PostgreSQL goes away in the middle of a step: that is no fault of a hundred firings, nor of Runbell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from sqlalchemy import create_engine, text

from bot.domain.errors import Disturbed, Unavailable
from bot.workers import in_bulk
from bot.workers.decision import decide
from bot.workers.loop import on_its_own
from tests.world import NINE

if TYPE_CHECKING:
    from storage.database import Database
    from storage.transaction import Transaction
    from tests.world import World

pytestmark = pytest.mark.postgresql
ON_POSTGRESQL = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
END = text("SELECT pg_terminate_backend(:pid)")
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
