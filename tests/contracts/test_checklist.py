"""A run's tasks as a checklist on its card, which moves while it runs and goes when it has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.job import Job, JobKey
from tests.world import FINANCE

if TYPE_CHECKING:
    from bot.domain.notice import Message
    from tests.world import World

pytestmark = pytest.mark.both_databases
A_TASK = timedelta(seconds=40)


def add_job(world: World) -> None:
    """Add a job of three tasks, each of which takes a third of two minutes."""
    world.airflow.add(
        Job(JobKey(world.airflow.deployment, "load"), "Load", tags=frozenset({"finance"})),
        tasks=("pull", "check", "write"),
        takes=lambda _conf: 3 * A_TASK,
    )
    world.catalogue.step()


def cards(world: World) -> list[Message]:
    """The card in the channel, in all the forms that it has had."""
    (posted,) = [each for each in world.slack.posted if each.channel_id == FINANCE]
    return [posted.message, *posted.edits]


def plan(message: Message) -> dict[str, Any] | None:
    return next((each for each in message.newer if each["type"] == "plan"), None)


def test_the_tasks_of_a_run_move_from_one_state_to_the_next(world: World):
    add_job(world)
    world.run_now(dag_id="load")
    world.go_on(4 * A_TASK)

    seen = [
        (each["title"], *(task["status"] for task in each["tasks"]))
        for each in filter(None, map(plan, cards(world)))
    ]
    assert ("1 of 3 tasks done", "complete", "in_progress", "pending") in seen
    assert ("2 of 3 tasks done", "complete", "complete", "in_progress") in seen
    last = cards(world)[-1]
    assert "is done" in last.text
    assert last.newer == ()


def test_the_older_form_says_the_same_as_a_bar(world: World):
    add_job(world)
    world.run_now(dag_id="load")
    world.go_on(4 * A_TASK)

    (card,) = {each.blocks[0]["text"]["text"] for each in cards(world) if "1 of 3 tasks done" in each.text}
    assert "1 of 3 tasks done" in card
    assert "▓░░░░ 1 of 3" in card
