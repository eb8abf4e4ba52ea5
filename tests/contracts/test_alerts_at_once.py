"""Alert rules in several processes: one sum of each, one winner of two changes, each failure told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.domain.alert_rule import How
from bot.domain.errors import Conflict
from bot.workers.summing import Summing
from storage.tables import alert_rules, notices
from tests.contracts.test_incidents_at_once import at_once
from tests.unit.workers.test_alert_rules import (
    HERE,
    IN_FINANCE,
    NINE_THIRTY,
    PLAIN,
    add,
    change,
    whole_project,
)
from tests.unit.workers.test_incidents import add_failing, in_channel
from tests.world import TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
ROUNDS = 5


def told(world: World) -> int:
    with world.database.transaction() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(notices)).scalar_one())


def test_a_digest_is_written_once_by_any_number_of_processes(world: World):
    add(world, about=whole_project(world), how=How.DIGEST, at=NINE_THIRTY, says_nothing_happened=True)
    for day in range(1, ROUNDS + 1):
        world.clock.advance(timedelta(days=1))
        at_once(*(Summing(world.database, world.clock).step for _ in range(4)))
        assert told(world) == day


def test_of_two_first_changes_of_a_standing_rule_one_is_kept_and_both_know(world: World):
    found = at_once(
        *(
            lambda how=how: world.alerting.change(IN_FINANCE, HERE, replace(PLAIN, how=how))
            for how in (How.EACH, How.FIRST)
        )
    )
    with world.database.transaction() as tx:
        kept = tx.connection.execute(select(func.count()).select_from(alert_rules)).scalar_one()

    assert kept == 1
    assert sum(isinstance(each, Conflict) for each in found) <= 1
    assert sum(not isinstance(each, Exception) for each in found) >= 1


def test_what_a_mute_held_back_is_told_once_when_it_ends(world: World):
    add_failing(world)
    world.alerting.mute(IN_FINANCE, HERE)
    world.schedule("every day at 9am", TOM, dag_id="sync")
    world.go_on(timedelta(minutes=5))
    assert in_channel(world) == []
    change(world, HERE)
    world.alerting.unmute(IN_FINANCE, HERE)

    at_once(*(Summing(world.database, world.clock).step for _ in range(4)))
    world.go_on(timedelta(seconds=30))

    assert len(in_channel(world)) == 1
