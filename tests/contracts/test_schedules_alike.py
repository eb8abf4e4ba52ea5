"""A job that is scheduled already: its preview says so, and offers to change that one instead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.rights import Role
from bot.rules.access import Asker
from tests.world import GENERAL, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.schedule import Schedule
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


def schedules(world: World) -> list[Schedule]:
    return [each.schedule for each in world.scheduling.listed(Asker(TOM), everyones=True)]


def test_the_first_one_is_like_no_other(world: World, tom: Person):
    world.schedule("every day at 9am", dag_id="build_warehouse")
    world.schedule("on 1 March 2027 at 9am", MAYA, where=GENERAL)

    tom.type("#finance", "/schedule sales report every friday at 17:00")

    assert tom.see("#finance", "will run every Friday").buttons == ["Schedule it", "Change", "Discard"]


def test_that_one_is_changed_and_keeps_what_was_not_typed(world: World, tom: Person):
    world.schedule("every day at 9am", rows=7)
    tom.type("#finance", "/schedule sales report every friday at 17:00 with region=us")
    preview = tom.see("#finance", "will run every Friday at 17:00")
    assert "You have it scheduled already: #1, every day at 09:00" in preview.text
    assert preview.buttons == ["Change that one", "Save as preset…", "Add another", "Change", "Discard"]

    tom.press("Change that one", in_=preview)
    preview = tom.see("#finance", "Instead of: every day at 09:00")
    assert "Rows: 7" in preview.text
    assert "Region: United States" in preview.text
    tom.press("Change it", in_=preview)

    tom.see("#finance", "Changed: Sales report (#1) runs every Friday at 17:00")
    (kept,) = schedules(world)
    assert (kept.number, dict(kept.inputs)) == (1, {"rows": 7, "region": "us"})


def test_another_is_added_all_the_same(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule sales report every friday at 17:00")

    tom.press("Add another", in_=tom.see("#finance", "scheduled already"))

    tom.see("#finance", "It is #2.")
    assert len(schedules(world)) == 2


def test_in_the_form_it_is_offered_too(world: World, tom: Person):
    world.schedule("every day at 9am", rows=7)
    tom.type("#finance", "/schedule sales report")
    form = tom.open_modal("Schedule a job")
    form.fill("When", "every friday at 17:00")
    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "You have it scheduled already: #1" in preview.text

    preview.press("Change that one")
    tom.open_modal("Is this right?").see("Instead of: every day at 09:00")
    tom.open_modal("Is this right?").submit()

    tom.open_modal("Changed").close()
    assert len(schedules(world)) == 1


def test_a_colleagues_in_the_same_channel_is_told_of_and_left_to_them(world: World, tom: Person):
    world.schedule("every day at 9am", MAYA)

    tom.type("#finance", "/schedule sales report every friday at 17:00")

    preview = tom.see("#finance", "@Maya Chen has it scheduled already: #1, every day at 09:00")
    assert preview.buttons == ["Add another", "Change", "Discard"]


def test_a_manager_may_change_a_colleagues(world: World, slack: RunningWorkspace):
    world.schedule("every day at 9am")
    maya = slack.driver.as_person("Maya Chen")

    maya.type("#finance", "/schedule sales report every friday at 17:00")
    maya.press("Change that one", in_=maya.see("#finance", "@Tom Okafor has it scheduled already"))
    maya.press("Change it", in_=maya.see("#finance", "Instead of: every day at 09:00"))

    maya.see("#finance", "Changed: Sales report (#1)")
    assert [each.owner_id for each in schedules(world)] == [TOM.person_id]


def test_one_that_was_deleted_meanwhile_is_not_changed(world: World, tom: Person):
    schedule = world.schedule("every day at 9am")
    tom.type("#finance", "/schedule sales report every friday at 17:00")
    preview = tom.see("#finance", "scheduled already")
    world.scheduling.delete(Asker(TOM), schedule.schedule_id)

    tom.press("Change that one", in_=preview)

    tom.see("#finance", "That schedule no longer exists")
    assert schedules(world) == []


def test_who_lost_the_right_meanwhile_changes_nothing(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule sales report every friday at 17:00")
    preview = tom.see("#finance", "scheduled already")
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.VIEWER, person_id=TOM.person_id)

    tom.press("Change that one", in_=preview)

    tom.see("#finance", "You may not schedule this job")
    assert [each.when for each in schedules(world)] == [world.when("every day at 9am")]


def test_the_same_command_typed_twice_is_one_schedule_unless_one_says_so(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every friday at 17:00")
    first = tom.see("#finance", "will run every Friday at 17:00")
    tom.type("#finance", "/schedule sales report every friday at 17:00")
    second = tom.see("#finance", "will run every Friday at 17:00", after=first)
    world.clock.advance(timedelta(seconds=5))
    tom.press("Schedule it", in_=first)
    tom.see("#finance", "It is #1.")

    tom.press("Schedule it", in_=second)
    preview = tom.see("#finance", "You have it scheduled already: #1, every Friday at 17:00")
    assert preview.buttons == ["Change that one", "Add another", "Change", "Discard"]
    assert len(schedules(world)) == 1

    tom.press("Add another", in_=preview)
    tom.see("#finance", "It is #2.")
    assert len(schedules(world)) == 2


def test_in_the_form_it_is_told_too_when_one_was_made_meanwhile(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report")
    form = tom.open_modal("Schedule a job")
    form.fill("When", "every friday at 17:00")
    form.submit()
    world.clock.advance(timedelta(seconds=5))
    world.schedule("every friday at 17:00")

    tom.open_modal("Is this right?").submit()
    preview = tom.open_modal("Is this right?")
    assert "You have it scheduled already: #1" in preview.text
    assert len(schedules(world)) == 1

    preview.submit()
    tom.open_modal("Scheduled").close()
    assert len(schedules(world)) == 2
