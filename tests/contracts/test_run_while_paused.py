"""A run of a job that is paused for everyone: the preview says so, and resumes it for those who may."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.rules.access import Asker
from tests.forms import unfolded
from tests.world import MAYA

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


@pytest.fixture
def maya(world: World, slack: RunningWorkspace) -> Person:
    """A manager, while the sales report is paused for everyone."""
    key = next(each.job.key for each in world.catalog.search(Asker(MAYA), "sales"))
    world.running.pause_job(Asker(MAYA), key, paused=True)
    return slack.driver.as_person("Maya Chen")


def test_who_may_resume_it_does_so_in_the_preview_and_runs_it(world: World, maya: Person):
    maya.type("#finance", "/schedule run sales report with region=us")
    asked = maya.see("#finance", "is paused in Airflow for everyone, so nothing would happen")
    assert "Run now" not in asked.buttons

    maya.press("Resume for everyone", in_=asked)
    maya.press("Run now", in_=maya.see("#finance", "Run Sales report now?"))

    maya.see("#finance", "is starting")
    world.go_on(timedelta(seconds=30))
    assert len(world.starts()) == 1


def test_in_the_form_as_well(world: World, maya: Person):
    maya.type("#finance", "/schedule sales report")
    form = maya.open_modal("Schedule a job")
    form.choose("What to do", "Run it once, now")
    form.see_no_field("When")
    unfolded(form).choose("Region", "United States")
    form.submit()
    shown = maya.open_modal("Is this right?")
    shown.see("is paused in Airflow for everyone")

    shown.press("Resume for everyone")
    shown.see("Run Sales report now?")
    shown.submit()

    maya.open_modal("On its way")
    world.go_on(timedelta(seconds=30))
    assert len(world.starts()) == 1


def test_others_are_told_who_can(maya: Person, tom: Person):
    del maya
    tom.type("#finance", "/schedule run sales report")

    asked = tom.see("#finance", "A manager can resume it.")
    assert asked.buttons == ["Change", "Discard"]
