"""The reason of a failure is the line that a person would pick: 94 logs, kept from a real Airflow 3.3.2.

`tests/failures/make_corpus.py` makes them again; `tests/failures/picked.json` says what a person picks.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Forbidden
from bot.domain.run import AirflowRun, Failure, RunState, TaskRun, TaskState
from bot.gateways.airflow import failing
from bot.gateways.airflow.failure import NO_ERROR_TOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = Path(__file__).parents[3] / "failures"
PICKED: Mapping[str, str] = json.loads((FOLDER / "picked.json").read_text())
AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
TOOK = {"times_out": 5, "shell_bash_times_out": 4}
EVENTS = {"lost": ["failed", "state mismatch", "heartbeat timeout", "running"]}
"""What that Airflow's scheduler wrote down beside the log."""
CHILD = "a failed child"
ROOM = 75
"""What may stand around the line that a person picks: the exception's name, the program's."""


class Recorded:
    """What `failing` reads of an Airflow, from the kept logs. `tasks_of`: by run."""

    def __init__(self, tasks_of: Mapping[str, list[TaskRun]], **run: Any) -> None:
        self.tasks_of = tasks_of
        self.limit = run.pop("limit", None)
        state: dict[str, Any] = {
            "state": RunState.FAILED,
            "started_at": AT,
            "ended_at": AT + timedelta(seconds=10),
            **run,
        }
        self._run = AirflowRun("d", "r", run_type="manual", queued_at=AT, run_after=AT, conf={}, **state)

    def run(self, _dag_id: str, run_id: str) -> AirflowRun | None:
        return self._run if run_id in self.tasks_of else None

    def tasks(self, _dag_id: str, run_id: str) -> list[TaskRun]:
        return self.tasks_of[run_id]

    def log_of(self, _dag_id: str, run_id: str, task: TaskRun) -> Iterable[bytes]:
        if run_id.startswith(("manual__", CHILD)):
            detail = [{"exc_type": "ValueError", "exc_value": "the child broke: disk full", "frames": []}]
            event = {"event": "Task failed with exception", "level": "error", "error_detail": detail}
            return [json.dumps(event).encode()]
        return (FOLDER / "logs" / f"{task.task_id}.ndjson").read_bytes().splitlines()

    def events_of(self, _dag_id: str, _run_id: str, task: TaskRun) -> list[str]:
        return EVENTS.get(task.task_id, ["failed", "running"])

    def xcom(self, *_where: object) -> str:
        return CHILD

    def details(self, _dag_id: str) -> Mapping[str, object]:
        return {"dag_run_timeout": self.limit}


def failed(task_id: str, after: int = 1, **more: Any) -> TaskRun:
    began = AT + timedelta(seconds=after - TOOK.get(task_id, 1))
    facts: dict[str, Any] = {
        "map_index": -1,
        "state": TaskState.FAILED,
        "ended_at": AT + timedelta(seconds=after),
        **more,
    }
    return TaskRun(task_id, try_number=1, max_tries=0, started_at=began, **facts)


def told(*tasks: TaskRun, **run: Any) -> Failure:
    children = {run_id: [failed("breaks")] for run_id in (CHILD, "manual__2026-11-28T11:14:50.810663+00:00")}
    return failing.explain(Recorded({"r": list(tasks), **children}, **run), "d", "r")


@pytest.mark.parametrize("name", sorted(PICKED))
def test_the_line_is_the_one_that_a_person_picks(name: str):
    error = told(failed(name)).error

    assert PICKED[name] in error
    assert len(error) < len(PICKED[name]) + ROOM or name == "long_words"


def test_a_lost_task_says_nothing_more_where_the_account_may_not_read_events():
    class Unread(Recorded):
        def events_of(self, *_where: object) -> list[str]:
            raise Forbidden("Airflow", "403", needs="Audit Logs: read")

    found = failing.explain(Unread({"r": [failed("lost")]}), "d", "r")
    assert found is not None
    assert found.error == NO_ERROR_TOLD


def test_every_kept_log_has_a_line_that_a_person_picked():
    assert {each.stem for each in (FOLDER / "logs").glob("*.ndjson")} == PICKED.keys()
    assert len(PICKED) >= 40


@pytest.mark.parametrize("name", sorted(PICKED))
def test_what_the_file_warns_of_when_it_is_read_is_not_in_the_logs_end(name: str):
    tail = told(failed(name)).log_tail

    assert "is deprecated" not in tail
    assert "Filling up the DagBag" not in tail
    assert not tail.startswith("'NoneType' object is not subscriptable; perhaps")


def test_how_many_others_failed_and_which_of_a_mapped_task():
    found = told(
        failed("key_error", 9),
        failed("value_error", 3, map_index=3, map_label="customer d"),
        failed("value_error", 5, map_index=4, map_label="customer e"),
    )

    assert (found.map_index, found.map_label, found.more) == (3, "customer d", 2)


def test_a_run_that_took_longer_than_its_dag_allows():
    found = told(failed("a", state=TaskState.SKIPPED), limit="PT10S")

    assert (found.task_id, found.error) == ("", "It ran longer than its limit of 10 s.")


def test_a_run_that_was_marked_as_failed_says_so():
    found = told(failed("a", state=TaskState.DONE), limit="PT1H")

    assert found.error == "No task of it failed: somebody marked it as failed in Airflow."


def test_a_run_whose_tasks_could_not_go_on_says_so():
    found = told(failed("a", state=TaskState.DONE), failed("b", state=TaskState.WAITING))

    assert found.error == "Airflow gave it up: none of its tasks that were left could run."
