"""Payloads that no honest client sends: others' ids, replays, and views from before a right was lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.blocks.ids import Button, View, input_block
from bot.domain.form_field import FormField
from bot.domain.rights import Role
from bot.rules.access import Asker
from bot.services.catalog import reference_of
from tests.kept import changed
from tests.world import FINANCE, HR, LENA, MAYA, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from tests.house import House

FINANCE_FORM = json.dumps({"channel": FINANCE})


def take_away(house: House, who: Person) -> None:
    with house.world.database.transaction() as tx:
        tx.projects.remove_member(house.world.projects["Finance"], TEAM, who.person_id)


def schedules(house: House) -> int:
    with house.world.database.transaction() as tx:
        return len(tx.schedules.of_projects(house.world.projects.values()))


def request(house: House) -> str:
    """Sam has asked for access to Finance."""
    house.press(SAM, Button.ASK_FOR_ACCESS, "access", FINANCE)
    rows = house.remembered()["access_requests"]
    return str(rows[-1]["request_id"])


# Another person's ids ------------------------------------------------------------------------------------


@pytest.mark.parametrize("colleague", [MAYA, LENA], ids=["manager", "viewer"])
@pytest.mark.parametrize(
    "button", [Button.CONFIRM, Button.CHANGE, Button.DISCARD, Button.CHOOSE, Button.CHANGE_THAT_ONE]
)
def test_a_draft_is_its_authors_alone(house: House, button: Button, colleague: Person):
    before = house.remembered()

    told = house.press(colleague, button, house.draft.draft_id)

    assert "I can't find that" in told
    assert changed(before, house.remembered()) == set()


def test_nor_is_it_confirmed_in_a_modal_that_names_it(house: House):
    before = schedules(house)

    assert "I can't find that" in house.submit(MAYA, View.PREVIEW, house.draft.draft_id, {"b": "x"})
    assert schedules(house) == before


def test_a_form_that_names_another_projects_job_makes_nothing(house: House):
    (payroll,) = (each for each in house.world.offers(Asker(PRIYA)) if each.job.title == "Payroll")
    values: dict[str, str] = {FormField.JOB: reference_of(payroll), FormField.WHEN: "every day at 9am"}

    for about in (FINANCE_FORM, json.dumps({"channel": HR}), json.dumps({"channel": ""}), "", "{", "[]", "7"):
        assert "I can't find that" in house.submit(TOM, View.FORM, about, values)


def test_a_form_that_names_another_projects_channel_makes_nothing(house: House):
    before = house.remembered()
    values = {**house.known, input_block(house.reference, FormField.REPORTS_TO): HR}

    assert "this project's channels" in house.submit(TOM, View.FORM, FINANCE_FORM, values)
    assert changed(before, house.remembered()) == set()


def test_metadata_that_names_no_channel_gives_no_right(house: House):
    """It widens what is looked through, never what may be done there."""
    before = house.remembered()

    assert "I can't find that" in house.submit(PRIYA, View.FORM, json.dumps({"channel": ""}), house.known)
    assert "can allow it" in house.submit(LENA, View.FORM, json.dumps({"channel": ""}), house.known)
    assert changed(before, house.remembered()) == set()


def test_a_stand_in_whom_the_form_names_must_see_the_jobs(house: House):
    told = house.submit(TOM, View.AWAY, "", {"until": "tomorrow", "stand_in": PRIYA.person_id})

    assert "can see none" in told
    assert house.remembered()["absences"] == []


# Replays --------------------------------------------------------------------------------------------------


def test_a_submission_that_comes_again_makes_no_second_schedule(house: House):
    before = schedules(house)
    first = house.submit(TOM, View.PREVIEW, house.draft.draft_id, {})
    again = house.submit(TOM, View.PREVIEW, house.draft.draft_id, {})
    pressed = house.press(TOM, Button.CONFIRM, house.draft.draft_id)

    assert "Scheduled" in first
    assert "already" in again
    assert "already" in pressed
    assert schedules(house) == before + 1


def test_presses_that_come_again_change_nothing_more(house: House):
    for button, value in (
        (Button.RETRY, house.run.run_key),
        (Button.TAKE_OVER, house.schedule.schedule_id),
        (Button.ALLOW_RUNNER, request(house)),
    ):
        house.press(MAYA, button, value)
        before = house.remembered()

        assert "already" in house.press(MAYA, button, value).casefold()
        assert changed(before, house.remembered()) == set()


def test_a_preview_of_yesterday_makes_nothing(own_house: House):
    own_house.world.clock.advance(timedelta(days=1))
    before = schedules(own_house)

    assert "over an hour old" in own_house.submit(TOM, View.PREVIEW, own_house.draft.draft_id, {})
    assert schedules(own_house) == before


# From before a right was lost -------------------------------------------------------------------------------


def test_a_form_opened_before_and_submitted_after_is_refused(house: House):
    opened = house.hear({"command": "/schedule", "text": "import orders", "channel_id": FINANCE}, TOM)
    assert "views.open" in opened
    take_away(house, TOM)
    before = house.remembered()

    for view, about, values in (
        (View.FORM, FINANCE_FORM, house.known),
        (View.PREVIEW, house.draft.draft_id, {}),
    ):
        assert "I can't find that" in house.submit(TOM, view, about, values)
    assert changed(before, house.remembered()) == set()


@pytest.mark.parametrize(
    "button",
    [
        Button.CONFIRM, Button.CHANGE, Button.DISCARD, Button.PAUSE, Button.RESUME, Button.DELETE,
        Button.RETRY, Button.STOP, Button.SHOW_LOG, Button.TAKE_OVER, Button.TAKE_OVER_SUSPENDED,
        Button.PAUSE_JOB,
    ],
)  # fmt: skip
def test_a_button_shown_before_and_pressed_after_is_refused(house: House, button: Button):
    take_away(house, TOM)
    before = house.remembered()
    value = {
        Button.CONFIRM: house.draft.draft_id, Button.CHANGE: house.draft.draft_id,
        Button.LET_MOVE: house.draft.draft_id,
        Button.DISCARD: house.draft.draft_id, Button.RETRY: house.run.run_key, Button.STOP: house.run.run_key,
        Button.SHOW_LOG: house.run.run_key, Button.PAUSE_JOB: house.reference,
    }.get(button, house.schedule.schedule_id)  # fmt: skip

    assert "I can't find that" in house.press(TOM, button, value)
    assert changed(before, house.remembered()) == set()


def test_who_may_only_look_from_now_on_is_told_who_can_allow_it(house: House):
    take_away(house, TOM)
    with house.world.database.transaction() as tx:
        tx.projects.add_member(house.world.projects["Finance"], TEAM, Role.VIEWER, person_id=TOM.person_id)
    before = house.remembered()

    assert "<@U0MAYA> can allow it" in house.submit(TOM, View.PREVIEW, house.draft.draft_id, {})
    assert "<@U0MAYA> can allow it" in house.press(TOM, Button.PAUSE, house.schedule.schedule_id)
    assert changed(before, house.remembered()) == set()


def test_a_manager_who_is_none_any_more_allows_nobody(house: House):
    asked = request(house)
    take_away(house, MAYA)
    before = house.remembered()

    for button in (Button.ALLOW_RUNNER, Button.ALLOW_VIEWER, Button.DECLINE_ACCESS):
        assert "I can't find that" in house.press(MAYA, button, asked)
        assert "I can't find that" in house.press(SAM, button, asked)
        assert "may not manage" in house.press(TOM, button, asked)
    assert changed(before, house.remembered()) == set()
