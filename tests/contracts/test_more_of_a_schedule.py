"""More, in the form: where it reports, a nickname, and what happens when something goes wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.schedule import MissedPolicy, OverlapPolicy, Policies
from bot.rules.access import Asker
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.usefixtures("world")

NICKNAME = "Nickname"
MISSED = "If a run was missed because something was down"
OVERLAP = "If its previous run is still going"
FAILURES = "If its runs fail"


def opened(tom: Person, typed: str = "sales report") -> Modal:
    tom.type("#finance", f"/schedule {typed}")
    return tom.open_modal("Schedule a job")


def policies_of(world: World) -> Policies:
    (listed,) = world.scheduling.listed(Asker(TOM))
    return listed.schedule.policies


def fill_in(form: Modal) -> None:
    form.press("More")
    form.see(NICKNAME)
    form.fill(NICKNAME, "month end")
    form.choose(MISSED, "Run none")
    form.choose(OVERLAP, "Skip that time")
    form.choose(FAILURES, "After 3 failures in a row, wait for its owner")


def test_what_is_chosen_under_more_is_previewed_and_kept(world: World, tom: Person):
    form = opened(tom)
    form.fill("When", "every weekday at 9am")
    form.see_no_field(NICKNAME)
    fill_in(form)
    form.submit()

    preview = tom.open_modal("Is this right?")
    assert "Nickname: month end" in preview.text
    assert "A missed run: run none" in preview.text
    assert "Previous run still going: skip that time" in preview.text
    assert "If it fails: after 3 failures in a row, wait for its owner" in preview.text
    assert "May start late" not in preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()

    assert policies_of(world) == Policies(MissedPolicy.NONE, OverlapPolicy.SKIP, None, 3, "month end")


def test_what_nobody_unfolds_is_as_usual_and_the_preview_does_not_speak_of_it(world: World, tom: Person):
    form = opened(tom)
    form.fill("When", "every weekday at 9am")
    form.see("Reports to: #finance")
    form.submit()

    preview = tom.open_modal("Is this right?")
    assert "missed run" not in preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()

    assert policies_of(world) == Policies()


def test_a_nickname_that_is_a_command_is_told_at_its_field(tom: Person):
    form = opened(tom)
    form.fill("When", "every weekday at 9am")
    form.press("More")
    form.see(NICKNAME)
    form.fill(NICKNAME, "pause")
    form.submit()

    assert form.error(NICKNAME) == "“pause” is a command. Choose another nickname."


def test_a_run_now_has_none_of_it_and_scheduling_it_brings_it_back(tom: Person):
    form = opened(tom)
    form.fill("When", "every weekday at 9am")
    fill_in(form)
    form.choose("What to do", "Run it once, now")
    form.see_no_field(NICKNAME)
    assert form.value("Reports to") == "#finance"
    form.choose("What to do", "Schedule it")
    form.see(NICKNAME)
    assert form.value(NICKNAME) == "month end"
    assert form.value(MISSED) == "Run none"
    form.choose("What to do", "Run it once, now")
    form.see_no_field(NICKNAME)
    form.submit()

    preview = tom.open_modal("Is this right?")
    assert "month end" not in preview.text
    preview.submit()
    tom.open_modal("On its way").close()


def test_another_job_leaves_it_as_it_stands(tom: Person):
    form = opened(tom)
    form.fill("When", "every weekday at 9am")
    fill_in(form)
    form.choose("Job", "Import orders", query="import")
    form.see("Import orders")

    form.submit()

    assert "Nickname: month end" in tom.open_modal("Is this right?").text


def test_change_and_edit_show_it_and_keep_it(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every weekday at 9am")
    tom.press("Change", in_=tom.see("#finance", "will run every"))
    form = tom.open_modal("Schedule a job")
    fill_in(form)
    form.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("Scheduled").close()
    wanted = Policies(MissedPolicy.NONE, OverlapPolicy.SKIP, None, 3, "month end")

    tom.type("#finance", "/schedule edit month end")
    form = tom.open_modal("Change schedule #1")
    assert form.value(NICKNAME) == "month end"
    form.fill("When", "every friday at 5pm")
    form.submit()
    assert "Nickname: month end" in tom.open_modal("Is this right?").text
    tom.open_modal("Is this right?").submit()
    tom.open_modal("Changed").close()
    assert policies_of(world) == wanted

    tom.type("#finance", "/schedule edit month end")
    form = tom.open_modal("Change schedule #1")
    form.fill(NICKNAME, "")
    form.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("Changed").close()
    assert policies_of(world) == replace(wanted, nickname="")


def test_editing_the_time_alone_keeps_what_is_set_elsewhere(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every weekday at 9am")
    tom.press("Schedule it", in_=tom.see("#finance", "will run every"))
    tom.see("#finance", "Scheduled")
    (listed,) = world.scheduling.listed(Asker(TOM))
    world.adjusting.rename(Asker(TOM), listed.schedule.schedule_id, "month end")

    tom.type("#finance", "/schedule edit 1 every friday at 5pm")
    tom.press("Change it", in_=tom.see("#finance", "every Friday"))
    tom.see("#finance", "Changed")

    assert policies_of(world) == Policies(nickname="month end")


@pytest.fixture
def maya(slack: RunningWorkspace) -> Person:
    return slack.driver.as_person("Maya Chen")


@pytest.mark.both_databases
def test_of_two_forms_of_one_schedule_the_second_saves_nothing(world: World, tom: Person, maya: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule edit #1")
    his = tom.open_modal("Change schedule #1")
    his.press("More")
    his.see(NICKNAME)
    maya.type("#finance", "/schedule rename #1 to mornings")
    maya.see("#finance", "you may type its name from now on")

    his.choose(MISSED, "Run none")
    his.submit()

    told = tom.open_modal("That did not work")
    assert "Schedule #1 was changed after you opened it, so nothing of yours is saved" in told.text
    told.close()
    assert policies_of(world) == Policies(nickname="mornings")


@pytest.mark.both_databases
def test_of_two_forms_of_policies_the_second_saves_nothing(world: World, tom: Person, maya: Person):
    world.schedule("every day at 9am")
    forms = []
    for who in (tom, maya):
        who.type("#finance", "/schedule show #1")
        who.press("When something goes wrong…", in_=who.see("#finance", "#1 Sales report"))
        forms.append(who.open_modal("If something goes wrong"))
    his, hers = forms
    hers.choose(OVERLAP, "Skip that time")
    hers.submit()
    maya.open_modal("Saved").close()

    his.choose(MISSED, "Run none")
    his.submit()

    assert "was changed after you opened it" in tom.open_modal("That did not work").text
    assert policies_of(world) == Policies(overlap=OverlapPolicy.SKIP)
