"""Messages about what is not as it should be, and what they become once that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import (
    actions,
    bold,
    button,
    code,
    cut,
    escape,
    link_button,
    message,
    past,
    section,
    span,
)
from bot.domain.run import RunState
from bot.domain.when import zone_of
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from bot.domain.announcement import StoppedAfterFailures
    from bot.domain.condition_told import Away, NeverCame, NotBegun, RunsLong
    from bot.domain.notice import Message

_ENDED = {
    RunState.DONE: (":white_check_mark:", "is done: it took"),
    RunState.FAILED: (":x:", "failed after"),
    RunState.STOPPED: (":black_square_for_stop:", "was stopped after"),
}


def runs_long(told: RunsLong) -> Message:
    """Return the message that a run goes on for longer than usual or allowed, or how long it took."""
    usual = f"{'at most' if told.is_limit else 'usually'} {span(told.usual)}"
    if told.ended is not None:
        mark, words = _ENDED[told.ended]
        said = f"{words} {span(told.took)}, {usual}."
        return message(f"{told.title} {said}", section(f"{mark} {bold(told.title)} {said}"))
    than = "it may" if told.is_limit else "usual"
    said = f"has been running for {span(told.took)}, longer than {than} ({usual})."
    return message(
        f"{told.title} {said}",
        section(f":turtle: {bold(told.title)} {said}"),
        actions(link_button(Button.OPEN_IN_AIRFLOW, "Open in Airflow", told.url)),
    )


def not_begun(told: NotBegun) -> Message:
    """Return the message that a run has not begun, or what became of it."""
    which = f"the run of {say_moment(told.due_at, told.tz)}"
    if told.late is not None:
        said = f"started {span(told.late)} late: {which}."
        return message(f"{told.title} {said}", section(f":arrow_forward: {bold(told.title)} {said}"))
    if told.is_over:
        said = f"did not start: {which} was taken back or stopped."
        return message(f"{told.title} {said}", section(f":black_square_for_stop: {bold(told.title)} {said}"))
    said = f"has not started yet: {which} waits in Airflow for a free place."
    return message(
        f"{told.title} {said}",
        section(f":hourglass_flowing_sand: {bold(told.title)} {said}"),
        actions(link_button(Button.OPEN_IN_AIRFLOW, "Open in Airflow", told.url)),
    )


def never_came(told: NeverCame) -> Message:
    """Return the message that Airflow has not started a job by its own schedule, or that it did."""
    due, title = say_moment(told.due_at, told.tz), told.title
    if told.over:
        said = f"was expected {due}: {told.over}."
        return message(f"{title} {said}", section(f":white_check_mark: {bold(title)} {said}"))
    said = f"should have run {due} by its own schedule in Airflow, and has not."
    return message(
        f"{title} {said}",
        section(f":warning: {bold(title)} {said} Whoever looks after it in Airflow can see why."),
    )


def stopped(told: StoppedAfterFailures, *, shared: bool) -> Message:
    """Return the message that a schedule waits for its owner. `shared` leaves out the error."""
    kept = told.schedule
    name = f"(#{kept.number}), {say(kept.when)}"
    if told.over:
        next_at = kept.next_due_at
        after = "" if next_at is None else f" Next: {say_moment(next_at, zone_of(kept.when))}."
        said = f"{name}, waits no longer for its owner after its failures: {told.over}.{after}"
        return message(f"{kept.title} {said}", section(f":arrow_forward: {bold(kept.title)} {said}"))
    times = "" if told.times == 1 else f" {told.times} times in a row"
    said = f"{name}, failed{times}. It waits for <@{kept.owner_id}> and does not run."
    return message(
        f"{escape(kept.title)} {said}",
        section(f":octagonal_sign: {bold(kept.title)} {said}"),
        section(code(cut(told.error, 300))) if told.error and not shared else None,
        actions(
            button(
                Button.RESUME, "Go on", kept.schedule_id, style="primary",
                label=f"Go on: schedule {kept.number}, {kept.title}",
            )
        ),
        names_people=True,
    )  # fmt: skip


def away(told: Away) -> Message:
    """Return the message to admins that a system does not answer, or did not for some time."""
    if told.until is None:
        words = f"{told.system} has been away since"
        return message(
            f"{words} {told.since:%H:%M} UTC: alerts may be late.",
            section(f":satellite_antenna: {words} {past(told.since)}. Alerts may be late since then."),
        )
    lasted = span(told.until - told.since)
    words = f"{told.system} was away for {lasted}"
    return message(
        f"{words}: alerts of that time came late.",
        section(
            f":white_check_mark: {words}, from {past(told.since)} to {past(told.until)}. Alerts of that time "
            "came late."
        ),
    )
