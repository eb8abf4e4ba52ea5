"""A thousand people's runs are ahead at nine: their rights are checked a few at once, and all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.ports import UserGroup
from bot.domain.rights import Role
from bot.domain.schedule import ScheduleState
from bot.workers import withdrawal
from bot.workers.mirrors.people import GroupMirror
from tests.world import NINE, SAM, TEAM, person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.firing import Firing
    from tests.world import World

CROWD = [person(f"p{number:02}") for number in range(30)]


@pytest.mark.slow
def test_rights_are_checked_a_few_at_once_and_in_the_end_all(world: World, monkeypatch: pytest.MonkeyPatch):
    now = world.clock.now()
    with world.database.transaction() as tx:
        tx.directory.keep_people(CROWD, at=now)
        for each in CROWD:
            tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, person_id=each.person_id)
    schedules = [world.schedule("every day at 8:58", each) for each in CROWD]
    world.clock.advance(timedelta(minutes=1, seconds=30))
    world.dispatcher.step()
    assert len(world.starts()) == len(CROWD)
    checked: list[int] = []
    check = world.dispatcher._withdrawal._check
    monkeypatch.setattr(withdrawal, "CHECKED_AT_ONCE", 4)
    monkeypatch.setattr(withdrawal, "monotonic", lambda: float(len(checked)))
    seen: set[str] = set()

    def counted(some: Mapping[withdrawal.Who, Firing], at: datetime) -> None:
        checked.append(len(some))
        seen.update(person_id for _, person_id, *_ in some)
        check(some, at)

    monkeypatch.setattr(world.dispatcher._withdrawal, "_check", counted)

    world.dispatcher._withdrawal.check_rights()
    assert checked == [4], "there was a second for it, and a check took one"
    for _ in range(7):
        world.dispatcher._withdrawal.check_rights()
    assert len(seen) == len(CROWD), "nobody waits behind those who may"
    with world.database.transaction() as tx:
        tx.directory.keep_people([replace(each, is_deactivated=True) for each in CROWD], at=now)
    for _ in range(9):
        world.dispatcher._withdrawal.check_rights()

    with world.database.transaction() as tx:
        found = tx.schedules.all({each.schedule_id for each in schedules})
    assert {each.state for each in found.values()} == {ScheduleState.SUSPENDED}
    assert len(found) == len(CROWD)


def test_what_is_handed_over_is_not_taken_back_because_slack_is_silent(world: World):
    """Not having heard for a day of the user group that allows it is no loss."""
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, group_id="S1")
    world.slack.known_groups = [UserGroup("S1", "helpers", "Helpers", frozenset({SAM.person_id}))]
    world.clock.set(NINE + timedelta(seconds=30))
    GroupMirror(world.database, world.clock, world.slack, "here").step()
    world.schedule("tomorrow at 9:01", SAM)
    world.clock.set(NINE + timedelta(hours=24, seconds=16))
    world.go_on(timedelta(seconds=10))
    assert len(world.starts()) == 1, "ahead, and confirmed within the day"

    world.go_on(timedelta(minutes=2))

    assert world.airflow.calls_of("stop") == []
    assert world.slack.texts(SAM.person_id) == []
