"""Schedules: in a list, and alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.absence import owner_line
from bot.blocks.ids import Button
from bot.blocks.parts import (
    actions,
    button,
    confirmation,
    context,
    divider,
    escape,
    escape_but_people,
    inputs_line,
    message,
    past,
    section,
)
from bot.blocks.taking_over import take_over_button
from bot.domain.run import RunState
from bot.domain.schedule import Schedule, ScheduleState
from bot.domain.when import zone_of
from bot.language.say import say, say_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slack_sdk.models.blocks import Block, ButtonElement

    from bot.domain.job import Job
    from bot.domain.listed import Listed
    from bot.domain.notice import Message
    from bot.domain.run import Run

SHOWN_AT_ONCE = 10


def schedules(listed: Sequence[Listed], *, everyones: bool) -> Message:
    if not listed:
        whose = "Nobody has any" if everyones else "You have no"
        return message(
            f"{whose} schedules here yet. Try `/schedule sales report every weekday at 9am`, "
            "or `/schedule` alone for the form."
        )
    count = f"{len(listed)} schedule{'s' if len(listed) > 1 else ''}"
    blocks: list[Block | None] = [section(f"*{count}*")]
    for each in listed[:SHOWN_AT_ONCE]:
        blocks += [divider(), *_schedule(each)]
    left = len(listed) - SHOWN_AT_ONCE
    if left > 0:
        blocks.append(context(f"{left} more. Show one by its number: `/schedule show #12`."))
    return message(f"{count}.", *blocks)


def schedule(listed: Listed, *, done: str = "") -> Message:
    """`done`: what has just happened to it, in a sentence."""
    return message(
        done or f"Schedule #{listed.schedule.number}: {listed.job.title}",
        section(done) if done else None,
        *_schedule(listed),
    )


def deleted(listed: Listed) -> Message:
    return message(
        f":wastebasket: Deleted #{listed.schedule.number}: *{escape(listed.job.title)}* no longer runs "
        f"{say(listed.schedule.when)}."
    )


def _schedule(listed: Listed) -> Iterator[Block | None]:
    kept, job = listed.schedule, listed.job
    yield section(f"*#{kept.number} {escape(job.title)}* {say(kept.when)}\n{_next(kept, job)}")
    inputs = inputs_line(job, kept.inputs)
    owner = owner_line(listed, zone_of(kept.when))
    yield context(_last(listed.last), inputs, owner, f"Reports to {kept.place.mention}")
    yield actions(*_buttons(listed))


def _buttons(listed: Listed) -> Iterator[ButtonElement]:
    kept = listed.schedule
    name = f"schedule {kept.number}, {listed.job.title}"
    if listed.may_change and kept.state is ScheduleState.ACTIVE:
        yield button(Button.PAUSE, "Pause", kept.schedule_id, label=f"Pause {name}")
    if listed.may_change and kept.state in {ScheduleState.PAUSED, ScheduleState.SUSPENDED}:
        yield button(Button.RESUME, "Resume", kept.schedule_id, label=f"Resume {name}")
    if listed.may_take_over:
        yield take_over_button(listed)
    if listed.may_delete:
        sure = confirmation(
            f"Delete #{kept.number}?",
            f"*{escape(listed.job.title)}* will no longer run {say(kept.when)}. This cannot be undone.",
            "Delete",
        )
        yield button(
            Button.DELETE, "Delete", kept.schedule_id, style="danger", confirm=sure, label=f"Delete {name}"
        )


def _next(kept: Schedule, job: Job) -> str:
    match kept.state:
        case ScheduleState.ACTIVE if kept.next_due_at is not None:
            paused = " :warning: The job is paused in Airflow." if job.is_paused else ""
            return f"Next: {say_moment(kept.next_due_at, zone_of(kept.when))}{paused}"
        case ScheduleState.PAUSED:
            return ":double_vertical_bar: Paused"
        case ScheduleState.SUSPENDED:
            return f":warning: Suspended: {escape_but_people(kept.reason)}"
        case _:
            return "Ended: nothing is left to run"


def _last(last: Run | None) -> str:
    if last is None:
        return "Has not run yet"
    moment = last.ended_at or last.started_at
    words = {
        RunState.WAITING: "waiting",
        RunState.RUNNING: "running",
        RunState.DONE: ":white_check_mark: done",
    }
    state = words.get(last.state, f":x: {last.state}")
    return f"Last: {state}{f' {past(moment)}' if moment else ''}"
