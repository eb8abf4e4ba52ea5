"""What is told of schedules when a right or a channel was taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import context, escape, message, section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import JobKey
    from bot.domain.notice import Message
    from bot.domain.schedule import Schedule

SHOWN = 20


def suspended(schedules: Sequence[Schedule], titles: Mapping[JobKey, str]) -> Message:
    """`schedules`: those that concern one reader."""
    lines = [
        f":warning: *{escape(titles.get(each.key, each.key.dag_id))}* (#{each.number}) is suspended: "
        f"<@{each.owner_id}> may no longer schedule this job."
        for each in schedules[:SHOWN]
    ]
    if len(schedules) > SHOWN:
        lines.append(f"… and {len(schedules) - SHOWN} more.")
    count = f"{len(schedules)} schedules are" if len(schedules) > 1 else f"#{schedules[0].number} is"
    return message(
        f"{count} suspended: the owner may no longer schedule the job.",
        section("\n".join(lines)),
        context(
            "A manager can give the right back, and then resume it; or someone who has it, make it anew."
        ),
    )


def redirected(schedule: Schedule, title: str) -> Message:
    """To its owner, whom it reports to from now on. `schedule`: as it was."""
    text = (
        f"*{escape(title)}* (#{schedule.number}) reports to you from now on: {schedule.place.mention} is "
        "archived, or no longer a channel of its project."
    )
    return message(f"{title} (#{schedule.number}) reports to you from now on.", section(text))
