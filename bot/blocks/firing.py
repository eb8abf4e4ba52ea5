"""What is told of a firing that did not become a run, or was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, escape, escape_but_people, message, section
from bot.blocks.taking_over import offer
from bot.domain.when import zone_of
from bot.language.say import say_moment

if TYPE_CHECKING:
    from bot.domain.firing import Firing
    from bot.domain.notice import Message
    from bot.domain.schedule import Schedule


def not_run(
    firing: Firing,
    title: str,
    schedule: Schedule | None,
    reason: str,
    *,
    also_missed: int,
    is_suspended: bool,
) -> Message:
    """`also_missed`: moments before it that were missed in a row."""
    which = "" if schedule is None else f" (#{schedule.number}) at {_due(firing, schedule)}"
    more = f" {also_missed} earlier times were missed, too." if also_missed else ""
    now = " The schedule is suspended until someone resumes it." if is_suspended and schedule else ""
    text = f":warning: *{escape(title)}*{which} did not run: {escape_but_people(reason)}.{more}{now}"
    resume = take_over = None
    if is_suspended and schedule is not None:
        resume = button(Button.RESUME, "Resume", schedule.schedule_id)
        take_over = offer(schedule)
    return message(f"{title}{which} did not run: {reason}.", section(text), actions(resume, take_over))


def withdrawn(firing: Firing, title: str, *, began: bool) -> Message:
    outcome = "had begun already when it was to be withdrawn, and was stopped" if began else "was withdrawn"
    why = escape_but_people(firing.reason)
    return message(
        f"{title} {outcome}.",
        section(f"*{escape(title)}*, due at {firing.due_at:%H:%M} UTC, {outcome}: {why}."),
    )


def not_retried(title: str, why: str) -> Message:
    return message(
        f"{title} could not be retried.",
        section(f":warning: *{escape(title)}* could not be retried: Airflow refused it ({escape(why)})."),
    )


def _due(firing: Firing, schedule: Schedule) -> str:
    return say_moment(firing.due_at, zone_of(schedule.when))
