"""What is told of schedules when a right or a channel was taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import context, escape, message, section
from bot.blocks.taking_over import offer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import JobKey
    from bot.domain.notice import Message
    from bot.domain.schedule import Schedule

SHOWN = 20


def suspended(
    schedules: Sequence[Schedule], titles: Mapping[tuple[int, JobKey], str], *, reader_id: str
) -> Message:
    """`schedules`: those that concern one reader, who is offered those of others.

    `titles`: of jobs, each as its project calls it.
    """
    shown = [
        section(
            f":warning: *{escape(titles.get((each.project_id, each.key), each.key.dag_id))}* "
            f"(#{each.number}) is suspended: <@{each.owner_id}> may no longer schedule this job.",
            accessory=None if each.owner_id == reader_id else offer(each),
        )
        for each in schedules[:SHOWN]
    ]
    left = len(schedules) - SHOWN
    count = f"{len(schedules)} schedules are" if len(schedules) > 1 else f"#{schedules[0].number} is"
    return message(
        f"{count} suspended: the owner may no longer schedule the job.",
        *shown,
        context(f"… and {left} more: `/schedule list all` shows them." if left > 0 else ""),
        context("Whoever may schedule the job can take it over; it goes on from its next time."),
    )


def cannot_be_planned(schedule: Schedule, title: str, reason: str) -> Message:
    """Build what its owner and managers read of a schedule whose next times Runbell cannot work out."""
    said = f"#{schedule.number} is suspended: {reason}."
    return message(
        f"{title} {said}",
        section(f":warning: *{escape(title)}* {said} Make a new schedule, or ask whoever runs Runbell."),
    )


def redirected(schedule: Schedule, title: str, *, is_private: bool = False) -> Message:
    """To its owner, whom it reports to from now on. `schedule`: as it was. `is_private`: shared by name."""
    why = f"{schedule.place.mention} is archived, or no longer a channel of its project."
    if is_private:
        why = (
            f"the job is shared with named people only, so {schedule.place.mention} hears nothing more of it."
        )
    return message(
        f"{title} (#{schedule.number}) reports to you from now on.",
        section(f"*{escape(title)}* (#{schedule.number}) reports to you from now on: {why}"),
    )
