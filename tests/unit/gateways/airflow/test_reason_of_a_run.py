"""Of several tasks that failed or did not run, the one that a person would look at: runs of a real Airflow.

`tests/failures/make_runs.py` makes them again.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.run import AirflowRun, Failure, RunState, TaskRun, TaskState
from bot.gateways.airflow import failing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = Path(__file__).parents[3] / "failures" / "runs"
AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
PICKED: Mapping[str, tuple[str, int, str, str, int]] = {
    "mapped": ("bill", 1, "customer birch", "ValueError: birch has no price for May", 1),
    "grouped": ("load.parse", -1, "", "ValueError: invalid literal for int() with base 10: 'b'", 1),
    "mapped_group": ("one_file.check", 1, "", "No such file or directory: '/data/in/b.csv'", 0),
    "upstream": ("extract", -1, "", "ConnectionError: the shop's API closed the connection", 2),
    "watched": ("extract", -1, "", "KeyError: 'amount'", 0),
    "torn_down": ("work", -1, "", "RuntimeError: disk quota exceeded on /data/out", 0),
    "sqlite": ("query", -1, "", "no such table: orders", 0),
    "own_memory": ("sort", -1, "", "MemoryError", 0),
}
"""By run: the task, which instance of it and its name, the line, and how many tasks did not run."""


class Kept:
    """What `failing` reads of an Airflow, from one kept run."""

    def __init__(self, name: str) -> None:
        self._kept = json.loads((FOLDER / f"{name}.json").read_text())

    def run(self, _dag_id: str, _run_id: str) -> AirflowRun:
        ended_at = AT + timedelta(minutes=1)
        times: dict[str, Any] = {"started_at": AT, "ended_at": ended_at, "queued_at": AT, "run_after": AT}
        return AirflowRun("d", "r", state=RunState.FAILED, run_type="manual", conf={}, **times)

    def tasks(self, _dag_id: str, _run_id: str) -> list[TaskRun]:
        return [_task(each) for each in self._kept["tasks"]]

    def log_of(self, _dag_id: str, _run_id: str, task: TaskRun) -> Iterable[bytes]:
        return [json.dumps(each).encode() for each in self._kept["logs"][f"{task.task_id} {task.map_index}"]]

    def events_of(self, *_where: object) -> list[str]:
        return ["failed", "running"]

    def xcom(self, *_where: object) -> None:
        return None

    def details(self, _dag_id: str) -> Mapping[str, Any]:
        return {}


def _task(kept: Mapping[str, Any]) -> TaskRun:
    moments = {
        name: None if kept[name] is None else datetime.fromisoformat(kept[name])
        for name in ("started_at", "ended_at")
    }
    return TaskRun(**{**kept, **moments, "state": TaskState(kept["state"])})


def explained(name: str) -> Failure:
    found = failing.explain(Kept(name), "d", "r")
    assert found is not None
    return found


def test_every_kept_run_has_a_task_that_a_person_picked():
    assert {each.stem for each in FOLDER.glob("*.json")} == PICKED.keys()


@pytest.mark.parametrize("name", sorted(PICKED))
def test_the_task_and_its_line_are_those_that_a_person_picks(name: str):
    task_id, map_index, label, line, not_run = PICKED[name]
    found = explained(name)

    assert (found.task_id, found.map_index, found.map_label) == (task_id, map_index, label)
    assert line in found.error
    assert len(found.error) < len(line) + 75
    assert found.not_run == not_run


def test_other_instances_that_failed_are_counted():
    assert explained("mapped").more == 1
    assert explained("mapped_group").more == 0
