"""A job that is paused, broken or gone in Airflow, and one that runs again: with the schedules that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, bold, button, context, escape, message, past, section
from bot.domain.job import Trouble
from bot.domain.when import zone_of
from bot.language.marks import strong
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.announcement import JobChanged, OfSchedule
    from bot.domain.notice import Message

_ADVICE = {
    Trouble.PAUSED: "Runs that are in Airflow already wait, too.",
    Trouble.BROKEN: "Whoever looks after it in Airflow can fix that; its schedules then go on by themselves.",
    Trouble.GONE: "It was deleted or renamed there. Whoever looks after it in Airflow knows why.",
}
_WAS = {
    Trouble.PAUSED: "the job was paused in Airflow",
    Trouble.BROKEN: "its file in Airflow had an error",
    Trouble.GONE: "the job was no longer in Airflow",
}


def changed(told: JobChanged, *, shared: bool) -> Message:
    """Return the message that a job does not run from now on, or can again.

    `shared` leaves out Airflow's error, because another company reads along.
    """
    if told.before is not None and told.over_at is not None:
        return _over(told, told.before, told.over_at)
    who = f" (by <@{told.by}>)" if told.by else ""
    title = escape(told.title)
    if told.trouble is None:
        heading = f":white_check_mark: {strong(title)} can run again in Airflow{who}."
        return _drawn(f"{told.title} can run again.", heading, told, _goes_on)
    mark = ":double_vertical_bar:" if told.trouble is Trouble.PAUSED else ":warning:"
    why = escape(told.said(shared=shared))
    heading = f"{mark} {strong(title)} does not run: {why}{who}. {_ADVICE[told.trouble]}"
    return _drawn(f"{told.title} does not run: {told.said(shared=shared)}.", heading, told, _waits)


def _over(told: JobChanged, before: Trouble, over_at: datetime) -> Message:
    """Return what replaces the message of then, which asked people to do something."""
    if told.trouble is None:
        mark, said = ":white_check_mark:", "it can run again"
    else:
        mark, said = ":warning:", f"it does not run for another reason: {told.why}"
    did_not = f"did not run: {_WAS[before]}."
    return message(
        f"{told.title} {did_not}",
        section(f"{mark} {bold(told.title)} {did_not} Since {past(over_at)} {said}."),
    )


def _drawn(text: str, heading: str, told: JobChanged, line: Callable[[OfSchedule], str]) -> Message:
    shown = [section(line(each), accessory=_resume(each)) for each in told.schedules]
    left = told.count - len(told.schedules)
    return message(
        text,
        section(heading),
        *shown,
        context(f"… and {left} more." if left > 0 else ""),
        actions(*_resume_job(told)),
    )


def _waits(schedule: OfSchedule) -> str:
    return f"{_whose(schedule)} waits: {say(schedule.when)}{_next(schedule, ', next ')}"


def _goes_on(schedule: OfSchedule) -> str:
    if schedule.is_suspended:
        return f"{_whose(schedule)} is suspended: {say(schedule.when)}"
    return f"{_whose(schedule)} goes on{_next(schedule, ': next ')}"


def _whose(schedule: OfSchedule) -> str:
    return f"•  #{schedule.number} of <@{schedule.owner_id}>"


def _next(schedule: OfSchedule, words: str) -> str:
    due_at = schedule.next_due_at
    return "" if due_at is None else f"{words}{say_moment(due_at, zone_of(schedule.when))}"


def _resume_job(told: JobChanged) -> Iterator[ButtonElement]:
    """Return the button that resumes the job; pressing it asks for the rights of whoever presses."""
    if told.trouble is Trouble.PAUSED and told.reference:
        yield button(
            Button.RESUME_JOB,
            "Resume for everyone",
            told.reference,
            label=f"Resume for everyone: {told.title}",
        )


def _resume(schedule: OfSchedule) -> ButtonElement | None:
    if not schedule.is_suspended:
        return None
    return button(Button.RESUME, "Resume", schedule.schedule_id, label=f"Resume #{schedule.number}")
