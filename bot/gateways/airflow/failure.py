"""Why a task failed, read from its log: what people need of it, with nothing that is secret."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.domain.run import Failure, TaskState
from bot.domain.secrets import hide_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.run import TaskRun

TAIL_LINES = 40
LONGEST_LINE = 1000
LONGEST_ERROR = 500
NO_ERROR_TOLD = "It failed without saying why."
NO_LOG = "It failed; its log could not be read."
OUTPUT = frozenset({"task.stdout", "task.stderr"})
"""What a task prints takes a way of its own into the log, and may land inside a group it is no part of."""
SERIOUS = frozenset({"warning", "error", "critical", "fatal"})


def first_failed(tasks: Sequence[TaskRun]) -> TaskRun | None:
    """The first that failed by itself; those after it only followed."""
    failed = [each for each in tasks if each.state is TaskState.FAILED]
    return min(failed, key=lambda task: (task.ended_at is None, task.ended_at or 0), default=None)


def failure_of(task: TaskRun, log: Iterable[bytes]) -> Failure:
    """`log`: newline-delimited JSON as the REST API streams it."""
    reading = _Reading()
    for line in log:
        reading.take(_event(line))
    return Failure(
        task_id=task.task_id,
        try_number=task.try_number,
        error=hide_secrets((reading.error or NO_ERROR_TOLD)[:LONGEST_LINE])[:LONGEST_ERROR],
        log_tail=hide_secrets("\n".join(reading.tail)),
    )


def failure_without_log(task: TaskRun) -> Failure:
    return Failure(task_id=task.task_id, try_number=task.try_number, error=NO_LOG, log_tail="")


@dataclass(slots=True)
class _Reading:
    """One pass over a log of any length, keeping its last lines and its last error."""

    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))
    error: str = ""
    folded: int = 0

    def take(self, event: Mapping[str, Any]) -> None:
        text, level = str(event.get("event", "")), str(event.get("level") or "").lower()
        if text.startswith(("::group::", "::endgroup::")):
            self.folded = max(0, self.folded + (1 if text.startswith("::group::") else -1))
            return
        raised = _raised(event.get("error_detail"))
        if self.folded and level not in SERIOUS and event.get("logger") not in OUTPUT:
            return  # Airflow's own preparations, folded in its page too
        self.tail.extend(line[:LONGEST_LINE] for line in text.splitlines())
        if raised:
            self.tail.extend(line[:LONGEST_LINE] for line in raised.splitlines())
            self.error = raised.splitlines()[0].rstrip(": ")
        elif level in {"error", "critical", "fatal"} and text.strip():
            self.error = text.strip().splitlines()[-1]


def _event(line: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        event = {"event": line.decode(errors="replace")}
    return event if isinstance(event, Mapping) else {"event": str(event)}


def _raised(details: Any) -> str:
    """The exception that ended it, as Python's last lines would show it; its causes come after it."""
    chain = [each for each in details if isinstance(each, Mapping)] if isinstance(details, list) else []
    if not chain:
        return ""
    name, told = str(chain[0].get("exc_type") or "Error"), str(chain[0].get("exc_value") or "")
    return f"{name}: {told}" if told.strip() else name
