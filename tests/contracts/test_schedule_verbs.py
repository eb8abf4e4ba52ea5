"""What is done with schedules that are there, typed and pressed as people do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.rights import Role
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.rules.access import Asker
from tests.world import NINE, PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.schedule import Schedule
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

DAY = timedelta(days=1)


def now_is(world: World) -> Schedule:
    (listed,) = world.scheduling.listed(Asker(TOM))
    return listed.schedule


def test_skip_leaves_out_the_next_time_and_undo_brings_it_back(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("#finance", "/schedule skip #1")
    skipped = tom.see("#finance", "Skipped #1 Sales report on Mon 2 Mar 2026, 09:00 (Berlin time)")
    assert now_is(world).next_due_at == NINE + DAY
    assert "Next: Tue 3 Mar 2026, 09:00" in skipped.text

    tom.press("Undo", in_=skipped)
    tom.see("#finance", "runs on Mon 2 Mar 2026, 09:00 (Berlin time) after all")
    assert now_is(world).next_due_at == NINE


def test_what_is_skipped_is_shown_with_its_undo_until_it_has_passed(world: World, tom: Person):
    schedule = world.schedule("every day at 9am")
    world.adjusting.skip_next(Asker(TOM), schedule.schedule_id)

    tom.type("#finance", "/schedule show sales")
    shown = tom.see("#finance", "Skipped: Mon 2 Mar 2026, 09:00")
    tom.press("Undo", in_=shown)

    told = tom.see("#finance", "after all")
    assert "Next: Mon 2 Mar 2026, 09:00" in told.text
    assert "Undo" not in told.buttons


def test_the_skip_button_skips_and_a_second_press_skips_the_one_after(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule list")
    listed = tom.see("#finance", "1 schedule")

    tom.choose("More actions", "Skip next", in_=listed)
    tom.see("#finance", "Skipped #1 Sales report on Mon 2 Mar")
    tom.choose("More actions", "Skip next", in_=listed)

    tom.see("#finance", "Skipped #1 Sales report on Tue 3 Mar")


def test_a_pause_ends_by_itself_on_the_day_that_is_named(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("#finance", "/schedule pause #1 until Friday")
    told = tom.see("#finance", "it goes on by itself Fri 6 Mar 2026, 00:00 (Berlin time)").text
    assert told.count("Fri 6 Mar 2026, 00:00") == 1
    assert "Next: Fri 6 Mar 2026, 09:00" in told
    assert now_is(world).state is ScheduleState.PAUSED
    tom.type("#finance", "/schedule show #1")
    tom.see("#finance", "Paused by @Tom Okafor until Fri 6 Mar 2026, 00:00")

    world.clock.set(NINE + 4 * DAY - timedelta(minutes=1))
    world.go_on(timedelta(minutes=2))
    assert now_is(world).state is ScheduleState.ACTIVE
    assert len(world.starts()) == 1


def test_a_pause_that_is_resumed_at_once(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule pause sales report for 2 weeks")

    tom.press("Resume now", in_=tom.see("#finance", "Paused #1"))

    tom.see("#finance", "Resumed #1 Sales report")
    assert now_is(world).next_due_at == NINE


@pytest.mark.parametrize(
    ("until", "told"),
    [("until every monday", "name one day or one time"), ("until 1 March 2026", "in the past")],
)
def test_a_pause_that_could_not_end_is_refused(world: World, tom: Person, until: str, told: str):
    world.schedule("every day at 9am")

    tom.type("#finance", f"/schedule pause #1 {until}")

    tom.see("#finance", told)
    assert now_is(world).state is ScheduleState.ACTIVE


def test_run_now_from_a_schedule_runs_what_it_runs_and_leaves_its_times_alone(world: World, tom: Person):
    world.schedule("every day at 9am", rows=7)
    tom.type("#finance", "/schedule show #1")
    tom.press("Run now", in_=tom.see("#finance", "#1 Sales report"))
    card = tom.see("#finance", "Run Sales report now?")
    assert "Rows: 7" in card.text

    tom.press("Run now", in_=card)
    tom.see("#finance", "Sales report is starting")
    world.go_on(timedelta(seconds=5))

    (call,) = world.airflow.calls_of("start")
    assert call.arguments[2:4] == (None, {"rows": 7})
    assert now_is(world).next_due_at == NINE
    world.go_to(NINE + timedelta(seconds=20))
    assert [each.arguments[2] for each in world.airflow.calls_of("start")] == [None, NINE]


def test_edit_opens_the_form_filled_in_and_changes_the_schedule(world: World, tom: Person):
    world.schedule("every day at 9am", rows=7)
    tom.type("#finance", "/schedule edit #1")
    form = tom.open_modal("Change schedule #1")
    assert "every day at 09:00" in form.value("When")
    assert "7" in form.value("Rows")
    form.fill("When", "every friday at 17:00")
    form.fill("Rows", "8")
    form.submit()

    preview = tom.open_modal("Is this right?")
    assert "Instead of: every day at 09:00" in preview.text
    preview.submit()

    tom.open_modal("Changed").see("Sales report (#1) runs every Friday at 17:00")
    changed = now_is(world)
    assert (changed.number, dict(changed.inputs)) == (1, {"rows": 8})
    world.clock.set(NINE + 4 * DAY + timedelta(hours=7, minutes=59))
    world.go_on(timedelta(minutes=2))
    assert [call.arguments[3] for call in world.airflow.calls_of("start")] == [dict(changed.inputs)]


def test_an_edit_keeps_the_zone_whoever_makes_it(world: World, tom: Person):
    world.schedule("every day at 9am Tokyo time")
    tom.type("#finance", "/schedule edit #1")
    form = tom.open_modal("Change schedule #1")
    form.fill("When", "every day at 10am")
    form.submit()
    assert "Tokyo" in tom.open_modal("Is this right?").text


def test_a_schedule_keeps_its_job(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule edit #1")
    form = tom.open_modal("Change schedule #1")
    form.choose("Job", "Build warehouse", query="bui")
    form = tom.open_modal("Change schedule #1")
    form.fill("When", "every day at 10am")

    form.submit()

    assert "keeps its job" in form.error("Job")


def test_a_colleague_may_skip_but_not_edit(world: World, slack: RunningWorkspace):
    world.schedule("every day at 9am")
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, person_id=PRIYA.person_id)
    priya = slack.driver.as_person("Priya Nair")

    priya.type("Runbell", "/schedule show #1")
    shown = priya.see("Runbell", "#1 Sales report")
    assert shown.buttons == ["Pause", "Skip next", "Run now", "Take over"]
    priya.type("Runbell", "/schedule edit #1")

    priya.see("Runbell", "or a manager may change this schedule")


def test_when_something_goes_wrong_is_set_in_a_form_and_said_in_words(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule show #1")
    shown = tom.see("#finance", "It may start up to 10 min late")
    assert "Missed by more: run the latest, late" in shown.text
    assert "Its previous run still going: wait until it has ended" in shown.text
    assert "When it fails: go on." in shown.text

    tom.press("When something goes wrong…", in_=shown)
    form = tom.open_modal("If something goes wrong")
    form.fill("Nickname", "month end")
    form.choose("It may start late without a warning, by up to", "30 min")
    form.choose("If a run was missed because something was down", "Run none")
    form.choose("If its previous run is still going", "Run beside it")
    form.choose("If its runs fail", "After 3 failures in a row, wait for its owner")
    form.submit()

    tom.open_modal("Saved").see("It may start up to 30 min late. Missed by more: run none.")
    tom.open_modal("Saved").close()
    kept = now_is(world)
    assert (kept.missed, kept.overlap) == (MissedPolicy.NONE, OverlapPolicy.ALLOW)
    assert (kept.grace, kept.nickname) == (timedelta(minutes=30), "month end")
    assert kept.most_failures == 3
    tom.type("#finance", "/schedule pause month end")
    tom.see("#finance", "Paused #1 month end (Sales report)")


def test_a_nickname_that_is_a_number_is_refused_at_its_field(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule show #1")
    tom.press("When something goes wrong…", in_=tom.see("#finance", "#1 Sales report"))
    form = tom.open_modal("If something goes wrong")
    form.fill("Nickname", "#12")

    form.submit()

    assert "a number alone means the schedule" in form.error("Nickname")


def test_in_a_direct_message_edit_shows_the_schedule_whose_button_opens_the_form(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("Runbell", "edit #1")
    tom.press("Edit", in_=tom.see("Runbell", "#1 Sales report"))

    tom.open_modal("Change schedule #1").close()
