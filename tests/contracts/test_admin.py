"""Administration as people do it: pages and forms in the playground's Slack, by what they read there."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Conflict
from bot.domain.job import JobKey
from bot.domain.ports import UserGroup
from bot.domain.project import Place
from bot.domain.rights import Role
from bot.services.projects.managing import Managing
from playground.slack.faults import Fault
from playground.tests.apps.running import wait_until
from tests.fakes.talking import talking
from tests.world import FINANCE, GENERAL, MAYA, TEAM, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from tests.world import World

ALEX = person("alex")


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    with world.database.transaction() as tx:
        tx.directory.keep_people([ALEX], at=world.clock.now())
        tx.directory.give_workspace_role(TEAM, ALEX.person_id, "admin")
    with talking(world) as running:
        yield running


def opened(slack: RunningWorkspace, name: str, *path: str) -> Modal:
    """The administration, and from there page by page, by what stands beside each "Open"."""
    person = slack.driver.as_person(name)
    person.type("#general", "/schedule admin")
    modal = person.open_modal("Administration")
    for each in path:
        modal.press("Open", beside=each)
        modal.see("← Back")
    return modal


def back(page: Modal) -> None:
    page.press("← Back")
    page.see("Requests for access go to")


def test_an_admin_makes_a_project_and_gives_it_what_it_needs(world: World, slack: RunningWorkspace):
    alex = slack.driver.as_person("Alex Novak")
    opened(slack, "Alex Novak").press("New project…")
    form = alex.open_modal("New project")
    form.fill("Name", "Operations")
    form.choose("Time zone", "Europe/London", query="london")
    form.submit()
    page = alex.open_modal("Operations")
    page.see("Operations exists now. Three steps, and people can work in it.")

    page.press("Map a channel…")
    form = alex.open_modal("Map a channel")
    form.choose("Channel", "#general")
    form.submit()
    page = alex.open_modal("Operations")
    page.see("is mapped")
    page.see("✅ 1. Channels")
    page.press("Add people…")
    form = alex.open_modal("Add people")
    form.choose("People", "Sam Rivera")
    form.choose("What they can do", "Can run and schedule")
    form.submit()
    page = alex.open_modal("Operations")
    page.see("Sam Rivera can run and schedule now")
    page.see("✅ 2. People")
    page.press("Share a job…")
    form = alex.open_modal("Share a job")
    form.choose("Job or tag", "Payroll", query="pay")
    form.submit()
    page = alex.open_modal("Operations")
    page.see("1 job shared")
    page.press("Open", beside="Jobs")
    page.see("run and schedule · everyone in the project")
    back(page)

    world.notifier.step()
    assert "This channel now belongs to the project Operations." in world.slack.texts(GENERAL)
    sam = slack.driver.as_person("Sam Rivera")
    sam.type("#general", "/schedule jobs")
    sam.see("#general", "Payroll")


def test_a_manager_changes_roles_and_is_told_what_taking_somebody_away_does(
    world: World, slack: RunningWorkspace
):
    world.schedule("every day at 9am")
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Open", beside="People")
    page.see("Lena Fischer can look")

    page.choose("More actions", "Can run and schedule", beside="Lena Fischer")
    page.see("✅ @Lena Fischer can run and schedule now")

    page.choose("More actions", "Take away…", beside="Tom Okafor")
    page.see("These schedules are suspended at once")
    page.see("#1 Sales report, of @Tom Okafor")
    page.press("Keep")
    page.see("Tom Okafor can run and schedule")
    page.choose("More actions", "Take away…", beside="Tom Okafor")
    page.see("These schedules are suspended at once")
    page.press("Take away")
    page.see("taken away. #1 is suspended; owners and managers are told.")
    page.press("Undo")
    page.see("They are in the project again. Schedules that it suspended wait until somebody resumes them.")
    page.see("Tom Okafor can run and schedule")


def test_what_cannot_be_is_told_at_its_field_and_the_form_stays(slack: RunningWorkspace):
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Open", beside="Jobs")
    page.see("The project sees only")
    page.choose("Title and presets of a job…", "Sales report", query="sales")
    form = maya.open_modal("A job, in this project")
    form.fill("Title", "Sales of the month")
    form.fill("Presets", "Month end: region=emea rows=many")
    form.submit()
    assert form.error("Presets") == "“Rows” takes a whole number, like 20."

    form.fill("Presets", "Month end: region=emea rows=31")
    form.submit()
    page = maya.open_modal("Finance")
    page.see("Sales of the month: saved.")
    page.close(everything=True)

    tom = slack.driver.as_person("Tom Okafor")
    tom.type("#finance", "/schedule run sales of the month with preset='month end'")
    card = tom.see("#finance", "Run Sales of the month now?")
    assert "Rows: 31" in card.text
    tom.type("#finance", "/schedule sales of the month")
    form = tom.open_modal("Schedule a job")
    form.choose("Preset", "Month end")
    form.see_no_field("More inputs (3)")
    wait_until(lambda: form.value("Rows") == "31")


def test_a_stranger_opens_nothing_and_a_manager_shares_only_what_they_have(slack: RunningWorkspace):
    sam, maya = slack.driver.as_person("Sam Rivera"), slack.driver.as_person("Maya Chen")
    sam.type("#general", "/schedule admin")
    sam.see("#general", "You manage no project")

    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Open", beside="Jobs")
    page.see("The project sees only")
    page.press("Share a job…")
    form = maya.open_modal("Share a job")
    assert form.offers("Job or tag") == ["finance"]


def test_the_audit_is_read_narrowed_down_and_taken_along(world: World, slack: RunningWorkspace):
    world.schedule("every day at 9am")
    page = opened(slack, "Alex Novak")
    page.press("Audit")
    page.see("scheduled")
    page.choose("Everything", "Shares")
    page.see("Nothing to show")
    page.choose("Shares", "Everything")
    page.see("scheduled")
    page.press("Export as CSV")
    page.see("entries are in your direct messages")
    assert world.slack.files[0][0] == "U0ALEX"


def test_a_form_that_is_submitted_does_not_wait_for_airflow(
    world: World, slack: RunningWorkspace, monkeypatch: pytest.MonkeyPatch
):
    """Slack gives it three seconds; a job without inputs looks like one whose inputs were never read."""
    with world.database.transaction() as tx:
        tx.jobs.keep_inputs({JobKey(world.airflow.deployment, "sales_report"): ()})
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Open", beside="Jobs")
    page.see("The project sees only")
    like = world.airflow.job("sales_report")
    assert like is not None
    job = replace(like, inputs=())
    monkeypatch.setattr(world.airflow, "job", lambda _dag_id: job)
    page.choose("Title and presets of a job…", "Sales report", query="sales")
    form = maya.open_modal("A job, in this project")
    form.fill("Title", "Sales of the month")
    monkeypatch.setattr(world.airflow, "job", lambda _dag_id: time.sleep(4))

    form.submit()

    maya.open_modal("Finance").see("Sales of the month: saved.")


def test_a_form_is_answered_before_the_page_beneath_it_is_drawn_anew(world: World, slack: RunningWorkspace):
    """Slack waits three seconds for an answer, and what is saved is not called failed."""
    alex = slack.driver.as_person("Alex Novak")
    opened(slack, "Alex Novak").press("New project…")
    form = alex.open_modal("New project")
    form.fill("Name", "Operations")
    slack.workspace.faults.plan("views.update", Fault(error="internal_error", seconds=4))

    form.submit()

    alex.open_modal("Administration")
    with world.database.reading() as tx:
        assert tx.projects.named(TEAM, "Operations") is not None


def test_a_manager_opens_what_a_channel_hears_and_lets_a_rule_mention_a_user_group(
    world: World, slack: RunningWorkspace
):
    group = UserGroup("S0ONCALL", "on-call", "On call", frozenset())
    world.slack.known_groups = [group]
    world.groups.refresh()
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Open", beside="Alerts")
    page.see("Which failures and other events each channel hears")
    page.press("Open", beside="#finance")
    heard = maya.open_modal("Alerts")
    heard.see("What is scheduled or started in Slack and reports here")
    heard.press("Add a rule…")
    form = maya.open_modal("Alert rule")
    form.choose("About", "All jobs of Finance")
    form.choose("Mention user groups", "@on-call", query="call")
    form.submit()

    assert "Mentions " in maya.open_modal("Alerts").text
    with world.database.reading() as tx:
        (rule,) = tx.alert_rules.of_place(Place(TEAM, FINANCE))
    assert rule.mentions == ("S0ONCALL",)


def test_a_manager_pauses_the_whole_project_and_lets_it_go_on(world: World, slack: RunningWorkspace):
    schedule = world.schedule("every day at 9am")
    maya, tom = slack.driver.as_person("Maya Chen"), slack.driver.as_person("Tom Okafor")
    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Pause all schedules…")
    form = maya.open_modal("Pause the project")
    form.fill("Why", "The warehouse moves")
    form.submit()
    page = maya.open_modal("Finance")
    page.see("All schedules of Finance rest until")
    page.see("is paused by @Maya Chen until")

    world.notifier.step()
    tom.type("#finance", f"/schedule show {schedule.number}")
    assert "The warehouse moves" in tom.see("#finance", "The project Finance is paused").text
    tom.type("#finance", "/schedule run sales report")
    card = tom.see("#finance", "Run it all the same?", ephemeral=True)
    tom.press("Run it all the same", in_=card)
    tom.see("#finance", "is starting")

    page.press("Go on now")
    page.see("The schedules of Finance go on.")
    tom.type("#finance", "/schedule pause 1")
    tom.see("#finance", "Paused #1")


def test_a_whole_project_is_paused_and_goes_on_by_a_word(world: World, slack: RunningWorkspace):
    world.schedule("every day at 9am")
    maya, tom = slack.driver.as_person("Maya Chen"), slack.driver.as_person("Tom Okafor")

    tom.type("#finance", "/schedule pause project until tomorrow")
    tom.see("#finance", "You may not manage Finance.")
    maya.type("#finance", "/schedule pause project")
    maya.see("#finance", "Until when shall the whole project rest?")
    maya.type("#finance", "/schedule pause project until next week because the warehouse moves")
    answer = maya.see("#finance", "The project Finance is paused by @Maya Chen until")
    assert "the warehouse moves" in answer.text

    maya.press("Go on now", in_=answer)
    maya.see("#finance", "The schedules of Finance go on.")
    maya.type("#general", "/schedule resume project")
    maya.see("#general", "Finance is not paused.")


def test_which_of_several_projects_is_asked_with_all_that_was_typed(world: World, slack: RunningWorkspace):
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["HR"], TEAM, Role.MANAGER, person_id=MAYA.person_id)
    maya = slack.driver.as_person("Maya Chen")

    maya.type("#general", "/schedule pause project until next week because we move")
    maya.press("HR", in_=maya.see("#general", "Which project shall rest?"))

    answer = maya.see("#general", "The project HR is paused by @Maya Chen until")
    assert "we move" in answer.text


def test_what_airflow_suggests_is_shared_in_one_go(
    world: World, slack: RunningWorkspace, monkeypatch: pytest.MonkeyPatch
):
    """A change of somebody else between two of its jobs would leave half of them shared."""
    world.airflow.known_roles = {"hr": frozenset({"sales_report", "import_orders"})}
    edit, edits = Managing.edit, count(1)

    def only_once(self: Managing, *given: Any) -> Any:
        if next(edits) > 1:
            raise Conflict("Somebody has just changed this.")
        return edit(self, *given)

    monkeypatch.setattr(Managing, "edit", only_once)
    page = opened(slack, "Alex Novak", "HR")
    page.press("Open", beside="Jobs")
    page.see("The project sees only")
    page.press("Suggestions from Airflow")
    page.see("Nothing is shared until you share it")

    page.press("Share")

    page.see("Shared with everyone in the project")
    with world.database.reading() as tx:
        kept = tx.project_setups.one(world.projects["HR"], world.airflow.deployment)
    assert kept is not None
    assert {"sales_report", "import_orders"} <= {each.name for each in kept.setup.shares}
