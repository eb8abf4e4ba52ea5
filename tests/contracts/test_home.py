"""Home, as people see and use it: what needs them, their schedules, the week, runs, what they look after."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests import company
from tests.house import ALEX
from tests.world import FINANCE, LENA, MAYA, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.both_databases
HALF_A_MINUTE = timedelta(seconds=30)


def people(slack: RunningWorkspace, *names: str) -> list[Person]:
    return [slack.driver.as_person(name) for name in names]


@pytest.mark.usefixtures("world")
def test_a_newcomer_reads_what_runbell_is_and_asks_for_access(slack: RunningWorkspace):
    (sam,) = people(slack, "Sam Rivera")

    home = sam.home("Welcome to Runbell")
    assert "Your schedules" not in home.text
    sam.press("Ask for access", in_=home)

    assert "Runbell has no admin yet" in sam.open_modal("Runbell").text


@pytest.mark.usefixtures("world")
def test_somebody_new_in_a_project_reads_what_to_try(tom: Person):
    home = tom.home("Your schedules")

    assert "Nothing needs you just now." in home.text
    assert "every weekday at 9am" in home.text
    assert "Finance: you may run and schedule" in home.text
    tom.press("Schedule or run a job", in_=home)
    tom.open_modal("Schedule a job").close()


@pytest.mark.usefixtures("world")
def test_who_may_only_look_is_offered_nothing_else(slack: RunningWorkspace):
    (lena,) = people(slack, "Lena Fischer")

    home = lena.home("Your schedules")

    assert "Schedule or run a job" not in home.buttons
    lena.press("Jobs", in_=home)
    assert "Sales report" in lena.open_modal("Runbell").text


def test_a_schedule_is_paused_from_home_and_the_window_takes_it_back(world: World, tom: Person):
    kept = world.schedule("every weekday at 9am")

    home = tom.home("Sales report")
    assert "Next: Mon 2 Mar 2026, 09:00" in home.text
    assert "The week ahead" in home.text
    tom.choose("More actions", "Pause", in_=home, beside="Sales report")

    window = tom.open_modal("Runbell")
    assert "it will not run until it is resumed" in window.text
    home.see("Paused by")
    window.press("Resume")
    window.see("Resumed")
    assert world.scheduling.show(Asker(TOM), kept.schedule_id).schedule.state is ScheduleState.ACTIVE


def test_a_run_is_started_from_home(world: World, tom: Person):
    world.schedule("every weekday at 9am")

    tom.choose("More actions", "Run now", in_=tom.home("Sales report"), beside="Sales report")
    window = tom.open_modal("Runbell")
    window.see("Run Sales report now?")
    window.press("Run now")

    window.see("is starting")
    world.go_on(HALF_A_MINUTE)
    assert len(world.starts()) == 1
    assert "Recent runs" in tom.home("Recent runs").text


def test_a_job_runs_from_home_as_somebody_ran_it_last_or_with_another_input(world: World, tom: Person):
    world.run_now(region="us")
    world.go_on(HALF_A_MINUTE)

    tom.press("Sales report…", in_=tom.home("Run a job now"))
    form = tom.open_modal("Schedule a job")
    form.see_no_field("When")
    form.see("As you ran it last")
    form.choose("Region", "Asia and Pacific")
    form.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("On its way")
    world.go_on(HALF_A_MINUTE)
    tom.press("Sales report…", in_=tom.home("Run a job now"))
    tom.open_modal("Schedule a job").submit()
    tom.open_modal("Is this right?").submit()

    tom.open_modal("On its way")
    world.go_on(HALF_A_MINUTE)
    assert [call.arguments[3]["region"] for call in world.airflow.calls_of("start")] == ["us", "apac", "apac"]


def test_home_offers_first_what_somebody_ran_by_hand_and_only_what_they_may_run(
    world: World, slack: RunningWorkspace, tom: Person
):
    world.run_now(dag_id="import_orders")
    world.go_on(HALF_A_MINUTE)
    (lena,) = people(slack, "Lena Fischer")

    offered = [each for each in tom.home("Run a job now").buttons if each.endswith("…")]
    assert offered == ["Import orders…", "Build warehouse…", "Nightly cleanup…", "Sales report…"]
    assert "Run a job now" not in lena.home("Your projects").text


def test_a_preview_is_changed_in_the_form_that_opens_over_it(world: World, tom: Person):
    world.schedule("every weekday at 9am")

    tom.choose("More actions", "Run now", in_=tom.home("Sales report"), beside="Sales report")
    tom.open_modal("Runbell").press("Change")

    form = tom.open_modal("Schedule a job")
    form.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("On its way")


def test_a_failure_is_claimed_in_home_and_leaves_the_homes_of_others(world: World, slack: RunningWorkspace):
    tom, maya = people(slack, "Tom Okafor", "Maya Chen")
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(HALF_A_MINUTE)
    assert "Import orders failed" in maya.home("Needs you").text

    home = tom.home("Import orders failed")
    tom.press("Show log", in_=home)
    tom.open_modal("Runbell").close()
    tom.press("Claim", in_=home)

    home.see("You have claimed it")
    assert "Retry" in home.buttons
    assert "Nothing needs you just now." in maya.home("Nothing needs you").text


def test_a_manager_lets_somebody_in_and_reads_how_the_project_does(world: World, slack: RunningWorkspace):
    (maya,) = people(slack, "Maya Chen")
    world.run_now(dag_id="import_orders", fail="always")
    world.run_now()
    world.go_on(HALF_A_MINUTE)
    world.services().requesting_access.ask(Asker(SAM, FINANCE))

    home = maya.home("This week in your projects")
    assert "Finance: 1 run done, 1 failed" in home.text
    assert "Fails most: Import orders (1)" in home.text
    assert "1 person waits for access." in home.text
    maya.press("Allow: look", in_=home)

    maya.open_modal("Runbell").see("allowed")
    assert world.offers(Asker(SAM))
    assert world.homes.read(MAYA).waiting_count == 0


def test_an_admin_reads_how_runbell_itself_is(world: World, slack: RunningWorkspace):
    (alex,) = people(slack, "Alex Novak")
    world.slack.known_people[alex.id] = ALEX
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, alex.id, "admin")

    home = alex.home("Runbell itself")

    assert "Airflow answers." in home.text
    assert "No message waits to be sent." in home.text
    assert "Sales report" not in home.text, "it is shared with others"
    assert "whoever runs or schedules a job needs a role in its project, you too" in home.text
    alex.press("Open the administration", in_=home)
    alex.open_modal()


def test_what_is_suspended_is_taken_over_by_a_colleague(world: World, slack: RunningWorkspace):
    (maya,) = people(slack, "Maya Chen")
    kept = world.schedule("every weekday at 9am")
    with world.database.transaction() as tx:
        tx.schedules.move(kept, ScheduleState.SUSPENDED, next_due_at=None, reason="Tom may not any more")

    home = maya.home("Suspended")
    maya.choose("More actions", "Take over", in_=home, beside="Suspended")

    maya.open_modal("Runbell").see("is yours now")
    maya.home("Nothing needs you just now.")


def test_more_schedules_than_a_page_are_turned(world: World, tom: Person):
    for hour in range(8):
        world.schedule(f"every day at {hour + 10}:00")

    home = tom.home("Your schedules")
    assert "#8" not in home.text.partition("The week ahead")[0]
    tom.press("Later (2 more)", in_=home)

    home.see("#8 Sales report every day at 17:00")
    tom.press("Sooner", in_=home)
    home.see("#1 Sales report every day at 10:00")


def test_home_says_no_word_of_another_project(world: World):
    company.move_in(world)
    world.schedule("every day at 9am", dag_id="import_orders")
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(HALF_A_MINUTE)
    world.services().requesting_access.ask(Asker(SAM, FINANCE))

    for who in (PRIYA, SAM):
        shown = str(world.homes.read(who))
        assert "Import orders" not in shown
        assert "Finance" not in shown
    for who in (TOM, LENA, MAYA):
        assert "Import orders" in str(world.homes.read(who))
