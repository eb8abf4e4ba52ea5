"""The form's time: read while it is typed, picked without typing, and both the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.access import Asker
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from tests.world import World

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def form(tom: Person) -> Modal:
    tom.type("#finance", "/schedule sales report")
    return tom.open_modal("Schedule a job")


def test_how_a_time_is_read_stands_beneath_it_while_it_is_typed(form: Modal):
    form.fill("When", "evry frday at 17:00")
    form.see("Every Friday at 17:00 (")
    form.see("Next: Fri ")

    form.fill("When", "every friday at 5")
    form.see("Is 5 in the morning or in the afternoon?")


def test_a_time_is_picked_without_typing(world: World, form: Modal, tom: Person):
    form.press("Pick a time")
    form.see("Every weekday at 09:00 (")
    form.choose("Repeats", "Every week, on…")
    form.see("Every Monday at 09:00")
    form.choose("On", "Tuesday", "Thursday")
    form.see("Every Tuesday and Thursday at 09:00")
    form.fill("At", "16:30")
    form.see("Every Tuesday and Thursday at 16:30 (")
    form.choose("Time zone", "Europe/Berlin", query="berl")
    form.see("Every Tuesday and Thursday at 16:30 (Berlin time)")
    assert form.value("When") == "every Tuesday and Thursday at 16:30 (Berlin time)"

    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "every Tuesday and Thursday at 16:30 (Berlin time)" in preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()

    (listed,) = world.scheduling.listed(Asker(TOM))
    assert str(listed.schedule.when.tz) == "Europe/Berlin"


def test_start_end_and_days_off_are_picked_and_what_was_picked_before_stays(form: Modal):
    form.press("Pick a time")
    form.see("Every weekday at 09:00")
    form.choose("Repeats", "Every month, on…")
    form.see("The 1st of every month at 09:00")
    form.choose("On", "the last Friday")
    form.see("The last Friday of every month at 09:00")
    form.press("Start, end and days off…")
    form.see("Not on these days")
    assert form.value("On") == "the last Friday"

    form.fill("Or ends after so many runs", "3")
    form.see("3 times")
    form.fill("Not on these days", "blursday")
    form.see("I do not understand the days on which it does not run.")
    form.fill("Not on these days", "25 Dec 2026")
    form.see("except Fri 25 Dec 2026")


def test_pickers_open_with_what_is_written_and_follow_it(form: Modal):
    form.fill("When", "the last friday of every month at 4pm")
    form.see("The last Friday of every month at 16:00")
    form.press("Pick a time")
    form.see("Repeats")
    assert (form.value("Repeats"), form.value("On")) == ("Every month, on…", "the last Friday")
    assert form.value("At") == "16:00"

    form.fill("When", "every day at 7:15")
    form.see("Every day at 07:15")
    assert (form.value("Repeats"), form.value("At")) == ("Every day", "07:15")


def test_a_time_that_no_picker_shows_is_said_to_be_one_and_stays(form: Modal):
    form.fill("When", "every monday at 9am and every friday at 5pm")
    form.see("and also")
    form.press("Pick a time")
    form.see("The pickers cannot show this time.")
    assert form.value("When") == "every monday at 9am and every friday at 5pm"

    form.press("Hide the pickers")
    form.see("Pick a time")
    assert form.value("When") == "every monday at 9am and every friday at 5pm"


def test_a_chosen_job_leaves_the_time_as_it_stands(tom: Person):
    tom.type("#finance", "/schedule")
    form = tom.open_modal("Schedule a job")
    form.press("Pick a time")
    form.see("Every weekday at 09:00")
    form.choose("Job", "Sales report", query="sal")
    form.see("Region")
    form.fill("At", "07:45")
    form.see("Every weekday at 07:45")
    assert form.value("Job") == "Sales report"


def test_run_now_hides_the_time_and_brings_it_back(form: Modal, tom: Person):
    form.fill("When", "tomorrow at 10am")
    form.see("at 10:00")
    form.choose("What to do", "Run it once, now")
    form.see_no_field("When")
    form.choose("What to do", "Schedule it")
    form.see("at 10:00")
    form.choose("What to do", "Run it once, now")
    form.see_no_field("When")
    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "now?" in preview.text
    preview.close()

    form = tom.open_modal("Schedule a job")
    assert form.value("What to do") == "Run it once, now"
