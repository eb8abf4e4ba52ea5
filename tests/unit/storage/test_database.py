"""What the database cannot do is told in our words, and in one line."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.domain.errors import Rejected, Unavailable
from storage.tables import leases, workspace_roles

if TYPE_CHECKING:
    from storage.database import Database


def test_when_every_connection_is_taken_it_is_unavailable(sqlite_database: Database):
    pool = sqlite_database._engine.pool
    pool._timeout = 0.01  # type: ignore[attr-defined]  # a queue's
    with ExitStack() as taken:
        for _ in range(pool.size() + pool._max_overflow):  # type: ignore[attr-defined]  # the same
            taken.enter_context(sqlite_database._engine.connect())
        with pytest.raises(Unavailable, match="every connection is taken"):
            sqlite_database.check()


def test_what_only_looks_refuses_to_write_and_leaves_nothing_behind(database: Database):
    with pytest.raises((Unavailable, Rejected), match=r"readonly|read-only"), database.reading() as tx:
        tx.directory.give_workspace_role("T0", "U0", "admin")

    with database.transaction() as tx:  # on the connection that has just been given back
        assert tx.connection.execute(select(workspace_roles)).all() == []
        tx.directory.give_workspace_role("T0", "U0", "admin")


@pytest.mark.both_databases
def test_what_was_to_be_written_stands_in_no_line_of_an_error(database: Database):
    """Below its first line PostgreSQL repeats the whole row, and the log has an error with its causes."""
    value = "hunter2"
    row = {"name": value, "holder": value, "until": None}
    with pytest.raises(Rejected) as refused, database.transaction() as tx:
        tx.connection.execute(leases.insert(), row)

    told = "".join(traceback.format_exception(refused.value))
    assert "until" in str(refused.value)
    assert value not in told


def test_looking_and_writing_in_turn_keeps_what_sqlite_has_prepared(sqlite_database: Database):
    """Another `query_only` makes it prepare each statement again, which takes most of an idle step."""
    ran: list[str] = []
    with sqlite_database.transaction() as tx:
        driver: Any = tx.connection.connection.dbapi_connection
        driver.set_trace_callback(ran.append)

    for _ in range(2):
        _roles(sqlite_database)
        with sqlite_database.transaction() as tx:
            tx.directory.give_workspace_role("T0", "U0", "admin")

    assert [each for each in ran if "BEGIN" in each] == ["BEGIN", "BEGIN IMMEDIATE"] * 2
    assert not [each for each in ran if "query_only" in each]


def test_who_only_looks_waits_for_no_writer(database: Database):
    with ThreadPoolExecutor(1) as beside, database.transaction() as writing:
        writing.directory.give_workspace_role("T0", "U0", "admin")

        assert beside.submit(_roles, database).result(timeout=20) == []

    assert len(_roles(database)) == 1


def _roles(database: Database) -> list[object]:
    with database.reading() as tx:
        return list(tx.connection.execute(select(workspace_roles)))
