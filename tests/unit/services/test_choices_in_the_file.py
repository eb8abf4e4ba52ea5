"""Choices in the projects file: what they become, every mistake with its line, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.choices import ChoiceList, Offered
from bot.language.yaml_nodes import WrongFile
from tests.choices import COUNTRIES, FINANCE, apply, with_inputs

if TYPE_CHECKING:
    from tests.world import World

HEAD = "    jobs:\n      sales_report:\n"
LINES = FINANCE.count("\n") + HEAD.count("\n")


@pytest.fixture(autouse=True)
def inputs(world: World) -> None:
    with_inputs(world)


def kept(world: World) -> dict[str, ChoiceList]:
    with world.database.transaction() as tx:
        setup = tx.project_setups.one(world.projects["Finance"], "default")
    assert setup is not None
    return dict(setup.setup.jobs["sales_report"].choices)


def problems(world: World, settings: str) -> list[str]:
    with pytest.raises(WrongFile) as refused:
        apply(world, HEAD + settings)
    return [str(each).replace(f"line {LINES + 1}, ", "") for each in refused.value.problems]


def test_codes_become_values_that_the_job_takes(world: World):
    apply(world)

    lists = kept(world)
    assert lists["country"] == ChoiceList(
        (
            Offered("DE", "Germany", "emea"),
            Offered("FR", "France", "emea"),
            Offered("NY", "NY", "us"),
            Offered("CA", "CA", "us"),
        ),
        follows="region",
    )
    assert [each.value for each in lists["stores"].offered] == [1, 2, 17]


def test_what_is_exported_changes_nothing_when_it_is_applied(world: World):
    office = apply(world)

    written = office.export()

    assert '"West, upstairs"' in written
    assert office.plan(written, office.refresh(world.slack, world.airflow, written)).changes == []


def test_another_list_is_a_change_that_names_no_value(world: World):
    office = apply(world)
    text = FINANCE + COUNTRIES.replace("FR: France", "AT: Austria")

    (change,) = office.plan(text, office.refresh(world.slack, world.airflow, text)).changes

    assert "job Sales report: choices" in change.words
    assert change.after["choices"] == ["country", "stores"]


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ("{regoin: {list: [a]}}", "no such input; did you mean region?"),
        ("{region: {list: [emea, moon]}}", "“Region” is one of:"),
        ("{stores: {list: [1, two]}}", "“Stores” takes whole numbers"),
        ("{country: {list: {emea: {DE: Germany}}}}", "takes one word here"),
        ("{country: {depends_on: region, list: {moon: [X]}}}", "“Region” is one of:"),
        ("{country: {depends_on: stores, list: {1: [X]}}}", "stores is no single choice"),
        ("{country: {depends_on: country, list: {X: [X]}}}", "depend on themselves"),
        ("{country: {list: [X], from_job: payroll}}", "need either `list` or `from_job`"),
        ("{country: {}}", "need either `list` or `from_job`"),
        ("{country: {list: []}}", "the `list` of country is empty"),
        ("{country: {from_job: payroll}}", "the project has no job payroll"),
        ("{country: {lst: [X]}}", "has no key lst; did you mean list?"),
    ],
)
def test_a_mistake_is_said_at_its_line(world: World, choices: str, why: str):
    found = problems(world, f"        choices: {choices}\n")

    assert any(each.startswith("column ") and why in each for each in found), found


def test_two_that_depend_on_each_other_are_refused(world: World):
    found = problems(
        world,
        "        choices: {country: {depends_on: region, list: {emea: [X]}}, "
        "region: {depends_on: country, list: {X: [emea]}}}\n",
    )

    assert any("depend on themselves" in each for each in found)


def test_a_preset_and_a_fixed_input_must_be_among_the_choices(world: World):
    (preset,) = problems(
        world,
        "        presets: {Coast: {region: us, country: DE}}\n"
        + COUNTRIES[COUNTRIES.index("        choices") :],
    )
    assert "“Country”, beside this “Region”, is one of:\n• NY" in preset

    (fixed,) = problems(
        world, "        fixed: {stores: 3}\n" + COUNTRIES[COUNTRIES.index("        choices") :]
    )
    assert "“Stores” takes some of these" in fixed
