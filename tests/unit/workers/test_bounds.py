"""Start, end, count, excluded dates and the nights on which clocks change, all the way to Airflow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import BERLIN, MAYA

if TYPE_CHECKING:
    from tests.world import World

BY = Asker(MAYA)


def starts_of(world: World, when: str, *, until: datetime) -> tuple[list[str], ScheduleState]:
    """The moments handed to Airflow, on Berlin's clocks; the dispatcher steps a minute before each."""
    schedule = world.schedule(when, MAYA)
    while (coming := world.scheduling.show(BY, schedule.schedule_id).schedule).next_due_at is not None:
        if coming.next_due_at > until:
            break
        world.clock.set(coming.next_due_at - timedelta(seconds=40))
        world.dispatcher.step()
        world.clock.set(coming.next_due_at + timedelta(seconds=3))
        world.watcher.step()
    asked = [call.arguments[2] for call in world.airflow.calls_of("start")]
    return [f"{each.astimezone(BERLIN):%a %d %b %H:%M}" for each in asked], coming.state


@pytest.mark.slow
@pytest.mark.parametrize(
    ("when", "moments", "state"),
    [
        (
            "every day at 9am starting 5 March 2026 until 7 March 2026",
            ["Thu 05 Mar 09:00", "Fri 06 Mar 09:00", "Sat 07 Mar 09:00"],
            ScheduleState.ENDED,
        ),
        ("every day at 9am, 2 times", ["Mon 02 Mar 09:00", "Tue 03 Mar 09:00"], ScheduleState.ENDED),
        (
            "every day at 9am except 3 March 2026 until 4 March 2026",
            ["Mon 02 Mar 09:00", "Wed 04 Mar 09:00"],
            ScheduleState.ENDED,
        ),
        (
            "every weekday at 9am except Wednesdays until 6 March 2026",
            ["Mon 02 Mar 09:00", "Tue 03 Mar 09:00", "Thu 05 Mar 09:00", "Fri 06 Mar 09:00"],
            ScheduleState.ENDED,
        ),
        ("on 4 March 2026 at 17:30", ["Wed 04 Mar 17:30"], ScheduleState.ENDED),
    ],
)
def test_what_is_typed_about_its_bounds_is_kept_to(
    world: World, when: str, moments: list[str], state: ScheduleState
):
    assert starts_of(world, when, until=datetime(2026, 3, 20, tzinfo=UTC)) == (moments, state)


@pytest.mark.parametrize(
    ("night", "when", "moments"),
    [
        (
            datetime(2026, 3, 28, 12, tzinfo=UTC),  # 02:00 becomes 03:00
            "every day at 02:30",
            ["2026-03-29T01:30", "2026-03-30T00:30"],
        ),
        (
            datetime(2026, 10, 24, 12, tzinfo=UTC),  # 03:00 becomes 02:00: once, at the first of the two
            "every day at 02:30",
            ["2026-10-25T00:30", "2026-10-26T01:30"],
        ),
        (
            datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
            "every hour",
            ["2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"],
        ),
    ],
)
def test_on_the_nights_when_clocks_change_nothing_is_skipped_and_nothing_twice(
    world: World, night: datetime, when: str, moments: list[str]
):
    world.clock.set(night)
    expected = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in moments]

    starts_of(world, when, until=expected[-1])

    assert [call.arguments[2] for call in world.airflow.calls_of("start")] == expected
