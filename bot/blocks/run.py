"""A run's card, edited in place; and the replies that people hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.of_run import (
    in_task,
    inputs,
    mark,
    origin,
    plain,
    remark,
    result_block,
    retried,
    standing,
    state_of,
    times,
    took,
    until,
    which_run_in_text,
)
from bot.blocks.parts import (
    actions,
    bold,
    button,
    code,
    confirmation,
    context,
    cut,
    escape,
    link_button,
    message,
    section,
    sentence,
)
from bot.blocks.reason import below
from bot.domain.notice import Message
from bot.domain.run import RunState
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.card import RunCard


def withheld() -> Message:
    """Return what takes the place of a message whose reader may no longer see the job."""
    words = "You may no longer see this job, so I tell you nothing more about it."
    return message(words, section(words))


def card(shown: RunCard, *, shared: bool) -> Message:
    """Return the run's card. `shared` leaves out inputs and errors, because another company reads along."""
    title, state = escape(shown.job.title), state_of(shown, shared=shared)
    which = which_run_in_text(shown)
    said = sentence(f"{title} ({which}) {state}" if which else f"{title} {state}")
    return message(
        plain(f"{said} {origin(shown)}."),
        standing(shown, f"{mark(shown.run)} {strong(title)} {state}{until(shown.run)}"),
        result_block(shown),
        context(origin(shown), inputs(shown, shared=shared), times(shown), retried(shown)),
        actions(*_buttons(shown)),
        names_people=True,
    )


def failure(shown: RunCard, *, shared: bool) -> Message:
    """Return the reply about a failed run. Channels shared with other companies do not get the error."""
    run = shown.run
    error = run.failure.error if run.failure and not shared else ""
    failed = f"failed{in_task(shown, shared=shared)}"
    return message(
        plain(f"{shown.job.title} {failed}. {error}".strip()),
        section(f":x: {bold(shown.job.title)} {failed}. <{shown.url}|Open in Airflow>"),
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


def result(shown: RunCard, *, shared: bool) -> Message:
    """Return the reply with the run's result, which names who asked for the run."""
    end = took(shown)
    end += f", {remark(shown, shared=shared)}" if shown.run.remark else ""
    asked = shown.firing is not None and shown.firing.schedule_id is None
    whose = f" <@{shown.firing.person_id}>" if asked and shown.firing is not None else ""
    return message(
        plain(f"{shown.job.title} is done{end}."),
        section(f"{mark(shown.run)} {bold(shown.job.title)} is done{end}.{whose}"),
        result_block(shown),
    )


def recovery(shown: RunCard, *, shared: bool) -> Message:  # noqa: ARG001  every reply is drawn alike
    """Return the reply that the job works again."""
    return message(
        f"{shown.job.title} is back to normal.",
        section(f":white_check_mark: {bold(shown.job.title)} is back to normal."),
    )


def private_log(shown: RunCard) -> Message:
    """Return the end of the log, for the person who asked only."""
    tail = log_tail(shown)
    if tail is not None:
        known = (each.to_dict() for each in below(shown, shared=False) if each is not None)
        return Message(tail.text, (*tail.blocks, *known))
    return message(f"{shown.job.title} left no log of a failure.")


def _stop(shown: RunCard) -> ButtonElement:
    sure = confirmation(
        "Stop this run?",
        f"{bold(cut(shown.job.title, 150))} ends at once, in the middle of its work.",
        "Stop it",
        destroys=True,
    )
    return button(Button.STOP, "Stop", shown.run.run_key, confirm=sure, label=f"Stop {shown.job.title}")


def _buttons(shown: RunCard) -> Iterator[ButtonElement]:
    run = shown.run
    if run.state is RunState.FAILED and run.retried_by is None:
        yield button(Button.RETRY, "Retry", run.run_key, style="primary", label=f"Retry {shown.job.title}")
    if run.state is RunState.FAILED:
        yield button(Button.SHOW_LOG, "Show log", run.run_key, label=f"Show log: {shown.job.title}")
    if run.state in {RunState.DONE, RunState.STOPPED} and shown.firing is not None:
        yield button(Button.RUN_AGAIN, "Run again", run.run_key, label=f"Run again: {shown.job.title}")
    if not run.state.is_over and run.stopped_by is None:
        yield _stop(shown)
    yield link_button(Button.OPEN_IN_AIRFLOW, "Open in Airflow", shown.url)
