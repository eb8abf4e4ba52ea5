"""Slack takes one message a second in a channel: an answer comes a little later, and not as an apology."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.slack.faults import ratelimited
from tests.fakes.talking import talking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    with talking(world, planned="ratelimited") as running:
        yield running


def test_an_answer_waits_as_long_as_slack_says(slack: RunningWorkspace, tom: Person):
    slack.workspace.faults.plan("chat.postMessage", ratelimited(retry_after=1), times=2)

    tom.type("Runbell", "schedule sales report every weekday at 9am")

    tom.see("Runbell", "Sales report will run every weekday at 09:00")


def test_an_answer_in_a_thread_waits_as_well(slack: RunningWorkspace, tom: Person):
    slack.workspace.faults.plan("chat.postEphemeral", ratelimited(retry_after=1))

    tom.type("#finance", "@Runbell schedule sales report every weekday at 9am")

    asked = tom.see("#finance", "schedule sales report")
    tom.see("#finance", "Sales report will run every weekday at 09:00", thread=asked, ephemeral=True)
