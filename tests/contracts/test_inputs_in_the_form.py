"""The form's inputs: few at a glance, the rest folded; presets and the last run; days that move."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.job import Job, JobKey
from bot.domain.moving import MOVES
from bot.rules.access import Asker
from tests.fakes.sample_jobs import FULL, REGION, ROWS
from tests.forms import unfolded
from tests.params import an_input
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.usefixtures("world")
WHY = an_input(None, name="why", type=["string", "null"], title="Why")
WHO = an_input(None, name="who", type="string", title="Who")
SINCE = an_input(None, name="since", type="string", format="date", title="Since")


def form(tom: Person, typed: str = "sales report") -> Modal:
    tom.type("#finance", f"/schedule {typed}")
    return unfolded(tom.open_modal("Schedule a job"))


def scheduled(tom: Person, form: Modal, when: str = "every weekday at 9am") -> str:
    form.fill("When", when)
    form.submit()
    preview = tom.open_modal("Is this right?")
    text = preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()
    return text


def test_a_day_that_moves_is_chosen_in_the_form(world: World, tom: Person):
    opened = form(tom)
    opened.choose("Day, if it moves with each run", "yesterday (now: Sun 1 Mar 2026)", query="yest")

    assert "Day: yesterday (next: Mon 2 Mar 2026)" in scheduled(tom, opened, "tomorrow at 9am")

    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.inputs["day"][MOVES] == "yesterday"


def test_any_day_that_moves_can_be_typed_there(world: World, tom: Person):
    opened = form(tom)
    opened.choose("Day, if it moves with each run", "3 weeks ago (now: Mon 9 Feb 2026)", query="3 weeks ago")

    scheduled(tom, opened)

    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.inputs["day"][MOVES] == "3 weeks ago"


def test_a_fixed_day_and_one_that_moves_are_not_both_taken(tom: Person):
    opened = form(tom)
    opened.choose("Day, if it moves with each run", "tomorrow (now: Tue 3 Mar 2026)", query="tomorrow")
    opened.fill("Day", "2026-03-05")
    opened.fill("When", "every day at 9am")
    opened.submit()

    assert "a fixed one, or one that moves" in opened.error("Day")


def test_a_schedule_that_is_changed_shows_what_moves_and_lets_it_be_fixed(world: World, tom: Person):
    schedule = world.schedule("every weekday at 9:00", day={MOVES: "yesterday", "as": "date"})
    tom.type("#finance", f"/schedule edit {schedule.number}")
    opened = tom.open_modal(f"Change schedule #{schedule.number}")
    assert opened.value("Day, if it moves with each run") == "yesterday"

    opened.fill("Day", "2026-03-05")
    opened.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("Changed").close()

    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.inputs["day"] == "2026-03-05"


def test_a_month_may_move_and_its_field_says_so(world: World, tom: Person):
    pattern = "^20[0-9]{2}-(0[1-9]|1[0-2])$"
    month = an_input(None, name="month", type=["null", "string"], pattern=pattern, title="Month")
    world.airflow.change("sales_report", inputs=(month,))
    world.catalogue.step()
    opened = form(tom)
    assert "like 2026-05 or last month" in opened.text

    opened.fill("Month", "the month before it runs")

    assert "Month: last month (next: 2026-03)" in scheduled(tom, opened, "2 April 2026 at 9am")


def test_many_inputs_that_may_stay_are_folded_and_unfold_without_losing_what_was_typed(
    world: World, tom: Person
):
    world.airflow.change("sales_report", inputs=(WHO, REGION, ROWS, FULL, WHY))
    world.catalogue.step()
    tom.type("#finance", "/schedule sales report")
    opened = tom.open_modal("Schedule a job")
    assert "These may stay as they are: Region, Rows" in opened.text
    assert "Why" not in opened.labels
    opened.fill("Who", "Ann")
    opened.fill("When", "every friday at 4pm")

    opened.press("More inputs (4)")
    opened.see_no_field("More inputs (4)")
    opened.fill("Why", "audit")

    assert opened.value("Who") == "Ann"
    scheduled(tom, opened, "every friday at 4pm")
    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.inputs == {"who": "Ann", "why": "audit"}


def test_a_needed_day_may_move(world: World, tom: Person):
    world.airflow.change("sales_report", inputs=(SINCE,))
    world.catalogue.step()
    opened = form(tom)
    opened.fill("When", "every friday at 4pm")
    opened.submit()
    assert "needs “Since”" in opened.error("Since")

    opened.choose("Since, if it moves with each run", "last Friday (now: Fri 27 Feb 2026)", query="friday")

    assert "Since: last Friday" in scheduled(tom, opened, "every friday at 4pm")


def test_the_last_run_fills_in_the_form(world: World, tom: Person):
    world.run_now(region="us", rows=7)
    opened = form(tom)

    opened.choose("Preset", "As you ran it last")
    opened.see("United States")

    assert opened.value("Region") == "United States"
    assert opened.value("Rows") == "7"
    scheduled(tom, opened)
    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.inputs == {"region": "us", "rows": 7}


def test_who_never_ran_it_is_offered_no_last_run(tom: Person):
    assert "Preset" not in form(tom).labels


def test_another_job_keeps_what_was_typed_for_inputs_like_its_own(world: World, tom: Person):
    world.airflow.change("import_orders", inputs=(REGION, ROWS, WHY))
    world.catalogue.step()
    opened = form(tom)
    opened.choose("Region", "United States")
    opened.fill("Rows", "7")
    opened.choose("Day, if it moves with each run", "yesterday (now: Sun 1 Mar 2026)", query="yest")

    opened.choose("Job", "Import orders", query="import")
    opened.see_no_field("Day")

    assert opened.value("Region") == "United States"
    assert opened.value("Rows") == "7"
    scheduled(tom, opened)
    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.inputs == {"region": "us", "rows": 7}


def test_a_manager_saves_the_inputs_of_a_filled_form_as_a_preset_for_everybody(
    world: World, slack: RunningWorkspace, tom: Person
):
    maya = slack.driver.as_person("Maya Chen")
    opened = form(maya)
    opened.choose("Region", "United States")
    opened.choose("Day, if it moves with each run", "yesterday (now: Sun 1 Mar 2026)", query="yest")
    opened.fill("When", "every friday at 4pm")
    opened.submit()
    preview = maya.open_modal("Is this right?")

    preview.press("Save as preset…")
    asked = maya.open_modal("Save as preset")
    assert "Region: United States" in asked.text
    asked.fill("Name", "Weekly: us")
    asked.submit()
    assert "without : and =" in asked.error("Name")
    asked.fill("Name", "Weekly us")
    asked.choose("Who can choose it", "For everybody in Finance")
    asked.submit()
    maya.open_modal("Saved").close()

    maya.open_modal("Is this right?").close(everything=True)
    world.clock.advance(timedelta(days=1))
    chosen = form(tom)
    chosen.choose("Preset", "Weekly us")
    chosen.see("United States")
    assert "Day: yesterday (next: " in scheduled(tom, chosen)


def add_unread(world: World) -> None:
    """A job that the catalogue has seen in Airflow's list, and not read yet, as right after a first start."""
    key = JobKey(world.airflow.deployment, "new_report")
    world.airflow.add(Job(key, "New report", tags=frozenset({"finance"}), inputs=(WHO, REGION)))
    listed = [replace(each, inputs=()) for each in world.airflow.jobs()]
    with world.database.transaction() as tx:
        tx.jobs.keep(world.airflow.deployment, listed, at=world.clock.now())


def test_a_job_whose_inputs_were_never_read_says_so_and_looks_again(world: World, tom: Person):
    add_unread(world)
    opened = form(tom, "new report")
    assert "Airflow has not told yet which inputs this job takes." in opened.text
    opened.fill("When", "every friday at 4pm")
    world.catalogue.step()

    opened.press("Try again")
    opened.see("Who")

    opened.fill("Who", "Ann")
    assert "has not told" not in opened.text
    assert "Who: Ann" in scheduled(tom, opened, "every friday at 4pm")


def test_inputs_that_are_typed_before_they_are_known_are_not_called_wrong(world: World, tom: Person):
    add_unread(world)

    tom.type("#finance", "/schedule new report every friday at 4pm with who=Ann")
    tom.see("#finance", "Airflow has not told yet which inputs New report takes. Try again in a few seconds.")

    tom.type("#finance", "/schedule new report every friday at 4pm")
    tom.see("#finance", "Without others it runs with its usual ones.")


def test_a_job_without_inputs_is_not_called_unread(tom: Person):
    assert "has not told" not in form(tom, "nightly cleanup").text
