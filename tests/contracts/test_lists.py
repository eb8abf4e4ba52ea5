"""Lists: by when each runs next, in pages, limited by words; a press is answered in the list's own place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.job import Job, JobKey
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import MAYA, NINE, PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_seen import Seen
    from playground.slack.server import RunningWorkspace
    from tests.world import World

DAY = timedelta(days=1)
pytestmark = pytest.mark.both_databases


def numbers(seen: Seen) -> list[str]:
    """Return the numbers of the schedules that it shows, in their order."""
    lines = [line for line in seen.text.splitlines() if line.startswith("#")]
    return [line.split()[0] for line in lines]


def test_what_runs_next_stands_first_and_what_rests_last(world: World, tom: Person):
    world.schedule("every friday at 9am")
    paused = world.schedule("every day at 9:05")
    skipped = world.schedule("every day at 9:10")
    world.schedule("every day at 11am")
    world.scheduling.pause(Asker(TOM), paused.schedule_id)
    world.adjusting.skip_next(Asker(TOM), skipped.schedule_id)

    tom.type("#finance", "/schedule list")

    assert numbers(tom.see("#finance", "4 schedules")) == ["#4", "#3", "#1", "#2"]


def test_more_than_ten_are_turned_in_place(world: World, tom: Person):
    for hour in range(23):
        world.schedule(f"every day at {hour}:30")
    tom.type("#finance", "/schedule list")
    first = tom.see("#finance", "23 schedules")
    assert numbers(first)[:2] == ["#10", "#11"]

    tom.press("Later (13 more)", in_=first)
    second = tom.see("#finance", "Later (3 more)")
    assert second.ts == first.ts
    assert numbers(second)[0] == "#20"
    tom.press("Later (3 more)", in_=second)
    third = tom.see("#finance", "#7 Sales")
    assert numbers(third) == ["#7", "#8", "#9"]
    tom.press("Sooner", in_=third)

    assert numbers(tom.see("#finance", "Later (3 more)"))[0] == "#20"


@pytest.fixture
def several(world: World) -> World:
    """Tom's #1, daily; Maya's #2, on Fridays, whose name is Month end; Maya's #3, of imports, paused."""
    world.schedule("every day at 9am")
    second = world.schedule("every friday at 10am", MAYA)
    third = world.schedule("every day at 11am", MAYA, dag_id="import_orders")
    world.adjusting.rename(Asker(MAYA), second.schedule_id, "month end")
    world.scheduling.pause(Asker(MAYA), third.schedule_id)
    return world


@pytest.mark.parametrize(
    ("words", "head", "shown"),
    [
        ("", "1 schedule", ["#1"]),
        ("all", "3 schedules", ["#1", "#2", "#3"]),
        ("maya", "2 schedules: of @Maya Chen", ["#2", "#3"]),
        ("ma", "2 schedules: of @Maya Chen", ["#2", "#3"]),
        ("@Maya Chen", "2 schedules: of @Maya Chen", ["#2", "#3"]),
        ("mine tomorrow", "1 schedule: due on Tue 3 Mar 2026", ["#1"]),
        ("all friday", "2 schedules: due on Fri 6 Mar 2026", ["#1", "#2"]),
        ("maya friday", "1 schedule: of @Maya Chen, due on Fri 6 Mar 2026", ["#2"]),
        ("all paused", "1 schedule: paused", ["#3"]),
        ("maya paused import orders", "1 schedule: of @Maya Chen, paused, Import orders", ["#3"]),
        ("sales report", "2 schedules: Sales report", ["#1", "#2"]),
        ("all failed", "No schedules here: failed", []),
    ],
)
@pytest.mark.usefixtures("several")
def test_words_limit_it(tom: Person, words: str, head: str, shown: list[str]):
    tom.type("#finance", f"/schedule list {words}")

    assert numbers(tom.see("#finance", head)) == shown


def test_a_day_counts_skips_and_the_end_of_a_pause(several: World, tom: Person):
    (first,) = several.scheduling.listed(Asker(TOM))
    several.scheduling.pause(Asker(TOM), first.schedule.schedule_id, until=NINE + 2 * DAY)

    tom.type("#finance", "/schedule list tomorrow")
    tom.see("#finance", "No schedules here: due on Tue 3 Mar 2026")
    tom.type("#finance", "/schedule list wednesday")

    tom.see("#finance", "1 schedule: due on Wed 4 Mar 2026")


@pytest.mark.usefixtures("several")
def test_who_has_nothing_that_one_may_see_here_is_nobody(several: World, tom: Person):
    several.schedule("every day at 9am", PRIYA, dag_id="payroll", where="C0PEOPLE", month="2026-05")

    for words in ("priya", "zebra"):
        tom.type("#finance", f"/schedule list {words}")
        tom.see("#finance", f"I can't list by “{words}”. I list mine, all, paused, failed, a day, a job")


