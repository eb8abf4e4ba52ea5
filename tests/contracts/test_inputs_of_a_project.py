"""A manager says input by input whether people are asked for it, whether it is fixed, or hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.domain.job import JobSettings
from bot.domain.moving import MOVES
from bot.domain.project_setup import Shared
from bot.domain.rights import Action
from bot.rules import input_edits, project_edits
from bot.rules.access import Asker
from tests.fakes.sample_jobs import REGION, ROWS
from tests.forms import unfolded
from tests.params import an_input
from tests.world import MAYA, TEAM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from tests.world import World

TOKEN = an_input(None, name="api_token", type=["string", "null"], title="Token")


def takes(world: World, *inputs: Any) -> None:
    world.airflow.change("sales_report", inputs=inputs)
    world.catalogue.step()


def page_of_jobs(slack: RunningWorkspace) -> tuple[Person, Modal]:
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Open", beside="Jobs")
    page.see("The project sees only")
    return maya, page


def page_of_inputs(slack: RunningWorkspace, title: str = "Sales report") -> tuple[Person, Modal]:
    """By the menu below the shares, which also has the jobs of a tag."""
    maya, page = page_of_jobs(slack)
    page.choose("Inputs of a job…", title, query="sales")
    page.see(f"{title}: its inputs")
    return maya, page


def kept(world: World) -> JobSettings:
    setup = world.managing.to_manage(Asker(MAYA), world.projects["Finance"]).setup
    return setup.jobs.get("sales_report", JobSettings())


def test_an_input_is_fixed_in_the_field_that_people_have_for_it_and_asked_for_again(
    world: World, slack: RunningWorkspace
):
    maya, page = page_of_inputs(slack)
    page.see("Asked; left alone, it is Europe, Middle East, Africa")
    page.choose("More actions", "Fix its value…", beside="Region")
    form = maya.open_modal("Fix an input")
    form.choose("Region", "United States")
    form.submit()
    page = maya.open_modal("Finance")
    page.see("Region: fixed for every run.")
    page.see("Fixed at United States")
    assert dict(kept(world).fixed) == {"region": "us"}

    tom = slack.driver.as_person("Tom Okafor")
    tom.type("#finance", "/schedule sales report")
    opened = unfolded(tom.open_modal("Schedule a job"))
    assert "Region" not in opened.labels
    assert "Rows" in opened.labels

    page.choose("More actions", "Ask people for it", beside="Region")
    page.see("Region: people are asked for it now.")
    assert kept(world) == JobSettings()


def test_saved_as_it_stands_the_value_is_fixed_at_the_jobs_own(world: World, slack: RunningWorkspace):
    maya, page = page_of_inputs(slack)
    page.choose("More actions", "Fix its value…", beside="Rows")
    form = maya.open_modal("Fix an input")
    assert "'optional': True" not in str(form.drawn)
    assert "Left empty" not in form.text
    assert form.value("Rows") == "1000"
    form.submit()
    maya.open_modal("Finance").see("Fixed at 1000")

    assert dict(kept(world).fixed) == {"rows": 1000}


def test_a_wrong_value_is_told_at_its_field(world: World, slack: RunningWorkspace):
    month = an_input(None, name="month", type=["null", "string"], format="date", title="Until")
    listed = an_input(None, name="stores", type=["null", "array"], items={"type": "integer"}, title="Stores")
    takes(world, month, listed)
    maya, page = page_of_inputs(slack)
    page.choose("More actions", "Fix its value…", beside="Stores")
    form = maya.open_modal("Fix an input")
    form.fill("Stores", "1, two")
    form.submit()
    assert "Stores" in form.error("Stores")
    form.fill("Stores", "")
    form.submit()
    assert form.error("Stores") == "Please complete this required field."
    form.see("To leave it to the job, hide it instead.")
    form.fill("Stores", "1, 2")
    form.submit()
    maya.open_modal("Finance").see("Stores: fixed for every run.")

    assert dict(kept(world).fixed) == {"stores": [1, 2]}


def test_a_day_may_be_fixed_at_one_that_moves_with_each_run(world: World, slack: RunningWorkspace):
    maya, page = page_of_inputs(slack)
    page.choose("More actions", "Fix its value…", beside="Day")
    form = maya.open_modal("Fix an input")
    form.choose("Day, if it moves with each run", "yesterday (now: Sun 1 Mar 2026)", query="yest")
    form.submit()
    maya.open_modal("Finance").see("Fixed at yesterday")

    assert kept(world).fixed["day"][MOVES] == "yesterday"


def test_more_choices_than_a_menu_holds_are_found_by_typing(world: World, slack: RunningWorkspace):
    store = an_input(
        None, name="store", type=["null", "string"], enum=[f"Store {n}" for n in range(150)], title="Store"
    )
    takes(world, store)
    maya, page = page_of_inputs(slack)
    page.choose("More actions", "Fix its value…", beside="Store")
    form = maya.open_modal("Fix an input")
    form.choose("Store", "Store 149", query="149")
    form.submit()
    maya.open_modal("Finance").see("Fixed at Store 149")

    assert dict(kept(world).fixed) == {"store": "Store 149"}


def test_what_is_hidden_keeps_the_jobs_own_default_and_what_must_be_given_cannot_be(
    world: World, slack: RunningWorkspace
):
    needed = an_input(None, name="who", type="string", title="Who")
    takes(world, needed, ROWS)
    _, page = page_of_inputs(slack)
    page.see("Asked: it must be given")
    assert "Hide it" not in page.offers("More actions")
    page.choose("More actions", "Hide it", beside="Rows")
    page.see("Hidden: it stays 1000")

    assert kept(world).hidden == {"rows"}


def test_a_preset_that_sets_the_input_is_named_and_nothing_is_lost(world: World, slack: RunningWorkspace):
    settings = JobSettings(title="Sales", presets={"Month end": {"region": "us"}}, runbook="Ask Olga")
    job = world.airflow.job("sales_report")
    assert job is not None
    world.managing.edit(Asker(MAYA), world.projects["Finance"], project_edits.set_job(job, settings))
    maya, page = page_of_inputs(slack, "Sales")
    page.choose("More actions", "Hide it", beside="Region")
    page.see("Preset “Month end” sets “Region”, which is fixed or hidden here.")
    page.choose("More actions", "Fix its value…", beside="Region")
    form = maya.open_modal("Fix an input")
    form.submit()
    assert "Preset “Month end” sets “Region”" in form.error("Region")
    form.close()
    page.choose("More actions", "Fix its value…", beside="Rows")
    maya.open_modal("Fix an input").submit()
    maya.open_modal("Finance").see("Rows: fixed for every run.")

    assert kept(world) == replace(settings, fixed={"rows": 1000})


def test_a_job_that_is_shared_by_itself_has_them_in_its_row(world: World, slack: RunningWorkspace):
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")
    edit = project_edits.share(Shared("sales_report", is_tag=False), frozenset({Action.RUN}))
    world.managing.edit(Asker(MAYA), world.projects["Finance"], edit)
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#general", "/schedule admin")
    maya.open_modal("Administration").press("Open", beside="Finance")
    page = maya.open_modal("Finance")
    page.press("Open", beside="Jobs")
    page.see("The project sees only")

    page.choose("More actions", "Inputs: asked, fixed or hidden", beside="Sales report")

    page.see("Sales report: its inputs")
    page.press("← Back")
    page.see("The project sees only")


def test_an_empty_default_is_said_as_nothing(world: World, slack: RunningWorkspace):
    takes(world, an_input([], name="stores", type=["null", "array"], title="Stores"))
    _, page = page_of_inputs(slack)

    page.see("Asked; may be left empty")
    assert "**" not in page.text


def test_a_secret_is_neither_shown_nor_fixed(world: World, slack: RunningWorkspace):
    takes(world, TOKEN)
    _, page = page_of_inputs(slack)
    page.see("Token")

    assert page.offers("More actions") == ["Hide it"]


def test_sixty_inputs_are_read_in_pages(world: World, slack: RunningWorkspace):
    many = [
        an_input(None, name=f"day_{n}", type=["null", "string"], format="date", title=f"Day {n}")
        for n in range(60)
    ]
    takes(world, *many)
    maya, page = page_of_inputs(slack)
    page.see("Inputs 1 to 10 of 60")
    for first in range(11, 61, 10):
        page.press("Next →")
        page.see(f"Inputs {first} to {first + 9} of 60")
    page.choose("More actions", "Fix its value…", beside="Day 59")
    form = maya.open_modal("Fix an input")
    form.fill("Day 59", "2026-03-05")
    form.submit()
    page = maya.open_modal("Finance")
    page.see("Inputs 51 to 60 of 60")

    assert dict(kept(world).fixed) == {"day_59": "2026-03-05"}


def test_what_the_job_no_longer_has_is_forgotten_by_a_press(world: World, slack: RunningWorkspace):
    job = world.airflow.job("sales_report")
    assert job is not None
    edit = input_edits.set_input(job, "rows", fixed=500)
    world.managing.edit(Asker(MAYA), world.projects["Finance"], edit)
    takes(world, REGION)
    _, page = page_of_inputs(slack)
    page.choose("More actions", "Forget it", beside="rows")
    page.see("rows: forgotten.")

    assert kept(world) == JobSettings()
