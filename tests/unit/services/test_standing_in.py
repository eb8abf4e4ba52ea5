"""Away: a stand-in hears what would reach the owner directly, until it ends by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import NotFound, NotUnderstood, UserError
from bot.rules.access import Asker
from bot.rules.suspending import rightful_of, suspend_orphans
from tests.world import LENA, MAYA, NINE, PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from tests.world import World

UNTIL = NINE + timedelta(days=1)


def away(world: World, stand_in: Person = LENA) -> None:
    world.standing_in.away(Asker(TOM), until=UNTIL, stand_in_id=stand_in.person_id)


def fail_at(world: World, minutes: int) -> None:
    """Tom's schedule fails that long after 9."""
    at = NINE + timedelta(minutes=minutes)
    world.schedule(f"today at {at.astimezone(TOM.tz):%H:%M}", TOM, dag_id="import_orders", fail="always")
    world.go_to(at + timedelta(minutes=2))


def alerts(world: World, who: Person) -> list[str]:
    return [each for each in world.slack.texts(who.person_id) if "failed" in each]


@pytest.mark.slow
def test_what_fails_reaches_both(world: World):
    world.schedule("every day at 23:00", TOM)
    away(world)

    fail_at(world, 0)

    assert alerts(world, TOM)
    assert alerts(world, LENA) == alerts(world, TOM)


@pytest.mark.slow
def test_it_ends_by_itself_or_by_back(world: World):
    world.schedule("every day at 23:00", TOM)
    away(world)
    world.standing_in.back(Asker(TOM))
    fail_at(world, 0)
    assert alerts(world, LENA) == []

    with pytest.raises(NotFound, match="not away"):
        world.standing_in.back(Asker(TOM))
    away(world)
    world.clock.set(UNTIL + timedelta(minutes=1))
    with pytest.raises(NotFound, match="not away"):
        world.standing_in.back(Asker(TOM))


@pytest.mark.slow
def test_a_stand_in_hears_only_of_jobs_that_they_may_see(world: World):
    world.schedule("every day at 23:00", TOM)
    with pytest.raises(UserError, match="can see none"):
        away(world, PRIYA)
    away(world)
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, LENA.person_id)

    fail_at(world, 0)

    assert alerts(world, LENA) == []


def test_suspensions_reach_the_stand_in_too(world: World):
    world.schedule("every day at 9:00", TOM)
    away(world)
    with world.database.transaction() as tx:
        owned = rightful_of(tx, [TOM])
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)
        suspend_orphans(tx, owned, now=world.clock.now())
    world.clock.advance(timedelta(seconds=2))
    for _ in range(2):
        world.notifier.step()
        world.clock.advance(timedelta(seconds=2))

    for who in (TOM, LENA, MAYA):
        assert world.slack.texts(who.person_id)[-1].startswith("#1 is suspended")


def test_everybody_sees_who_stands_in(world: World):
    schedule = world.schedule("every day at 9:00", TOM)
    away(world)

    for listed in (
        world.scheduling.show(Asker(MAYA), schedule.schedule_id),
        *world.scheduling.listed(Asker(MAYA), everyones=True),
    ):
        assert listed.absence is not None
        assert (listed.absence.stand_in_id, listed.absence.ends_at) == (LENA.person_id, UNTIL)
    world.clock.set(UNTIL)
    assert world.scheduling.show(Asker(MAYA), schedule.schedule_id).absence is None


def test_the_stand_in_is_told_when_it_begins_and_ends_and_both_are_audited(world: World):
    world.schedule("every day at 9:00", TOM)
    away(world)
    world.notifier.step()
    world.standing_in.back(Asker(TOM))
    world.clock.advance(timedelta(seconds=2))
    world.notifier.step()

    assert world.slack.texts(LENA.person_id) == ["You stand in for a colleague.", "Your colleague is back."]
    with world.database.transaction() as tx:
        end, begin = tx.audit.entries(TEAM, limit=2)
    assert (begin.action, begin.subject, end.action) == ("away.begin", LENA.person_id, "away.end")


def test_what_makes_no_sense_is_refused_with_the_reason(world: World):
    with pytest.raises(UserError, match="no schedules"):
        away(world)
    world.schedule("every day at 9:00", TOM)
    with pytest.raises(UserError, match="Somebody else"):
        away(world, TOM)
    with pytest.raises(UserError, match="somebody who is active"):
        world.standing_in.away(Asker(TOM), until=UNTIL, stand_in_id="U0NOBODY")
    for wrong in (NINE - timedelta(days=1), NINE + timedelta(days=400)):
        with pytest.raises(NotUnderstood, match="within a year"):
            world.standing_in.away(Asker(TOM), until=wrong, stand_in_id=LENA.person_id)
