"""What every message says about a run: its mark, which task failed, how long it took, who started it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import escape, span
from bot.domain.run import RunState

if TYPE_CHECKING:
    from bot.domain.card import RunCard
    from bot.domain.run import Run

MARKS = {
    RunState.WAITING: ":hourglass_flowing_sand:",
    RunState.RUNNING: ":arrow_forward:",
    RunState.DONE: ":white_check_mark:",
    RunState.FAILED: ":x:",
    RunState.STOPPED: ":black_square_for_stop:",
}


def mark(run: Run) -> str:
    """Return the mark of a run's state; a warning for one that is done with a "but"."""
    is_doubtful = run.state is RunState.DONE and run.remark.startswith("but ")
    return ":warning:" if is_doubtful else MARKS[run.state]


def in_task(shown: RunCard) -> str:
    """Return which task failed, which instance of a mapped one, and how many others did."""
    failure = shown.run.failure
    if failure is None or not failure.task_id:
        return ""
    index = f"[{failure.map_index}]" if failure.map_index >= 0 else ""
    label = f" ({escape(failure.map_label)})" if failure.map_label else ""
    more = f" and {failure.more} more" if failure.more else ""
    return f" in task `{escape(failure.task_id)}{index}`{label}{more}"


def took(shown: RunCard) -> str:
    """Return how long the run took, to follow its state; "" if it has not ended."""
    run = shown.run
    if run.started_at is None or run.ended_at is None:
        return ""
    word = "after" if run.state is RunState.FAILED else "in"
    return f" {word} {span(run.ended_at - run.started_at)}"


def origin(shown: RunCard) -> str:
    """Return whose schedule or hand started the run."""
    if shown.firing is None:
        return f"Started in Airflow {escape(shown.run.started_by)}".strip()
    if shown.schedule is not None:
        return f"Schedule #{shown.schedule.number} of <@{shown.firing.person_id}>"
    if shown.firing.schedule_id is not None:
        return f"A schedule of <@{shown.firing.person_id}>, deleted since"
    return f"Started by <@{shown.firing.person_id}>"
