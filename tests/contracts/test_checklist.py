"""A run's tasks as a checklist on its card, which moves while it runs and goes when it has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.job import Job, JobKey
from bot.domain.run import TaskState
from tests.world import FINANCE

if TYPE_CHECKING:
    from bot.domain.notice import Message
    from tests.world import World

pytestmark = pytest.mark.both_databases
STEP = timedelta(seconds=10)
STATES = {
    "pull": (TaskState.RUNNING, TaskState.DONE, TaskState.DONE),
    "check": (TaskState.WAITING, TaskState.RUNNING, TaskState.DONE),
    "write": (TaskState.WAITING, TaskState.WAITING, TaskState.RUNNING),
}


def run_through(world: World) -> None:
    """Run a job whose three tasks work one after the other."""
    key = JobKey(world.airflow.deployment, "load")
    world.airflow.add(Job(key, "Load", tags=frozenset({"finance"})), tasks=tuple(STATES))
    world.catalogue.step()
    world.run_now(dag_id="load")
    world.go_on(STEP)
    (run_id,) = world.starts("load")
    run = world.airflow._existing("load", run_id)
    for states in zip(*STATES.values(), strict=True):
        begun = [None if each is TaskState.WAITING else world.clock.now() for each in states]
        run.tasks = [
            replace(task, state=state, started_at=task.started_at or at)
            for task, state, at in zip(run.tasks, states, begun, strict=True)
        ]
        world.go_on(STEP)
    world.airflow.finish("load", run_id)
    world.go_on(STEP)


def cards(world: World) -> list[Message]:
    """The card in the channel, in all the forms that it has had."""
    posted = next(each for each in world.slack.posted if each.channel_id == FINANCE)
    return [posted.message, *posted.edits]


def plan(message: Message) -> dict[str, Any] | None:
    return next((each for each in message.newer if each["type"] == "plan"), None)


def test_the_tasks_of_a_run_move_from_one_state_to_the_next(world: World):
    run_through(world)

    seen = [
        (card.text.partition("running, ")[2].partition(".")[0], *(task["status"] for task in shown["tasks"]))
        for card in cards(world)
        if (shown := plan(card)) is not None
    ]
    assert seen[-3:] == [
        ("0 of 3 tasks done", "in_progress", "pending", "pending"),
        ("1 of 3 tasks done", "complete", "in_progress", "pending"),
        ("2 of 3 tasks done", "complete", "complete", "in_progress"),
    ]
    last = cards(world)[-1]
    assert "is done" in last.text
    assert last.newer == ()


def test_the_older_form_says_the_same_as_a_bar(world: World):
    run_through(world)

    (card,) = {each.blocks[0]["text"]["text"] for each in cards(world) if "1 of 3 tasks done" in each.text}
    assert "▓░░░░ 1 of 3" in card
