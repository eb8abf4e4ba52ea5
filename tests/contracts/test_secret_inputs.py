"""A secret input is never shown, and never lost by changing something else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.blocks.fields import STAYS
from bot.blocks.ids import Button, View
from bot.domain.form_field import FormField
from bot.domain.job import Input, InputKind
from tests import company
from tests.crawl import Surface, elements
from tests.world import FINANCE, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from tests.house import House

GIVEN: dict[str, Any] = {"note": company.PLAIN_VALUE, "api_token": company.SECRET}


def shown(house: House) -> dict[str, Any]:
    view: dict[str, Any] = house.answers[-1]["view"]
    return view


def fill(house: House, view: dict[str, Any], **changes: str) -> str:
    """Send the form as it is shown, but for what is changed: the rest of what it shows is sent, too."""
    values: dict[str, str] = {}
    for block, element in elements(Surface(tuple(view["blocks"]))):
        if "block_id" not in block:  # a button
            continue
        initial = element.get("initial_option", {}).get("value") or element.get("initial_value") or ""
        name = block["block_id"].rpartition("input.")[2]
        values[block["block_id"]] = changes.get(name, initial)
    return house.submit(TOM, View.FORM, view["private_metadata"], values)


def confirm(house: House) -> None:
    house.submit(TOM, View.PREVIEW, shown(house)["private_metadata"], {})


def inputs_of(house: House, number: int) -> dict[str, Any]:
    with house.world.database.transaction() as tx:
        owned = tx.schedules.owned_by(TEAM, TOM.person_id)
    return next(house.world.database.secrets.open(each.inputs) for each in owned if each.number == number)


def test_changing_the_time_of_a_schedule_keeps_its_secret(house: House):
    schedule = house.world.schedule("every day at 9:30am", dag_id=company.SHARED_JOB, **GIVEN)

    house.press(TOM, Button.EDIT, schedule.schedule_id)
    form = shown(house)
    fill(house, form, when="every day at 10am")
    confirm(house)

    assert company.SECRET not in json.dumps(form)
    assert STAYS in json.dumps(form)
    assert inputs_of(house, schedule.number) == GIVEN


def test_choosing_a_preset_keeps_the_secret_that_no_field_shows(house: House):
    schedule = house.world.schedule("every day at 9:30am", dag_id=company.SHARED_JOB, **GIVEN)

    house.press(TOM, Button.EDIT, schedule.schedule_id)
    form = {**shown(house), "blocks": [each for each in shown(house)["blocks"] if "block_id" in each]}
    (presets,) = (
        (block["block_id"], element)
        for block, element in elements(Surface(tuple(form["blocks"])))
        if block["block_id"].endswith(".preset")
    )
    groups = presets[1].get("option_groups") or [presets[1]]
    offered = {each["text"]["text"]: each["value"] for group in groups for each in group["options"]}
    fill(house, form, **{presets[0]: offered[company.PRESET]})
    confirm(house)

    assert inputs_of(house, schedule.number) == GIVEN


def test_a_secret_that_is_typed_takes_the_place_of_the_one_before(house: House):
    schedule = house.world.schedule("every day at 9:30am", dag_id=company.SHARED_JOB, **GIVEN)

    house.press(TOM, Button.EDIT, schedule.schedule_id)
    fill(house, shown(house), api_token="another")
    confirm(house)

    assert inputs_of(house, schedule.number) == {**GIVEN, "api_token": "another"}


@pytest.mark.parametrize("where", [FINANCE, "C0PEOPLE"])
def test_changing_a_preview_keeps_its_secret_wherever_it_is_pressed(house: House, where: str):
    draft = house.world.draft(when="every day at 9:30am", dag_id=company.SHARED_JOB, **GIVEN)

    house.press(TOM, Button.CHANGE, draft.draft_id, where)
    form = shown(house)
    fill(house, form, when="every day at 10am")
    confirm(house)

    assert company.SECRET not in json.dumps(form)
    with house.world.database.transaction() as tx:
        newest = max(tx.schedules.of_projects([draft.project_id]), key=lambda each: each.number)
    assert house.world.database.secrets.open(newest.inputs) == GIVEN


def test_a_change_of_an_edit_keeps_what_was_typed_last(house: House):
    schedule = house.world.schedule("every day at 9:30am", dag_id=company.SHARED_JOB, **GIVEN)

    house.press(TOM, Button.EDIT, schedule.schedule_id)
    fill(house, shown(house), api_token="another")
    draft_id = shown(house)["private_metadata"]
    house.press(TOM, Button.CHANGE, draft_id)
    fill(house, shown(house), when="every day at 10am")
    confirm(house)

    assert inputs_of(house, schedule.number) == {**GIVEN, "api_token": "another"}


def test_a_draft_of_another_person_gives_them_no_secret(house: House):
    draft = house.world.draft(MAYA, when="every day at 9:30am", dag_id=company.SHARED_JOB, **GIVEN)
    mine = house.world.draft(TOM, when="every day at 9:30am", dag_id=company.SHARED_JOB)

    house.press(TOM, Button.CHANGE, mine.draft_id)
    form = shown(house)
    about = {**json.loads(form["private_metadata"]), "draft": draft.draft_id}
    told = fill(house, {**form, "private_metadata": json.dumps(about)})

    assert "I can't find that" in told


def test_a_secret_of_any_kind_is_not_filled_in(own_house: House):
    """A number that is a secret stood in its field, and so did the job's own default."""
    pin = Input("pin_token", InputKind.WHOLE, "Pin", {"type": "integer"}, default=4711)
    own_house.world.airflow.change(company.SHARED_JOB, inputs=(*company.INPUTS, pin))
    own_house.world.catalogue.step()
    schedule = own_house.world.schedule("every day at 9:30am", dag_id=company.SHARED_JOB, pin_token=2580)

    own_house.press(TOM, Button.EDIT, schedule.schedule_id)

    form = json.dumps(shown(own_house))
    assert "Pin" in form
    assert "2580" not in form
    assert "4711" not in form
    assert FormField.WHEN in form
