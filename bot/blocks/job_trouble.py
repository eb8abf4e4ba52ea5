"""A job that is paused, broken or gone in Airflow, and one that runs again: with the schedules that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, escape, message, section
from bot.domain.job import Trouble
from bot.domain.schedule import ScheduleState
from bot.domain.when import zone_of
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.domain.schedule import Schedule

SHOWN = 10
_ADVICE = {
    Trouble.PAUSED: "Runs that Airflow holds already wait, too.",
    Trouble.BROKEN: "Whoever looks after it in Airflow can mend that; what waits goes on by itself then.",
    Trouble.GONE: "It was deleted or renamed there. Whoever looks after it in Airflow knows why.",
}


def changed(job: Job, schedules: Sequence[Schedule], *, reference: str, by: str = "") -> Message:
    """`schedules`: those that concern the place it is told to. `reference`: of the job in their project.

    `by`: the Slack id of who did it, where it was done in Slack.
    """
    who = f" (by <@{by}>)" if by else ""
    title = escape(job.title)
    if job.trouble is None:
        heading = f":white_check_mark: *{title}* can run again in Airflow{who}."
        return _drawn(f"{job.title} can run again.", heading, schedules, _goes_on, iter(()))
    mark = ":double_vertical_bar:" if job.trouble is Trouble.PAUSED else ":warning:"
    heading = f"{mark} *{title}* does not run: {escape(job.why_it_does_not_run)}{who}. {_ADVICE[job.trouble]}"
    text = f"{job.title} does not run: {job.why_it_does_not_run}."
    return _drawn(text, heading, schedules, _waits, _resume_job(job, reference))


def _drawn(
    text: str,
    heading: str,
    schedules: Sequence[Schedule],
    line: Callable[[Schedule], str],
    buttons: Iterator[ButtonElement],
) -> Message:
    told = [section(line(each), accessory=_resume(each)) for each in schedules[:SHOWN]]
    left = len(schedules) - SHOWN
    return message(
        text,
        section(heading),
        *told,
        context(f"… and {left} more." if left > 0 else ""),
        actions(*buttons),
    )


def _waits(schedule: Schedule) -> str:
    coming = ""
    if schedule.next_due_at is not None:
        coming = f", next {say_moment(schedule.next_due_at, zone_of(schedule.when))}"
    return f"•  #{schedule.number} of <@{schedule.owner_id}> waits: {say(schedule.when)}{coming}"


def _goes_on(schedule: Schedule) -> str:
    if schedule.state is ScheduleState.SUSPENDED:
        return f"•  #{schedule.number} of <@{schedule.owner_id}> is suspended: {say(schedule.when)}"
    coming = ""
    if schedule.next_due_at is not None:
        coming = f": next {say_moment(schedule.next_due_at, zone_of(schedule.when))}"
    return f"•  #{schedule.number} of <@{schedule.owner_id}> goes on{coming}"


def _resume_job(job: Job, reference: str) -> Iterator[ButtonElement]:
    """For those who may: the press asks for the rights of whoever presses it."""
    if job.trouble is Trouble.PAUSED and reference:
        yield button(Button.RESUME_JOB, "Resume for everyone", reference, label=f"Resume {job.title}")


def _resume(schedule: Schedule) -> ButtonElement | None:
    if schedule.state is not ScheduleState.SUSPENDED:
        return None
    return button(Button.RESUME, "Resume", schedule.schedule_id, label=f"Resume #{schedule.number}")
