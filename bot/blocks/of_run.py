"""What every message says about a run: its mark, which task failed, how long it took, who started it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.blocks.parts import Either, bold, cut, escape, escape_but_people, inputs_line, past, section, span
from bot.blocks.pictures import checklist
from bot.domain.firing import FiringState
from bot.domain.reason import without_detail
from bot.domain.run import RunState
from bot.domain.when import zone_of
from bot.language.when.calendar.zones import name_of

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.models.blocks import SectionBlock

    from bot.domain.card import RunCard
    from bot.domain.run import Result, Run

LATE = timedelta(minutes=1)
"""How much later than its time a run may start without a word about it."""
CELLS = 5
"""How many cells the bar of a running run has."""
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


def in_task(shown: RunCard, *, shared: bool) -> str:
    """Return which task failed, which instance of a mapped one, and how many others did.

    `shared` leaves out what an instance is called, because that is a value of the job's.
    """
    failure = shown.run.failure
    if failure is None or not failure.task_id:
        return ""
    index = f"[{failure.map_index}]" if failure.map_index >= 0 else ""
    label = f" ({escape(failure.map_label)})" if failure.map_label and not shared else ""
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


def state_of(shown: RunCard, *, shared: bool) -> str:
    """Return the state of a run as the end of a sentence. `shared` leaves out what is internal."""
    run = shown.run
    waits_for, end = _reason(run.waits_for, shared=shared), remark(shown, shared=shared)
    match run.state:
        case RunState.WAITING:
            held = f": {waits_for}" if waits_for else ""
            return f"is waiting to start{held}"
        case RunState.RUNNING:
            tasks = f", {run.tasks_done} of {run.tasks_total} tasks done" if run.tasks_total else ""
            tasks += f" (usually takes {span(shown.usual)})" if shown.usual else ""
            waits = f"; {waits_for}" if waits_for else ""
            return f"is running{tasks}{waits}"
        case RunState.DONE:
            return f"is done{took(shown)}{f', {end}' if end else ''}"
        case RunState.STOPPED:
            return _stopped(shown, shared=shared)
        case RunState.FAILED:
            error = f": {escape(cut(run.failure.error, 300))}" if run.failure and not shared else ""
            return f"failed{in_task(shown, shared=shared)}{took(shown)}{error}"


def plain(text: str) -> str:
    """Return what a notification shows: it draws no fixed-width text."""
    return text.replace("`", "")


def which_run(shown: RunCard) -> str:
    """Return “the 02:00 run”, in the reader's zone; "" for one by hand."""
    due_at = _due_at(shown)
    if due_at is None:
        return ""
    return f"the <!date^{int(due_at.timestamp())}^{{time}}|{due_at:%H:%M} UTC> run"


def which_run_in_text(shown: RunCard) -> str:
    """Return “the 02:00 run, Berlin time” for a notification, which takes no dates; "" for one by hand.

    The zone is that of its schedule, or else of the project.
    """
    due_at = _due_at(shown)
    if due_at is None:
        return ""
    tz = shown.tz if shown.schedule is None else zone_of(shown.schedule.when)
    return f"the {due_at.astimezone(tz):%H:%M} run, {name_of(tz)}"


def _due_at(shown: RunCard) -> datetime | None:
    if shown.firing is None:
        return shown.run.due_at
    return None if shown.firing.schedule_id is None else shown.firing.due_at


def until(run: Run) -> str:
    """Return when what it waits for happens, in the reader's zone; a message's text takes no dates."""
    if run.state is not RunState.RUNNING or run.waits_until is None:
        return ""
    return f", {past(run.waits_until)}"


def _progress(shown: RunCard) -> str:
    """Return a bar of the tasks that are done, and about when the run ends; "" unless it goes on."""
    run = shown.run
    if run.state is not RunState.RUNNING or not run.tasks_total:
        return ""
    full = CELLS * run.tasks_done // run.tasks_total
    bar = f"\n{'▓' * full}{'░' * (CELLS - full)} {run.tasks_done} of {run.tasks_total}"
    return f"{bar}{_ends(shown)}"


def _ends(shown: RunCard) -> str:
    """Return about when the run ends, to end a sentence; "" if nobody knows."""
    run = shown.run
    if shown.usual is None or run.started_at is None:
        return ""
    ends_at = run.started_at + shown.usual
    return f", done by about <!date^{int(ends_at.timestamp())}^{{time}}|{ends_at:%H:%M} UTC>"


def standing(shown: RunCard, words: str) -> SectionBlock | Either:
    """Return how a run stands: `words`, and while it goes on its tasks as a checklist or a bar."""
    in_words = section(f"{words}{_progress(shown)}")
    if not shown.run.steps or shown.run.state is not RunState.RUNNING:
        return in_words
    return Either([section(f"{words}{_ends(shown)}"), checklist("Tasks", shown.run.steps)], [in_words])


def remark(shown: RunCard, *, shared: bool) -> str:
    """Return what is added to a run's end; "" if there is nothing."""
    return _reason(shown.run.remark, shared=shared)


def _reason(text: str, *, shared: bool) -> str:
    return escape(without_detail(text) if shared else text)


def _stopped(shown: RunCard, *, shared: bool) -> str:
    """Return who stopped the run, or why it was taken back before it began."""
    firing = shown.firing
    if shown.run.stopped_by:
        return f"was stopped by <@{shown.run.stopped_by}>"
    if firing is not None and firing.state is not FiringState.HANDED_OVER and firing.reason:
        reason = without_detail(firing.reason) if shared else firing.reason
        return f"did not run: {escape_but_people(reason)}"
    why = remark(shown, shared=shared)
    return f"was stopped: {why}" if why else "was stopped"


def inputs(shown: RunCard, *, shared: bool) -> str:
    """Return the inputs of a run in one line; "" where another company reads along."""
    if shared or shown.firing is None:
        return ""
    return inputs_line(shown.job, shown.firing.inputs)


def times(shown: RunCard) -> str:
    """Return when it started, and how late."""
    run = shown.run
    if run.started_at is None:
        return ""
    missed = f", {shown.late_missed} earlier missed" if shown.late_missed else ""
    return f"Started {past(run.started_at)}{_late(shown)}{missed}"


def _late(shown: RunCard) -> str:
    """Return how much later than its time it began, where somebody would wonder.

    Airflow counts the start of a run that is tried again from that try, so nothing is said of it then.
    """
    run = shown.run
    if run.retried_by or (run.failure is not None and run.failure.try_number > 1):
        return ""
    if shown.firing is None or run.started_at is None or run.started_at - shown.firing.due_at < LATE:
        return ""
    return f", {span(run.started_at - shown.firing.due_at)} late"


def retried(shown: RunCard) -> str:
    """Return who pressed Retry on it; "" if nobody did."""
    return f"Retried by <@{shown.run.retried_by}>" if shown.run.retried_by else ""


def result_block(shown: RunCard) -> SectionBlock | None:
    """Return what the job published; None if it published nothing."""
    found = shown.run.result
    if found is None:
        return None
    file = f":page_facing_up: {bold(found.file_name)}, in the thread" if found.file_name else ""
    return section("\n".join(each for each in (_result(found), file) if each))


def _result(found: Result) -> str:
    """Return the result, with its link where it is one: anything else stays text."""
    if found.link.startswith(("https://", "http://")):
        words = escape(found.text) or "Open the result"
        target = found.link.replace("|", "%7C").replace(">", "%3E")
        return f"{words}\n<{target}|Open it>" if found.text else f"<{target}|{words}>"
    return escape(found.text or found.link)
