"""Wherever a next run is announced, it is the next that takes place: skips and pauses count."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.alert_rule import AlertEvent, How
from bot.domain.errors import Conflict
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.language.say import say_moment
from bot.rules.access import Asker
from handlers.form.sending import preview_message
from tests.unit.workers.test_alert_rules import PLAIN
from tests.unit.workers.test_incidents import add_failing, in_channel
from tests.world import BERLIN, FINANCE, MAYA, NINE, TOM

if TYPE_CHECKING:
    from datetime import datetime

    from tests.world import World

BY = Asker(TOM)
HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
DIGEST = replace(
    PLAIN, events=frozenset(AlertEvent), how=How.DIGEST, at=time(8, 58), says_nothing_happened=True
)


def pause_finance(world: World, span: timedelta) -> None:
    world.services().pausing_projects.pause(Asker(MAYA), world.projects["Finance"], world.clock.now() + span)


def runs_at(world: World, due_at: datetime) -> int:
    """Return how many runs there are once this moment has passed."""
    world.clock.set(due_at - timedelta(minutes=1))
    world.go_on(timedelta(minutes=2))
    return len(world.starts())


@pytest.mark.slow
def test_what_is_paused_until_a_time_can_skip_its_first_run_after_it(world: World):
    schedule = world.schedule("every day at 9am")
    world.scheduling.pause(BY, schedule.schedule_id, until=NINE + A_DAY - HOUR)

    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)

    assert skipped.due_at == NINE + A_DAY
    assert skipped.listed.next_at == NINE + 2 * A_DAY
    assert [runs_at(world, NINE + days * A_DAY) for days in range(3)] == [0, 0, 1]


def test_a_paused_schedule_has_no_run_to_skip_and_says_that_it_is_paused(world: World):
    schedule = world.schedule("every day at 9am")
    world.scheduling.pause(BY, schedule.schedule_id)

    with pytest.raises(Conflict, match="It is paused, so there is no upcoming run to skip"):
        world.adjusting.skip_next(BY, schedule.schedule_id)


def test_the_preview_of_a_change_leaves_out_what_is_skipped_and_says_so(world: World):
    schedule = world.schedule("every day at 9am")
    world.adjusting.skip_next(BY, schedule.schedule_id)
    offer = world.drafting.to_edit(BY, schedule.schedule_id).offer

    shown = world.drafting.propose(
        BY, offer, when=world.when("every weekday at 9am"), inputs={}, changes=schedule.schedule_id
    )

    assert shown.times[0] == NINE + A_DAY
    assert shown.skipped == (NINE,)
    assert "Skipped: Mon 2 Mar 2026, 09:00 (Berlin time)" in str(preview_message(shown).blocks)
    done = world.previews.confirm(BY, shown.draft.draft_id)
    assert done.next_at == shown.times[0]


def test_the_preview_of_a_change_counts_from_the_end_of_a_pause(world: World):
    schedule = world.schedule("every day at 9am")
    world.scheduling.pause(BY, schedule.schedule_id, until=NINE + 2 * A_DAY)
    offer = world.drafting.to_edit(BY, schedule.schedule_id).offer

    shown = world.drafting.propose(
        BY, offer, when=world.when("every day at 10am"), inputs={}, changes=schedule.schedule_id
    )

    assert shown.times[0] == NINE + 2 * A_DAY + HOUR
    done = world.previews.confirm(BY, shown.draft.draft_id)
    assert done.next_at == shown.times[0]


@pytest.mark.slow
@pytest.mark.parametrize("rests", ["skip", "skip, pause and resume", "pause until", "the project"])
def test_a_digest_names_the_run_that_comes(world: World, rests: str):
    schedule = world.schedule("0 9,11 * * *")
    project = f"project.{world.projects['Finance']}"
    world.alerting.add(Asker(MAYA, FINANCE), "", replace(DIGEST, about=project))
    if rests.startswith("skip"):
        world.adjusting.skip_next(BY, schedule.schedule_id)
    if "resume" in rests:
        world.scheduling.pause(BY, schedule.schedule_id)
        world.scheduling.resume(BY, schedule.schedule_id)
    if rests == "pause until":
        world.scheduling.pause(BY, schedule.schedule_id, until=NINE + HOUR)
    if rests == "the project":
        pause_finance(world, 2 * HOUR)

    world.go_to(NINE - timedelta(minutes=1))
    world.summing.step()
    world.go_on(timedelta(minutes=4))

    (digest,) = [each for each in in_channel(world) if each.text.startswith("Digest")]
    assert "Sales report (#1): Mon 2 Mar 2026, 11:00" in str(digest.message.blocks)
    assert "Sales report (#1): Mon 2 Mar 2026, 09:00" not in str(digest.message.blocks)


@pytest.mark.slow
def test_what_goes_on_after_failures_names_the_run_that_comes(world: World):
    add_failing(world)
    schedule = world.schedule("every 10 minutes", dag_id="sync")
    world.adjusting.set_policies(
        BY,
        schedule.schedule_id,
        missed=MissedPolicy.LATEST,
        overlap=OverlapPolicy.WAIT,
        grace=None,
        most_failures=1,
    )
    coming = world.scheduling.show(BY, schedule.schedule_id).next_at
    assert coming is not None
    world.go_to(coming + timedelta(minutes=1))
    world.conditions.step()
    world.go_on(timedelta(seconds=30))
    assert world.scheduling.show(BY, schedule.schedule_id).schedule.state is ScheduleState.SUSPENDED

    world.scheduling.resume(BY, schedule.schedule_id)
    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.conditions.step()
    world.go_on(timedelta(minutes=1))

    following = world.scheduling.show(BY, schedule.schedule_id).next_at
    assert following == skipped.due_at + timedelta(minutes=10)
    (told,) = [each for each in in_channel(world) if "waits no longer for its owner" in each.text]
    assert f"Next: {say_moment(following, BERLIN)}." in told.text
