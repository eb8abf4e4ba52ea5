"""A schedule that a colleague takes over: theirs from then on, and both know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.rights import Action, Role
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from bot.rules.suspending import rightful_of, suspend_orphans
from tests.world import EARLY, FINANCE, LENA, MAYA, NINE, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from tests.world import World

A_DAY = timedelta(days=1)


def kept(world: World, schedule: Schedule) -> Schedule:
    with world.database.transaction() as tx:
        found = tx.schedules.get(schedule.schedule_id)
    assert found is not None
    return found


def remove(world: World, who: Person) -> None:
    with world.database.transaction() as tx:
        owned = rightful_of(tx, [who])
        tx.projects.remove_member(world.projects["Finance"], TEAM, who.person_id)
        suspend_orphans(tx, owned, now=world.clock.now())


def test_who_may_schedule_the_job_takes_it_over_and_the_owner_hears_it(world: World):
    schedule = world.schedule("every day at 9:00", TOM)

    listed = world.taking_over.take_over(Asker(MAYA, FINANCE), schedule.schedule_id)

    assert listed.schedule.owner_id == MAYA.person_id
    assert listed.schedule.next_due_at == schedule.next_due_at
    world.notifier.step()
    assert world.slack.texts(TOM.person_id) == ["Sales report (#1) was taken over."]
    with world.database.transaction() as tx:
        row = tx.audit.entries(TEAM, limit=1)[0]
    assert (row.action, row.subject, row.channel_id) == (
        "schedule.take_over", "#1 sales_report", FINANCE,
    )  # fmt: skip
    assert (row.before, row.after) == ({"owner": "U0TOM", "state": "active"}, {"owner": "U0MAYA"})


def test_who_may_not_schedule_it_does_not(world: World):
    schedule = world.schedule("every day at 9:00", TOM)

    with pytest.raises(NotAllowed):
        world.taking_over.take_over(Asker(LENA), schedule.schedule_id)
    with pytest.raises(NotFound):
        world.taking_over.take_over(Asker(PRIYA), schedule.schedule_id)
    with pytest.raises(Conflict, match="yours already"):
        world.taking_over.take_over(Asker(TOM), schedule.schedule_id)
    assert kept(world, schedule).owner_id == TOM.person_id


def test_it_is_checked_as_theirs_from_then_on_also_what_is_handed_over_already(world: World):
    schedule = world.schedule("every day at 9:00", TOM)
    world.go_to(NINE - timedelta(seconds=20))
    assert len(world.starts()) == 1, "handed over, and not due yet"
    world.taking_over.take_over(Asker(MAYA), schedule.schedule_id)

    remove(world, TOM)
    world.go_to(NINE + timedelta(minutes=2))

    assert kept(world, schedule).state is ScheduleState.ACTIVE
    (run,) = world.airflow.recent("sales_report", count=5)
    assert run.state == "done"
    remove(world, MAYA)
    assert kept(world, schedule).state is ScheduleState.SUSPENDED


@pytest.mark.slow
def test_a_suspended_one_goes_on_without_making_up_for_what_it_missed(world: World):
    schedule = world.schedule("every day at 9:00", TOM)
    remove(world, TOM)
    world.clock.set(EARLY + 3 * A_DAY)

    with pytest.raises(Conflict, match="take over #1"):
        world.scheduling.resume(Asker(MAYA), schedule.schedule_id)
    world.taking_over.take_over(Asker(MAYA), schedule.schedule_id, only_suspended=True)

    found = kept(world, schedule)
    assert (found.state, found.owner_id, found.reason) == (ScheduleState.ACTIVE, "U0MAYA", "")
    assert found.next_due_at == NINE + 3 * A_DAY
    world.go_on(timedelta(minutes=6))
    assert len(world.starts()) == 1


def test_the_second_of_two_managers_takes_nothing_from_the_first(world: World):
    schedule = world.schedule("every day at 9:00", TOM)
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.MANAGER, person_id=SAM.person_id)
    remove(world, TOM)
    world.taking_over.take_over(Asker(MAYA), schedule.schedule_id, only_suspended=True)

    with pytest.raises(Conflict, match="Somebody was quicker: #1 is <@U0MAYA>'s"):
        world.taking_over.take_over(Asker(SAM), schedule.schedule_id, only_suspended=True)
    world.taking_over.take_over(Asker(SAM), schedule.schedule_id)
    assert kept(world, schedule).owner_id == SAM.person_id


def test_what_reported_to_its_owner_reports_to_the_new_one(world: World):
    direct = world.schedule("every day at 9:00", TOM, where="C0GENERAL")
    channel = world.schedule("every day at 9:00", TOM)
    assert direct.place.channel_id == TOM.person_id

    for each in (direct, channel):
        world.taking_over.take_over(Asker(MAYA), each.schedule_id)

    assert kept(world, direct).place.channel_id == MAYA.person_id
    assert kept(world, channel).place.channel_id == FINANCE


def test_what_only_a_share_that_names_them_gives_reports_to_them_alone(world: World):
    now = world.clock.now()
    with world.database.transaction() as tx:
        tx.shares.add(world.projects["Finance"], "default", Action, at=now, dag_id="payroll")
    schedule = world.schedule("every day at 9:00", TOM, dag_id="payroll")
    with world.database.transaction() as tx:
        (everyones,) = [
            each.share_id
            for each in tx.connection.exec_driver_sql("SELECT share_id FROM shares WHERE dag_id = 'payroll'")
        ]
        tx.shares.remove(everyones)
        tx.shares.add(
            world.projects["Finance"], "default", Action, at=now, dag_id="payroll",
            only=[{"person_id": MAYA.person_id}], workspace_id=TEAM,
        )  # fmt: skip

    world.taking_over.take_over(Asker(MAYA), schedule.schedule_id)

    assert kept(world, schedule).place.channel_id == MAYA.person_id


def test_managers_are_offered_it_where_its_suspension_is_told_and_its_owner_is_not(world: World):
    world.schedule("every day at 9:00", TOM)
    remove(world, TOM)
    world.notifier.step()

    offered = {
        each.channel_id: [
            block["accessory"]["value"] for block in each.message.blocks if "accessory" in block
        ]
        for each in world.slack.posted
    }
    assert len(offered[f"D{MAYA.person_id}"]) == 1
    assert offered[f"D{TOM.person_id}"] == []
