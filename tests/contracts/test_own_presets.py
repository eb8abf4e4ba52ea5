"""Presets that somebody keeps for themselves: saved, chosen, typed; seen by nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.job import JobSettings
from tests import company
from tests.fakes.sample_jobs import REGION, ROWS
from tests.forms import unfolded
from tests.params import an_input

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def maya(slack: RunningWorkspace) -> Person:
    return slack.driver.as_person("Maya Chen")


def form(who: Person) -> Modal:
    who.type("#finance", "/schedule sales report")
    return unfolded(who.open_modal("Schedule a job"))


def asked_for_a_name(who: Person, typed: str = "region=us rows=7") -> Modal:
    """The form that asks for a preset's name, with these inputs of a run-now."""
    who.type("#finance", f"/schedule run sales report with {typed}")
    shown = typed.rpartition("rows=")[2]
    preview = who.see("#finance", f"Rows: {shown}")
    who.press("Save as preset…", in_=preview)
    return who.open_modal("Save as preset")


def save(who: Person, name: str, typed: str = "region=us rows=7", **how: str) -> str:
    asked = asked_for_a_name(who, typed)
    asked.fill("Name", name)
    for label, choice in how.items():
        asked.choose({"whom": "Who can choose it", "taken": "If the name is taken"}[label], choice)
    asked.submit()
    saved = who.open_modal("Saved")
    text = saved.text
    saved.close()
    return text


FOR_ALL = "For everybody in Finance"
REPLACE = "Replace the one of this name, if there is one"


def test_a_runner_keeps_a_preset_that_nobody_else_sees(tom: Person, maya: Person):
    assert "Only you can see it." in save(tom, "Tom's own")

    chosen = form(tom)
    chosen.choose("Preset", "Tom's own (yours)")
    chosen.see("United States")
    assert chosen.value("Rows") == "7"

    assert "Preset" not in form(maya).labels
    maya.type("#finance", '/schedule run sales report with preset="Tom\'s own"')
    assert "has no input called “preset”" in maya.see("#finance", "no input called").text


def test_it_is_typed_by_its_name(tom: Person):
    save(tom, "Big", "rows=9000")

    tom.type("#finance", "/schedule sales report every day at 9am with preset=big region=us")

    preview = tom.see("#finance", "Sales report will run every day")
    assert "Rows: 9000" in preview.text
    assert "Region: United States" in preview.text


def test_who_may_not_manage_the_project_keeps_none_for_everybody(tom: Person, maya: Person):
    assert "Who can choose it" not in asked_for_a_name(tom).labels

    assert "Who can choose it" in asked_for_a_name(maya).labels


def test_a_name_that_is_taken_is_refused_or_replaced(tom: Person):
    save(tom, "Big", "rows=9000")
    asked = asked_for_a_name(tom, "rows=9001")
    asked.fill("Name", "big")
    asked.submit()
    assert "There is a preset called “big” already." in asked.error("Name")
    asked.choose("If the name is taken", REPLACE)
    asked.submit()
    tom.open_modal("Saved").close()

    tom.type("#finance", "/schedule sales report every day at 9am with preset=big")
    assert "Rows: 9001" in tom.see("#finance", "Sales report will run every day").text


def test_a_manager_replaces_one_that_is_for_everybody(tom: Person, maya: Person):
    save(maya, "Big", "rows=9000", whom=FOR_ALL)
    save(maya, "BIG", "region=us rows=9001", whom=FOR_ALL, taken=REPLACE)

    chosen = form(tom)
    assert chosen.offers("Preset") == ["BIG"]
    chosen.choose("Preset", "BIG")
    chosen.see("United States")
    assert chosen.value("Rows") == "9001"


def test_ones_own_and_everybodys_of_the_same_name_are_told_apart(tom: Person, maya: Person):
    save(maya, "Big", "rows=9000", whom=FOR_ALL)
    save(tom, "Big", "rows=77")

    chosen = form(tom)
    assert chosen.offers("Preset") == ["Big (yours)", "Big"]
    tom.type("#finance", "/schedule sales report every day at 9am with preset=big")
    refused = tom.see("#finance", "a preset of yours and one for everybody")
    assert 'preset="mine: big"' in refused.text

    tom.type("#finance", '/schedule sales report every day at 10am with preset="mine: big"')
    assert "Rows: 77" in tom.see("#finance", "Sales report will run every day at 10:00").text
    tom.type("#finance", '/schedule sales report every day at 11am with preset="everybody: big"')
    assert "Rows: 9000" in tom.see("#finance", "Sales report will run every day at 11:00").text


def test_inputs_that_the_job_has_changed_since_are_said_where_they_stand(world: World, tom: Person):
    save(tom, "Big", "region=us rows=9000")
    fewer = an_input(10, name="rows", type="integer", maximum=100, title="Rows")
    world.airflow.change("sales_report", inputs=(fewer,))
    world.catalogue.step()

    chosen = form(tom)
    chosen.choose("Preset", "Big (yours)")
    chosen.see("The preset also has region, which this job no longer asks for.")
    assert chosen.value("Rows") == "9000"
    assert "100" in chosen.text
    tom.type("#finance", "/schedule run sales report with preset=big")

    refused = tom.see("#finance", "The preset “Big” no longer fits Sales report")
    assert "100" in refused.text


