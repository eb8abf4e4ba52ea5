"""Many jobs fail at once, their project is paused, and somebody presses Retry all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from bot.gateways.slack import SlackGateway
from bot.rules.access import Asker
from bot.workers.notifier import Notifier
from storage.tables import runs
from tests.fakes.talking import talking
from tests.unit.workers.test_incidents import add_failing
from tests.world import FINANCE, MAYA, NINE, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.both_databases
MANY = 6


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    """The playground's Slack, for whose limits the world's clock is too fast."""
    with talking(world, planned="ratelimited") as running:
        yield running


def retried(world: World) -> int:
    with world.database.reading() as tx:
        rows = tx.connection.execute(runs.select().where(runs.c.retried_by.is_not(None)))
        return len(rows.all())


def test_who_retries_all_in_a_pause_is_told_of_the_pause_and_asked(
    world: World, slack: RunningWorkspace, tom: Person
):
    gateway = SlackGateway(WebClient(token=slack.bot_token, base_url=slack.api_url))
    world.notifier = Notifier(world.database, world.clock, gateway, {world.airflow.deployment: world.airflow})
    for number in range(MANY):
        add_failing(world, f"load_{number}")
        world.schedule("every day at 9am", TOM, dag_id=f"load_{number}")
    world.go_to(NINE - timedelta(seconds=2))
    for _ in range(25):
        world.clock.advance(timedelta(seconds=2))
        world.step()
    storm = tom.see("#finance", f"{MANY} jobs are failing at once")
    world.services().pausing_projects.pause(
        Asker(MAYA, FINANCE), world.projects["Finance"], NINE + timedelta(hours=1), "the warehouse moves"
    )

    tom.press("Retry all", in_=storm)
    asked = tom.see("#finance", "Retry all the same?")
    assert "The project Finance is paused by @Maya Chen until" in asked.text
    assert "the warehouse moves" in asked.text
    assert retried(world) == 0

    tom.press("Retry all the same", in_=asked)

    tom.see("#finance", f"Retrying {MANY} of them.")
    assert retried(world) == MANY
