"""The watch over the order of locks, which every test on PostgreSQL has, sees a lock that is out of order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from storage.firings import Firings
from tests.lock_order import LockOrder
from tests.world import NINE, World

if TYPE_CHECKING:
    from storage.database import Database

pytestmark = pytest.mark.postgresql
ON_POSTGRESQL = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)


def suspend(database: Database) -> LockOrder:
    """Let a schedule come due whose inputs no longer fit, which suspends it; return what was locked."""
    order = LockOrder(database)
    world = World(database)
    job = world.airflow.job("sales_report")
    assert job is not None
    world.schedule("every weekday at 9am", rows=7)
    world.airflow.change("sales_report", inputs=tuple(each for each in job.inputs if each.name != "rows"))
    world.catalogue.step()
    world.go_to(NINE + timedelta(minutes=11))
    return order


@ON_POSTGRESQL
def test_a_firing_that_is_locked_before_its_schedule_is_seen(database: Database):
    with patch.object(Firings, "lock_with_schedule", lambda self, firing: self.lock(firing.firing_id)):
        order = suspend(database)

    assert any("schedules" in each.splitlines()[-1] for each in order.broken)


@ON_POSTGRESQL
def test_a_schedule_that_is_locked_before_its_firing_is_in_order(database: Database):
    order = suspend(database)

    assert order.broken == []
    assert order.seen
