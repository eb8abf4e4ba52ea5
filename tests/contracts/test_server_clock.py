"""Two machines whose clocks differ: leases are judged by the database's own clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.domain.notice import Message
from bot.domain.project import Place
from bot.workers.notifier import Notifier
from storage.server_clock import ServerClock
from tests.fakes.slack import FakeSlack
from tests.world import FINANCE, TEAM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from storage.database import Database

pytestmark = pytest.mark.postgresql
ON_POSTGRESQL = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
A_SECOND = timedelta(seconds=1)


class Stopwatch:
    """One that the test moves. The machine's own clock is asked by nobody."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def servers_time(database: Database):
    with database.transaction() as tx:
        return tx.connection.execute(select(func.clock_timestamp())).scalar_one()


@ON_POSTGRESQL
def test_it_is_the_servers_time_and_goes_on_by_a_stopwatch(database: Database):
    stopwatch = Stopwatch(1_000_000.0)
    before = servers_time(database)
    clock = ServerClock(database, stopwatch)

    assert before <= clock.now() <= servers_time(database)
    stopwatch.seconds += 3600.0
    assert clock.now() >= before + timedelta(hours=1)
    clock.step()
    assert before <= clock.now() <= servers_time(database)


@ON_POSTGRESQL
@pytest.mark.parametrize("apart", [-86_400.0, -330.0, 0.0, 62.0, 600.0])
def test_what_one_process_is_saying_no_other_says_however_far_their_machines_clocks_differ(
    database: Database, apart: float
):
    first, second = (
        ServerClock(database, Stopwatch(5_000.0)),
        ServerClock(database, Stopwatch(5_000.0 + apart)),
    )
    assert abs(first.now() - second.now()) < A_SECOND
    slack = FakeSlack(TEAM, (FINANCE,))
    with database.transaction() as tx:
        put_drawn(tx, Place(TEAM, FINANCE), Message("hello"), subject="s", send_at=first.now())
    with database.transaction() as tx:
        until = first.now() + timedelta(minutes=1)
        assert len(tx.outbox.claim(first.now(), leased_until=until, limit=5)) == 1

    Notifier(database, second, slack, {}).step()

    assert slack.posted == []
