"""Choices that a small job publishes: offered with their age, held to when typed, for those who may see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Rejected, Unavailable
from bot.domain.job import Job, JobKey
from bot.domain.rights import Action
from bot.language.yaml_nodes import WrongFile
from bot.rules.access import Asker
from tests.choices import COUNTRY, STORES, apply, with_inputs
from tests.fakes.sample_jobs import REGION
from tests.forms import unfolded
from tests.world import FINANCE, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from tests.world import World

STORES_JOB = """\
    jobs:
      sales_report:
        choices:
          stores: { from_job: list_stores }
          country: { from_job: list_countries, depends_on: region }
"""
COUNTRIES_BY_REGION = {"emea": {"DE": "Germany"}, "us": ["NY", "CA"]}


@pytest.fixture(autouse=True)
def publishers(world: World) -> None:
    with_inputs(world, REGION, STORES, COUNTRY)
    for dag_id, title in (("list_stores", "List stores"), ("list_countries", "List countries")):
        key = JobKey(world.airflow.deployment, dag_id)
        job = Job(key, title, tags=frozenset({"finance"}))
        world.airflow.add(job, tasks=("list",), takes=timedelta(seconds=1))
    world.catalogue.step()
    apply(world, STORES_JOB)


def publish(world: World, choices: Any, dag_id: str = "list_stores") -> None:
    """Let the job run and publish these."""
    world.airflow.published[dag_id] = {"text": "Read.", "choices": choices}
    world.run_now(MAYA, dag_id=dag_id)
    world.go_on(timedelta(minutes=1))
    world.choices_mirror.step()


def form(tom: Person) -> Modal:
    tom.type("#finance", "/schedule sales report")
    return unfolded(tom.open_modal("Schedule a job"))


def typed(tom: Person, what: str) -> str:
    tom.type("#finance", f"/schedule run sales report with {what}")
    return tom.open_modal("Schedule a job").text


def test_the_form_offers_what_was_published_and_says_how_old_it_is(world: World, tom: Person):
    publish(world, {"1": "Mitte", "17": "Ost"})
    world.clock.advance(timedelta(hours=3))
    opened = form(tom)

    assert opened.offers("Stores") == ["Mitte", "Ost"]
    assert "The choices are from List stores, 3 hours ago." in opened.text
    opened.choose("Stores", "Ost")
    opened.fill("When", "every friday at 4pm")
    opened.submit()
    preview = tom.open_modal("Is this right?")
    assert "Stores: Ost" in preview.text
    preview.submit()
    tom.open_modal("Scheduled")
    (listed,) = world.scheduling.listed(Asker(TOM))
    assert listed.schedule.inputs == {"stores": [17]}


def test_what_is_typed_is_held_to_what_was_published(world: World, tom: Person):
    publish(world, {"1": "Mitte", "17": "Ost"})

    assert "• 1: Mitte\n• 17: Ost" in typed(tom, "stores=2")


def test_what_is_published_may_depend_on_another_input(world: World, tom: Person):
    publish(world, COUNTRIES_BY_REGION, "list_countries")

    opened = form(tom)
    assert opened.offers("Country") == ["Germany"]
    opened.close()
    assert "is one of:\n• NY\n• CA" in typed(tom, "region=us country=DE")


def test_a_newer_run_replaces_what_was_published(world: World, tom: Person):
    publish(world, [1, 2])
    publish(world, [3])

    assert form(tom).offers("Stores") == ["3"]


@pytest.mark.parametrize("choices", [None, [], "1, 2", [[1], {}], list(range(1001))])
def test_what_is_no_list_of_choices_leaves_the_last_good_one(world: World, tom: Person, choices: Any):
    publish(world, [1, 2])
    publish(world, choices)

    assert form(tom).offers("Stores") == ["1", "2"]


def test_without_choices_and_with_old_ones_the_field_takes_text_and_says_why(world: World, tom: Person):
    opened = form(tom)
    assert "List stores has not published its choices yet, so type what you want." in opened.text
    opened.fill("Stores", "4, 5")
    opened.close()

    publish(world, [1, 2])
    world.clock.advance(timedelta(days=9))

    opened = form(tom)
    assert "List stores published its choices 9 days ago, too long to trust them" in opened.text
    opened.fill("Stores", "4, 5")
    opened.fill("When", "every friday at 4pm")
    opened.submit()
    assert "Stores: 4, 5" in tom.open_modal("Is this right?").text


def share_with_maya_alone(world: World) -> None:
    """Let nobody but Maya see the job that publishes the stores."""
    world.airflow.change("list_stores", tags=frozenset())
    world.catalogue.step()
    with world.database.transaction() as tx:
        named = [{"person_id": MAYA.person_id}]
        tx.shares.add(
            world.projects["Finance"], world.airflow.deployment, Action, at=world.clock.now(),
            dag_id="list_stores", only=named, workspace_id=TEAM,
        )  # fmt: skip


@pytest.mark.both_databases
def test_cards_and_lists_show_the_words_of_what_was_chosen_however_old_they_are(world: World, tom: Person):
    publish(world, {"1": "Mitte", "17": "Ost"})
    world.clock.advance(timedelta(days=9))
    world.schedule("every day at 18:00", stores=[17])
    world.run_now(stores=[1])
    world.go_on(timedelta(minutes=1))

    assert "Stores: *Mitte*" in shown_in(world, FINANCE)
    for asked in ("list", "show sales report"):
        tom.type("#finance", f"/schedule {asked}")
        tom.see("#finance", "Stores: Ost")


@pytest.mark.both_databases
def test_words_that_not_everybody_may_read_stand_on_no_card_and_in_nobody_elses_list(
    world: World, slack: RunningWorkspace, tom: Person
):
    publish(world, {"1": "Mitte", "17": "Ost"})
    share_with_maya_alone(world)
    world.schedule("every day at 18:00", MAYA, stores=[17])
    world.run_now(MAYA, stores=[17])
    world.go_on(timedelta(minutes=1))

    assert "Stores: *17*" in shown_in(world, FINANCE)
    assert "Ost" not in shown_in(world, FINANCE)
    tom.type("#finance", "/schedule show sales report")
    assert "Ost" not in tom.see("#finance", "Stores: 17").text
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#finance", "/schedule show sales report")
    maya.see("#finance", "Stores: Ost")


def shown_in(world: World, channel_id: str) -> str:
    """All that is posted there, and every edit of it."""
    return str([(each.message, each.edits) for each in world.slack.posted if each.channel_id == channel_id])


def test_choices_of_a_job_that_somebody_may_not_see_do_not_exist_for_them(world: World, tom: Person):
    publish(world, {"1": "Mitte", "17": "Ost"})
    share_with_maya_alone(world)

    opened = form(tom)
    assert "Mitte" not in opened.text
    assert "List stores" not in opened.text
    opened.fill("Stores", "2")
    opened.fill("When", "every friday at 4pm")
    opened.submit()
    assert "Stores: 2" in tom.open_modal("Is this right?").text


def test_a_schedule_keeps_what_is_no_longer_published(world: World):
    publish(world, [1, 2])
    schedule = world.schedule("every monday at 9:00", stores=[1])
    publish(world, [2])

    world.go_to(schedule.next_due_at)

    assert len(world.starts()) == 1


def test_a_publisher_that_airflow_does_not_tell_of_delays_no_other(world: World, tom: Person):
    world.airflow.published["list_stores"] = {"choices": [1]}
    world.run_now(MAYA, dag_id="list_stores")
    world.go_on(timedelta(minutes=1))
    world.airflow.fail_next(
        Rejected("Airflow", "there is no such DAG", "404")
    )  # for list_countries, the first

    world.choices_mirror.step()

    assert form(tom).offers("Stores") == ["1"]


def test_publishers_that_are_gone_from_airflow_are_no_failure_of_the_loop(world: World):
    gone = [Rejected("Airflow", "there is no such DAG", "404") for _ in ("list_countries", "list_stores")]
    world.airflow.fail_next(*gone)

    assert world.choices_mirror.step() > 0

    world.airflow.fail_next(*(Unavailable("Airflow", "no answer") for _ in gone))
    with pytest.raises(Unavailable):
        world.choices_mirror.step()


@pytest.mark.both_databases
@pytest.mark.parametrize("odd", [float("nan"), float("inf"), True, None, [1], "\u200b"])
def test_a_code_that_is_none_leaves_the_others(world: World, odd: Any):
    publish(world, ["north", odd, "south"])

    with world.database.transaction() as tx:
        kept = tx.published.by_job(world.airflow.deployment, ["list_stores"])
    assert [each.value for each in kept["list_stores"].offered] == ["north", "south"]


def managed_in_slack(world: World) -> None:
    """The file no longer keeps the project, whose choices stay."""
    with world.database.transaction() as tx:
        kept = tx.project_setups.one(world.projects["Finance"], world.airflow.deployment)
        assert kept is not None
        put = (TEAM, kept.name, kept.setup, world.airflow.deployment)
        tx.project_setups.put(*put, at=world.clock.now(), by_file=False)


def page_of_jobs(maya: Person) -> Modal:
    maya.type("#general", "/schedule admin")
    page = maya.open_modal("Finance")
    page.press("Open", beside="Jobs")
    page.see("The project sees only")
    return page


def test_what_is_fixed_is_held_to_what_was_published(world: World, slack: RunningWorkspace):
    maya = slack.driver.as_person("Maya Chen")
    publish(world, {"1": "Mitte", "17": "Ost"})
    publish(world, COUNTRIES_BY_REGION, "list_countries")
    managed_in_slack(world)
    page = page_of_jobs(maya)
    page.choose("Inputs of a job…", "Sales report", query="sales")
    page.see("Sales report: its inputs")

    page.choose("More actions", "Fix its value…", beside="Stores")
    fixing = maya.open_modal("Fix an input")
    assert fixing.offers("Stores") == ["Mitte", "Ost"]
    fixing.choose("Stores", "Ost")
    fixing.submit()
    page = maya.open_modal("Finance")
    page.see("Fixed at Ost")

    page.choose("More actions", "Fix its value…", beside="Country")
    fixing = maya.open_modal("Fix an input")
    fixing.choose("Country", "Germany")
    fixing.submit()
    page = maya.open_modal("Finance")
    page.see("Fixed at Germany")
    page.choose("More actions", "Fix its value…", beside="Region")
    fixing = maya.open_modal("Fix an input")
    fixing.choose("Region", "United States")
    fixing.submit()
    assert "“Country”, beside this “Region”, is one of" in fixing.error("Region")


def test_a_preset_of_the_administration_is_held_to_what_was_published(world: World, slack: RunningWorkspace):
    maya = slack.driver.as_person("Maya Chen")
    publish(world, {"1": "Mitte", "17": "Ost"})
    managed_in_slack(world)
    page_of_jobs(maya).choose("Title and presets of a job…", "Sales report", query="sales")
    shown = maya.open_modal("A job, in this project")

    shown.fill("Presets", "Month end: stores=2")
    shown.submit()

    assert "• 17: Ost" in shown.error("Presets")


def test_the_file_is_held_to_what_was_published_but_for_what_it_said_already(world: World):
    publish(world, {"1": "Mitte", "17": "Ost"})
    publish(world, COUNTRIES_BY_REGION, "list_countries")
    fixed, preset = "fixed: {{ stores: '{}' }}", "presets: {{ Month end: {{ region: us, country: {} }} }}"
    own = f"        {fixed}\n        {preset}\n"
    for stores, country, why in (("2", "NY", "17: Ost"), ("17", "DE", "NY")):
        with pytest.raises(WrongFile, match=why):
            apply(world, STORES_JOB + own.format(stores, country))
    apply(world, STORES_JOB + own.format("17", "NY"))

    publish(world, {"1": "Mitte"})
    publish(world, {"emea": ["DE"], "us": ["CA"]}, "list_countries")
    apply(world, STORES_JOB + own.format("17", "NY"))
    with pytest.raises(WrongFile, match="1: Mitte"):
        apply(world, STORES_JOB + own.format("2", "NY"))

    world.clock.advance(timedelta(days=9))
    apply(world, STORES_JOB + own.format("2", "NY"))
    setup = world.managing.to_manage(Asker(MAYA), world.projects["Finance"]).setup
    assert setup.jobs["sales_report"].fixed == {"stores": [2]}
