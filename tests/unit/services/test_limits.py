"""Nobody crowds out the others: limits are said in words, and one person's burst holds up nobody's card."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict
from bot.domain.limits import Limits
from bot.rules.access import Asker
from bot.services.schedules.drafting import Drafting
from bot.services.schedules.previews import Previews
from tests.world import FINANCE, MAYA, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
FEW = Limits(previews=3, schedules=2, project_schedules=3, runs_a_minute=2)


def test_tests_of_alerts_are_limited_in_each_place(world: World):
    for _ in range(3):
        world.alerting.test(Asker(MAYA, FINANCE), FINANCE)
        world.go_on(timedelta(seconds=10))
    with pytest.raises(Conflict, match="3 tests went there within a minute, which is the limit"):
        world.alerting.test(Asker(MAYA, FINANCE), FINANCE)

    world.alerting.test(Asker(MAYA), "")
    world.go_on(timedelta(minutes=1))
    world.alerting.test(Asker(MAYA, FINANCE), FINANCE)


@pytest.fixture
def few(world: World) -> World:
    """With room for little."""
    world.drafting = Drafting(world.database, world.clock, FEW)
    world.previews = Previews(world.database, world.clock, wake=lambda: None, limits=FEW)
    return world


def test_open_previews_are_limited_and_end_by_themselves(few: World):
    first, *_ = [few.draft(when="every day at 9am") for _ in range(3)]
    few.draft(MAYA, when="every day at 9am")
    with pytest.raises(Conflict, match="You have 3 previews open, which is the limit"):
        few.draft(when="every day at 9am")

    few.previews.discard(Asker(TOM), first.draft_id)
    few.draft(when="every day at 9am")
    few.clock.advance(timedelta(hours=1))
    few.draft(when="every day at 9am")


@pytest.mark.slow
def test_schedules_are_limited_for_one_person_and_for_the_project(few: World):
    first = few.schedule("every day at 9am")
    few.schedule("every day at 10am")
    with pytest.raises(Conflict, match="You have 2 schedules, which is the limit"):
        few.schedule("every day at 11am")

    few.schedule("every day at 11am", MAYA)
    with pytest.raises(Conflict, match="This project has 3 schedules"):
        few.schedule("every day at noon", MAYA)

    few.scheduling.delete(Asker(TOM), first.schedule_id)
    few.schedule("every day at noon", MAYA)


def test_runs_by_hand_are_limited_within_a_minute(few: World):
    few.run_now()
    few.run_now()
    with pytest.raises(Conflict, match="You have started 2 runs within a minute"):
        few.run_now()
    few.run_now(MAYA)

    few.clock.advance(timedelta(minutes=1, seconds=1))
    few.run_now()


@pytest.mark.slow
def test_ones_burst_does_not_hold_up_anothers_card(world: World):
    for _ in range(25):
        world.run_now()
    world.run_now(MAYA, dag_id="import_orders")
    for _ in range(3):
        world.dispatcher.step()
    for _ in range(12):
        world.notifier.step()
        world.clock.advance(timedelta(seconds=1))

    said = [each.text for each in world.slack.posted]
    assert any("Import orders" in each for each in said[:5]), said
    assert len(said) > 5
