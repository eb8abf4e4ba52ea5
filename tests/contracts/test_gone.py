"""A button on an old message, whose subject is gone: it says what happened, and what can be done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.blocks.ids import Button, OfRule
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import LENA, MAYA, PRIYA, TOM

if TYPE_CHECKING:
    from tests.house import House

OF_A_SCHEDULE = (
    Button.PAUSE, Button.PAUSE_TONIGHT, Button.PAUSE_TOMORROW, Button.PAUSE_MONDAY, Button.PAUSE_PICK,
    Button.RESUME, Button.SKIP, Button.EDIT, Button.RUN_IT, Button.POLICIES, Button.DELETE, Button.TAKE_OVER,
    Button.TAKE_OVER_SUSPENDED,
)  # fmt: skip
TWO_DAYS = timedelta(days=2)


@pytest.fixture
def deleted(own_house: House) -> str:
    """The id of a schedule that Tom has deleted."""
    schedule_id = own_house.schedule.schedule_id
    own_house.world.scheduling.delete(Asker(TOM), schedule_id)
    return schedule_id


@pytest.mark.parametrize("button", OF_A_SCHEDULE)
def test_a_deleted_schedule_is_told_as_deleted_with_a_way_to_run_its_job(
    own_house: House, deleted: str, button: Button
):
    told = own_house.press(TOM, button, deleted)

    assert f"#{own_house.schedule.number} (" in told
    assert "was deleted" in told
    assert "run import orders" in told


def test_the_menu_of_a_list_says_so_too(own_house: House, deleted: str):
    assert "was deleted" in own_house.press(TOM, Button.MENU, f"{Button.SKIP}:{deleted}")


def test_who_may_only_look_is_offered_no_run_and_a_stranger_learns_nothing(own_house: House, deleted: str):
    looks = own_house.press(LENA, Button.SKIP, deleted)
    assert "was deleted" in looks
    assert "run import orders" not in looks

    assert "I can't find that" in own_house.press(PRIYA, Button.SKIP, deleted)


def test_a_skip_of_a_deleted_schedule_is_not_undone(own_house: House, deleted: str):
    with own_house.world.database.reading() as tx:
        ((firing_id, _), *_) = tx.firings.skipped(deleted, after=own_house.world.clock.now())

    assert "was deleted" in own_house.press(TOM, Button.UNDO_SKIP, firing_id)


def test_a_preview_and_a_choice_that_are_forgotten_say_how_to_go_on(own_house: House):
    world = own_house.world
    (choice,) = world.services().choosing.offer(
        Asker(TOM), ScheduleState.PAUSED, [(own_house.schedule.schedule_id,)], until=None
    )
    world.clock.advance(TWO_DAYS)
    with world.database.transaction() as tx:
        tx.forgetting.drafts(before=world.clock.now())
        tx.forgetting.choices(before=world.clock.now())

    for button in (Button.CONFIRM, Button.CHANGE, Button.DISCARD):
        told = own_house.press(TOM, button, own_house.draft.draft_id)
        assert "I can't find that preview" in told
        assert "Type the command again" in told
    assert "I can't find that list" in own_house.press(TOM, Button.CHOSEN, choice.choice_id)


@pytest.mark.parametrize("button", [Button.RETRY, Button.SHOW_LOG, Button.STOP])
def test_a_run_that_is_forgotten_leads_to_those_that_are_known(own_house: House, button: Button):
    told = own_house.press(TOM, button, "0" * 24)

    assert "I can't find that" in told
    assert '"value": "runs"' in told


def test_a_rule_that_was_removed_leads_to_the_rules_as_they_are(own_house: House):
    told = own_house.press(MAYA, Button.ALERT_MENU, f"{OfRule.REMOVE}.{'0' * 24}")

    assert "It may have been removed" in told
    assert "alerts" in told


def test_what_nobody_may_know_of_is_audited_as_before(own_house: House):
    own_house.press(PRIYA, Button.CONFIRM, own_house.draft.draft_id)

    with own_house.world.database.reading() as tx:
        newest = tx.audit.entries(PRIYA.workspace_id, person_id=PRIYA.person_id, refused=True, limit=1)
    assert [each.action for each in newest] == [Button.CONFIRM]
