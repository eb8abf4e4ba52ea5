"""Admins hear once that Airflow or Slack is away, and that it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Unavailable
from tests.late_runs import MAYAS, MINUTE, SECOND, go_on
from tests.unit.workers.test_incidents import in_channel
from tests.world import MAYA, TEAM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases


@pytest.fixture
def admins(world: World) -> None:
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")


@pytest.mark.slow
@pytest.mark.usefixtures("admins")
def test_admins_hear_once_that_airflow_is_away_and_that_it_is_back(world: World):
    go_on(world, 20 * SECOND)
    with world.airflow.outage():
        for _ in range(30):
            world.clock.advance(10 * SECOND)
            world.conditions.step()
            world.notifier.step()
    (told,) = in_channel(world, MAYAS)
    assert told.text == "Airflow has been away since 07:56 UTC: alerts may be late."
    assert told.edits == []

    go_on(world, 30 * SECOND)
    assert told.text.startswith("Airflow was away for 5 min")
    assert in_channel(world, MAYAS) == [told]


@pytest.mark.usefixtures("admins")
def test_a_short_absence_is_told_to_nobody(world: World):
    go_on(world, 20 * SECOND)
    with world.airflow.outage():
        for _ in range(9):
            world.clock.advance(10 * SECOND)
            world.conditions.step()
    go_on(world, MINUTE)

    assert in_channel(world, MAYAS) == []


@pytest.mark.slow
@pytest.mark.usefixtures("admins")
def test_admins_hear_that_airflows_scheduler_is_down(world: World):
    go_on(world, 20 * SECOND)
    world.airflow.stop_scheduler()
    go_on(world, 3 * MINUTE)
    (told,) = in_channel(world, MAYAS)
    assert "Airflow’s scheduler has been away since" in told.text

    world.airflow.start_scheduler()
    go_on(world, 30 * SECOND)
    assert "Airflow’s scheduler was away for" in told.text


@pytest.mark.slow
@pytest.mark.usefixtures("admins")
def test_once_slack_is_back_admins_hear_from_when_to_when_alerts_were_late(world: World):
    go_on(world, 20 * SECOND)
    for _ in range(20):
        world.slack.faults.clear()
        world.slack.fail_next(Unavailable("Slack", "it cannot be reached"))
        world.clock.advance(15 * SECOND)
        world.conditions.step()
    world.slack.faults.clear()
    go_on(world, MINUTE)

    (told,) = in_channel(world, MAYAS)
    assert told.text.startswith("Slack was away for 5 min")
    assert told.edits == []