def test_a_press_in_a_list_is_answered_in_its_place_with_its_way_back(several: World, tom: Person):
    tom.type("#finance", "/schedule list all")
    listed = tom.see("#finance", "3 schedules")

    tom.choose("More actions", "Skip next", in_=listed, beside="#1")
    skipped = tom.see("#finance", "Skipped #1 Sales report on Mon 2 Mar")
    assert skipped.ts == listed.ts
    assert "Next: Tue 3 Mar 2026, 09:00" in skipped.text
    tom.choose("More actions", "Pause", in_=skipped, beside="#1 Sales report every day")
    paused = tom.see("#finance", "it will not run until it is resumed")
    assert numbers(paused)[-2:] == ["#1", "#3"] or numbers(paused)[-2:] == ["#3", "#1"]
    tom.press("Resume", in_=paused)

    resumed = tom.see("#finance", "Resumed #1 Sales report")
    assert (resumed.ts, numbers(resumed)) == (listed.ts, ["#1", "#1", "#2", "#3"][1:])
    assert several.scheduling.listed(Asker(TOM))[0].schedule.state is ScheduleState.ACTIVE


def test_what_is_deleted_in_a_list_leaves_it_and_undo_brings_it_back(several: World, tom: Person):
    tom.type("#finance", "/schedule list")
    listed = tom.see("#finance", "1 schedule")

    tom.choose("More actions", "Pause", in_=listed)
    tom.choose("More actions", "Delete", in_=tom.see("#finance", "it will not run until it is resumed"))
    deleted = tom.see("#finance", "Deleted #1: Sales report no longer runs")
    assert "You have no schedules here yet" in deleted.text
    tom.press("Undo", in_=deleted)

    back = tom.see("#finance", "#1 Sales report is back")
    assert (back.ts, "1 schedule" in back.text) == (listed.ts, True)
    assert several.scheduling.listed(Asker(TOM))[0].schedule.state is ScheduleState.PAUSED


def test_a_row_of_a_list_pauses_its_schedule_until_monday_in_two_presses(several: World, tom: Person):
    tom.type("#finance", "/schedule list")

    tom.choose("More actions", "Pause until Monday", in_=tom.see("#finance", "1 schedule"))

    tom.see("#finance", "it goes on by itself Mon 9 Mar 2026, 00:00")
    assert several.scheduling.listed(Asker(TOM))[0].schedule.state is ScheduleState.PAUSED


def test_what_runs_is_deleted_in_the_form_that_changes_it_and_undo_brings_it_back(
    several: World, tom: Person
):
    tom.type("#finance", "/schedule list")
    tom.choose("More actions", "Edit or delete", in_=tom.see("#finance", "1 schedule"))

    tom.open_modal("Change schedule #1").press("Delete this schedule")
    told = tom.open_modal("Deleted")
    assert several.scheduling.listed(Asker(TOM)) == []
    told.press("Undo")

    tom.open_modal("Runbell").see("#1 Sales report is back")
    assert several.scheduling.listed(Asker(TOM))[0].next_at == NINE


def test_a_press_at_a_schedule_that_is_shown_alone_redraws_it(several: World, tom: Person):
    del several
    tom.type("#finance", "/schedule show 1")
    shown = tom.see("#finance", "#1 Sales report every day at 09:00")

    tom.press("Pause", in_=shown)
    paused = tom.see("#finance", "Paused by @Tom Okafor")
    tom.press("Delete", in_=paused)
    deleted = tom.see("#finance", "Deleted #1")
    tom.press("Undo", in_=deleted)

    back = tom.see("#finance", "#1 Sales report is back")
    assert {paused.ts, deleted.ts, back.ts} == {shown.ts}
    assert "Paused by @Tom Okafor" in back.text


def test_a_menu_offers_what_that_person_may(several: World, slack: RunningWorkspace, tom: Person):
    del several
    lena = slack.driver.as_person("Lena Fischer")
    lena.type("#finance", "/schedule list all")
    assert lena.see("#finance", "3 schedules").buttons == []
    tom.type("#finance", "/schedule list maya")

    tom.choose("More actions", "Take over", in_=tom.see("#finance", "2 schedules"), beside="#2")

    tom.see("#finance", "#2 Sales report is yours now")


def test_what_airflow_schedules_by_itself_stands_below(several: World, tom: Person):
    del several
    tom.type("#finance", "/schedule list all")

    assert (
        "Also, by their own schedules in Airflow: Nightly cleanup, at 02:30 (the job’s own time zone)"
        in tom.see("#finance", "3 sch").text
    )


@pytest.mark.parametrize("is_admin", [False, True])
def test_of_many_that_airflow_schedules_the_first_stand_below(world: World, tom: Person, is_admin: bool):
    of_finance = frozenset({"finance"})
    for number in range(12):
        key = JobKey("default", f"job_{number:02}")
        world.airflow.add(Job(key, f"Ledger {number:02}", tags=of_finance, airflow_schedule="At 02:30"))
    elsewhere = JobKey("default", "elsewhere")
    world.airflow.add(Job(elsewhere, "Ledger of nobody", airflow_schedule="At 02:30"))
    world.catalogue.step()
    if is_admin:
        with world.database.transaction() as tx:
            tx.directory.give_workspace_role(TEAM, TOM.person_id, "admin")

    tom.type("#finance", "/schedule list all")

    told = tom.see("#finance", "by their own schedules in Airflow").text
    assert [f"Ledger {number:02}, at 02:30" in told for number in range(12)] == [True] * 10 + [False] * 2
    assert "; and more." in told
    assert "nobody" not in told
