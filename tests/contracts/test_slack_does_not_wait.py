"""A form that Slack did not wait for is offered by a button; a form that was closed is not an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.slack.faults import Fault
from tests.fakes.talking import talking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    with talking(world, planned="trigger") as running:
        yield running


@pytest.mark.parametrize("code", ["expired_trigger_id", "trigger_expired", "exchanged_trigger_id"])
def test_the_form_is_offered_again_by_a_button(slack: RunningWorkspace, tom: Person, code: str):
    slack.workspace.faults.plan("views.open", Fault(error=code))

    tom.type("#finance", "/schedule")
    tom.press("Open it again", in_=tom.see("#finance", "Slack waits three seconds for a form"))

    tom.open_modal("Schedule a job").see("Job")


def test_it_opens_for_the_job_that_was_typed(slack: RunningWorkspace, tom: Person):
    slack.workspace.faults.plan("views.open", Fault(error="expired_trigger_id"))

    tom.type("#finance", "/schedule sales report")
    tom.press("Open it again", in_=tom.see("#finance", "Slack waits three seconds for a form"))

    tom.open_modal("Schedule a job").see("Region")


def test_the_button_that_was_pressed_is_offered_again(world: World, slack: RunningWorkspace, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule list")
    slack.workspace.faults.plan("views.open", Fault(error="expired_trigger_id"))

    tom.choose("More actions", "Edit or delete", in_=tom.see("#finance", "every day at 09:00"))
    tom.press("Open it again", in_=tom.see("#finance", "Slack waits three seconds for a form"))

    tom.open_modal("Change schedule #1")


def test_the_next_window_of_the_administration_is_asked_for_once_more(slack: RunningWorkspace):
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#finance", "/schedule admin")
    maya.open_modal("Finance").press("Open", beside="People")
    maya.open_modal("Finance").see("Lena Fischer can look")
    slack.workspace.faults.plan("views.push", Fault(error="expired_trigger_id"))

    maya.open_modal("Finance").press("Add people…")

    maya.open_modal("Finance").see("press the button once more")


def test_the_first_command_after_a_start_is_answered_though_slack_cannot_say_whose_the_token_is(
    slack: RunningWorkspace, tom: Person
):
    """Bolt answered it by itself: "We apologize … your installation with this app is no longer available"."""
    slack.workspace.faults.plan("auth.test", Fault(error="internal_error"), times=20)

    tom.type("#finance", "/schedule jobs")

    tom.see("#finance", "Sales report")
    assert not [each for each in slack.workspace.journal.entries() if each["name"] == "auth.test"]