@pytest.mark.parametrize("whom", ["Only for you", FOR_ALL])
def test_what_a_manager_fixes_since_is_not_taken_from_a_preset(world: World, maya: Person, whom: str):
    save(maya, "Ours", "region=us rows=7", whom=whom)
    world.airflow.change("sales_report", inputs=(ROWS,))
    world.catalogue.step()

    maya.type("#finance", "/schedule run sales report with preset=ours")

    assert "“region” is not asked for" in maya.see("#finance", "no longer fits Sales report").text


def test_an_input_that_is_fixed_since_is_named_by_its_title(world: World, tom: Person):
    save(tom, "Big", "region=us rows=9000")
    company.show_as(
        world, world.projects["Finance"], JobSettings(fixed={"region": "us"}), dag_id="sales_report"
    )

    tom.type("#finance", "/schedule run sales report with preset=big")

    assert "“Region” is not asked for" in tom.see("#finance", "no longer fits Sales report").text
    chosen = form(tom)
    chosen.choose("Preset", "Big (yours)")
    chosen.see("The preset also has Region, which this job no longer asks for.")


def test_it_is_there_again_once_the_job_is_shared_again(world: World, tom: Person):
    save(tom, "Big", "rows=9000")
    finance = world.projects["Finance"]
    company.show_as(world, finance, JobSettings(title="Sales"), dag_id="sales_report")
    world.airflow.change("sales_report", tags=frozenset())
    world.catalogue.step()
    tom.type("#finance", "/schedule run sales report with preset=big")
    tom.see("#finance", "find")

    world.airflow.change("sales_report", tags=frozenset({"finance"}))
    world.catalogue.step()
    tom.type("#finance", "/schedule run sales with preset=big")

    assert "Rows: 9000" in tom.see("#finance", "Run Sales now?").text


def test_an_input_that_has_become_a_secret_is_not_taken_from_it(world: World, tom: Person):
    save(tom, "Big", "region=us rows=9000")
    world.airflow.change("sales_report", inputs=(replace(REGION, title="API token"), ROWS))
    world.catalogue.step()

    chosen = form(tom)
    chosen.choose("Preset", "Big (yours)")

    chosen.see("The preset also has region")
    assert chosen.value("API token") == ""


def test_the_owner_deletes_a_preset_of_their_own(tom: Person):
    save(tom, "Big", "region=us rows=9000")
    save(tom, "Small", "rows=1")
    opened = form(tom)
    opened.press("Manage presets…")
    window = tom.open_modal("Presets")
    assert "Region: United States, Rows: 9000" in window.text.replace(" · ", ", ")

    window.press("Delete…", beside="Big")
    window.see("Big is deleted.")
    window.close(everything=True)

    assert form(tom).offers("Preset") == ["Small (yours)"]


@pytest.mark.parametrize("whom", ["", FOR_ALL])
def test_a_deleted_preset_is_brought_back_by_undo(maya: Person, whom: str):
    save(maya, "Big", "region=us rows=9000", **({"whom": whom} if whom else {}))
    opened = form(maya)
    opened.press("Manage presets…")
    window = maya.open_modal("Presets")
    window.press("Delete…", beside="Big")
    window.see("Big is deleted.")

    window.press("Undo")

    window.see("Big is back.")
    assert "Region: United States" in window.text
    window.close(everything=True)
    assert form(maya).offers("Preset") == ["Big" if whom else "Big (yours)"]


def test_only_a_manager_deletes_what_is_for_everybody(tom: Person, maya: Person):
    save(maya, "Big", "rows=9000", whom=FOR_ALL)
    opened = form(tom)
    opened.press("Manage presets…")
    assert "Delete…" not in tom.open_modal("Presets").text
    tom.open_modal("Presets").close(everything=True)

    opened = form(maya)
    opened.press("Manage presets…")
    window = maya.open_modal("Presets")
    window.press("Delete…", beside="Big")
    window.see("Big is deleted.")
    window.close(everything=True)

    assert "Preset" not in form(tom).labels


def test_what_leads_back_to_a_window_below_says_so(tom: Person):
    opened = form(tom)
    opened.choose("Region", "United States")
    opened.fill("When", "every friday at 4pm")
    opened.submit()
    tom.open_modal("Is this right?").press("Save as preset…")
    asked = tom.open_modal("Save as preset")
    asked.fill("Name", "Us")
    asked.submit()
    assert tom.open_modal("Saved").drawn["close"] == "Back"
    tom.open_modal("Saved").close()
    tom.open_modal("Is this right?").close(everything=True)

    asked = asked_for_a_name(tom)
    asked.fill("Name", "Us, 7")
    asked.submit()
    assert tom.open_modal("Saved").drawn["close"] == "Close"
