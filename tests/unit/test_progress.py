"""What a run's tasks say of it, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.progress import done_of, remark_on, steps_of, waits_for
from bot.domain.run import Step, TaskRun, TaskState
from bot.gateways.airflow.reading import TASK_STATES

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)


def tasks(*states: str, **numbers: int) -> list[TaskRun]:
    """Named t0, t1 …, in these states, in Airflow's words."""
    return [
        TaskRun(
            f"t{place}",
            -1,
            TASK_STATES[state],
            numbers.get("tries", 1),
            numbers.get("most", 0),
            AT,
            AT,
            airflow_state=state,
        )
        for place, state in enumerate(states)
    ]


def test_a_task_that_failed_is_not_done():
    assert done_of(tasks("success", "skipped", "failed", "upstream_failed", "running")) == 2


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("success", "awaiting_input", "running"), "waits for somebody’s answer in Airflow (`t1`)"),
        (("success", "failed", "running"), "`t1` failed already"),
        (("failed", "failed", "running"), "`t0` and 1 more failed already"),
        (("success", "deferred"), "waits for something outside Airflow (`t1`)"),
        (("success", "up_for_reschedule"), "waits for something outside Airflow (`t1`)"),
        (("success", "queued"), "waits for a free place in Airflow (`t1`)"),
        (("success", "scheduled"), "waits for a free place in Airflow (`t1`)"),
        (("running", "deferred", "queued"), ""),
        (("success", "running"), ""),
    ],
)
def test_what_a_run_waits_for(states: tuple[str, ...], words: str):
    assert waits_for(tasks(*states)) == words


def test_a_task_that_waits_for_its_place_for_a_moment_is_not_worth_a_word():
    assert waits_for(tasks("success", "queued"), has_just_begun=True) == ""


def test_a_task_that_is_tried_again_says_which_try_is_next():
    assert waits_for(tasks("up_for_retry", most=2)) == "`t0` failed and is tried again, try 2 of 3"


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((), "but nothing ran: the job has no tasks"),
        (("skipped", "skipped"), "but nothing ran: all its tasks were skipped"),
        (("failed", "success"), "but `t0` failed"),
        (("success", "skipped", "skipped"), "2 of 3 tasks skipped"),
        (("success", "success"), ""),
    ],
)
def test_what_done_does_not_say(states: tuple[str, ...], words: str):
    assert remark_on(tasks(*states)) == words


def a_task(name: str, state: TaskState, minute: int | None = None, index: int = -1) -> TaskRun:
    began = None if minute is None else AT + timedelta(minutes=minute)
    return TaskRun(name, index, state, 1, 0, began, None)


def test_steps_stand_in_the_order_in_which_they_began():
    found = steps_of(
        [
            a_task("write", TaskState.WAITING),
            a_task("check", TaskState.RUNNING, 2),
            a_task("pull", TaskState.DONE, 1),
            a_task("mail", TaskState.WAITING),
        ]
    )

    assert [(each.task_id, each.state) for each in found] == [
        ("pull", TaskState.DONE),
        ("check", TaskState.RUNNING),
        ("mail", TaskState.WAITING),
        ("write", TaskState.WAITING),
    ]


@pytest.mark.parametrize(
    ("states", "state", "done"),
    [
        ((TaskState.WAITING, TaskState.WAITING), TaskState.WAITING, 0),
        ((TaskState.DONE, TaskState.WAITING), TaskState.RUNNING, 1),
        ((TaskState.DONE, TaskState.RUNNING), TaskState.RUNNING, 1),
        ((TaskState.FAILED, TaskState.RUNNING), TaskState.FAILED, 0),
        ((TaskState.DONE, TaskState.SKIPPED), TaskState.DONE, 2),
        ((TaskState.SKIPPED, TaskState.SKIPPED), TaskState.SKIPPED, 2),
    ],
)
def test_the_instances_of_a_mapped_task_are_one_step(
    states: tuple[TaskState, ...], state: TaskState, done: int
):
    mapped = [a_task("load", each, 1, index) for index, each in enumerate(states)]

    steps = steps_of([*mapped, a_task("write", TaskState.WAITING)])

    assert steps[0] == Step("load", state, done, 2)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 0), (2, 2), (50, 50), (51, 0)])
def test_one_task_is_no_checklist_and_neither_are_more_than_slack_takes(count: int, shown: int):
    assert len(steps_of([a_task(f"t{each}", TaskState.WAITING) for each in range(count)])) == shown
