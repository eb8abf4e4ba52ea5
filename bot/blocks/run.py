"""A run's card, edited in place; and the replies that people hear."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.of_run import in_task, mark, origin, took
from bot.blocks.parts import (
    actions,
    button,
    code,
    confirmation,
    context,
    cut,
    escape,
    escape_but_people,
    inputs_line,
    link_button,
    message,
    past,
    section,
    span,
)
from bot.blocks.reason import below
from bot.domain.firing import FiringState
from bot.domain.notice import Message
from bot.domain.run import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk.models.blocks import ButtonElement, SectionBlock

    from bot.domain.card import RunCard
    from bot.domain.run import Result, Run

LATE = timedelta(minutes=1)


def card(shown: RunCard, *, shared: bool) -> Message:
    """Return the run's card. `shared` leaves out inputs and errors, because another company reads along."""
    title, state = escape(shown.job.title), _state(shown, shared=shared)
    return message(
        f"{title}: {state}",
        section(f"{mark(shown.run)} *{title}* {state}{_until(shown.run)}"),
        _result_block(shown),
        context(origin(shown), _inputs(shown, shared=shared), _times(shown), _retried(shown)),
        actions(*_buttons(shown)),
        names_people=True,
    )


def failure(shown: RunCard, *, shared: bool) -> Message:
    """Return the reply about a failed run. Channels shared with other companies do not get the error."""
    run = shown.run
    error = run.failure.error if run.failure and not shared else ""
    return message(
        f"{shown.job.title} failed{in_task(shown)}. {error}".strip(),
        section(f":x: *{escape(shown.job.title)}* failed{in_task(shown)}. <{shown.url}|Open in Airflow>"),
        section(code(error)) if error else None,
        *below(shown, shared=shared),
        context(origin(shown)),
    )


def log_tail(shown: RunCard) -> Message | None:
    """Return the end of the log. None if there is no log to show."""
    found = shown.run.failure
    if found is None or not found.log_tail.strip():
        return None
    heading = f"The end of `{escape(found.task_id)}`’s log, try {found.try_number}:"
    return message(
        f"The end of {found.task_id}'s log.", section(f"{heading}\n{code(found.log_tail.strip())}")
    )


def log_reply(shown: RunCard, *, shared: bool) -> Message | None:
    """Return the reply with the log's end. None in a channel shared with other companies."""
    return None if shared else log_tail(shown)


def result(shown: RunCard, *, shared: bool) -> Message:  # noqa: ARG001  every reply is drawn alike
    """Return the reply with the run's result."""
    how = took(shown) + (f", {escape(shown.run.remark)}" if shown.run.remark else "")
    return message(
        f"{shown.job.title} is done{how}.",
        section(f"{mark(shown.run)} *{escape(shown.job.title)}* is done{how}."),
        _result_block(shown),
    )


def recovery(shown: RunCard, *, shared: bool) -> Message:  # noqa: ARG001  every reply is drawn alike
    """Return the reply that the job works again."""
    return message(
        f"{shown.job.title} is back to normal.",
        section(f":white_check_mark: *{escape(shown.job.title)}* is back to normal."),
    )


def private_log(shown: RunCard) -> Message:
    """Return the end of the log, for the person who asked only."""
    tail = log_tail(shown)
    if tail is not None:
        known = (each.to_dict() for each in below(shown, shared=False) if each is not None)
        return Message(tail.text, (*tail.blocks, *known))
    return message(f"{shown.job.title} left no log of a failure.")


def _state(shown: RunCard, *, shared: bool) -> str:
    run = shown.run
    match run.state:
        case RunState.WAITING:
            held = f": {escape(run.waits_for)}" if run.waits_for else ""
            return f"is waiting to start{held}"
        case RunState.RUNNING:
            tasks = f", {run.tasks_done} of {run.tasks_total} tasks done" if run.tasks_total else ""
            waits = f"; {escape(run.waits_for)}" if run.waits_for else ""
            return f"is running{tasks}{waits}"
        case RunState.DONE:
            remark = f", {escape(run.remark)}" if run.remark else ""
            return f"is done{took(shown)}{remark}"
        case RunState.STOPPED:
            return _stopped(shown)
        case RunState.FAILED:
            error = f": {escape(cut(run.failure.error, 300))}" if run.failure and not shared else ""
            return f"failed{in_task(shown)}{took(shown)}{error}"


def _until(run: Run) -> str:
    """Return when what the run waits for happens, in the reader's zone; a message's text takes no dates."""
    if run.state is not RunState.RUNNING or run.waits_until is None:
        return ""
    return f", {past(run.waits_until)}"


def _stopped(shown: RunCard) -> str:
    """Return who stopped the run, or why it was taken back before it began."""
    firing = shown.firing
    if shown.run.stopped_by:
        return f"was stopped by <@{shown.run.stopped_by}>"
    if firing is not None and firing.state is not FiringState.HANDED_OVER and firing.reason:
        return f"did not run: {escape_but_people(firing.reason)}"
    return f"was stopped: {escape(shown.run.remark)}" if shown.run.remark else "was stopped"


def _inputs(shown: RunCard, *, shared: bool) -> str:
    if shared or shown.firing is None:
        return ""
    return inputs_line(shown.job, shown.firing.inputs)


def _times(shown: RunCard) -> str:
    run = shown.run
    if run.started_at is None:
        return ""
    missed = f", {shown.late_missed} earlier missed" if shown.late_missed else ""
    return f"Started {past(run.started_at)}{_late(shown)}{missed}"


def _late(shown: RunCard) -> str:
    """Return how late the run is, if somebody would wonder."""
    run = shown.run
    if shown.firing is None or run.started_at is None or run.started_at - shown.firing.due_at < LATE:
        return ""
    return f", {span(run.started_at - shown.firing.due_at)} late"


def _retried(shown: RunCard) -> str:
    return f"Retried by <@{shown.run.retried_by}>" if shown.run.retried_by else ""


def _result_block(shown: RunCard) -> SectionBlock | None:
    return section(_result(shown.run.result)) if shown.run.result is not None else None


def _result(found: Result) -> str:
    """Return the result. A link is one only if it looks like one; anything else stays text."""
    if found.link.startswith(("https://", "http://")):
        words = escape(found.text) or "Open the result"
        target = found.link.replace("|", "%7C").replace(">", "%3E")
        return f"{words}\n<{target}|Open it>" if found.text else f"<{target}|{words}>"
    return escape(found.text or found.link)


def _stop(shown: RunCard) -> ButtonElement:
    sure = confirmation(
        "Stop this run?",
        f"*{escape(cut(shown.job.title, 150))}* ends at once, in the middle of its work.",
        "Stop it",
    )
    return button(Button.STOP, "Stop", shown.run.run_key, confirm=sure, label=f"Stop {shown.job.title}")


def _buttons(shown: RunCard) -> Iterator[ButtonElement]:
    run = shown.run
    if run.state is RunState.FAILED and run.retried_by is None:
        yield button(Button.RETRY, "Retry", run.run_key, style="primary", label=f"Retry {shown.job.title}")
    if run.state is RunState.FAILED:
        yield button(Button.SHOW_LOG, "Show log", run.run_key, label=f"Show the log of {shown.job.title}")
    if not run.state.is_over and run.stopped_by is None:
        yield _stop(shown)
    yield link_button(Button.OPEN_IN_AIRFLOW, "Open in Airflow", shown.url)
