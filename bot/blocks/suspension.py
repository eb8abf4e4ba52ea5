"""Messages about schedules that were suspended or redirected when a right or a channel was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import bold, context, message, section
from bot.blocks.taking_over import offer

if TYPE_CHECKING:
    from bot.domain.announcement import CannotBePlanned, OwnersLostRight, Redirected
    from bot.domain.notice import Message


def suspended(told: OwnersLostRight, *, reader_id: str) -> Message:
    """Return the message about suspended schedules; the reader is offered those of others."""
    schedules = told.schedules
    shown = [
        section(
            f":warning: {bold(each.title)} (#{each.number}) is suspended: "
            f"<@{each.owner_id}> may no longer schedule this job.",
            accessory=None if each.owner_id == reader_id else offer(each.schedule_id, each.number),
        )
        for each in schedules
    ]
    left = told.count - len(schedules)
    count = f"{told.count} schedules are" if told.count > 1 else f"#{schedules[0].number} is"
    return message(
        f"{count} suspended: the owner may no longer schedule the job.",
        *shown,
        context(f"… and {left} more: `/schedule list all` shows them." if left > 0 else ""),
        context("Anyone who may schedule the job can take it over. It then goes on from its next time."),
    )


def cannot_be_planned(told: CannotBePlanned) -> Message:
    """Build what its owner and managers read of a schedule whose next times Runbell cannot work out."""
    title = told.schedule.title
    said = f"#{told.schedule.number} is suspended: {told.reason}."
    return message(
        f"{title} {said}",
        section(f":warning: {bold(title)} {said} Make a new schedule, or ask whoever runs Runbell."),
    )


def redirected(told: Redirected) -> Message:
    """Return the message to a schedule's owner, to whom the schedule reports from now on."""
    number, title, channel = told.schedule.number, told.schedule.title, f"<#{told.schedule.reports_to}>"
    why = f"{channel} is archived, or no longer a channel of its project."
    if told.is_private:
        why = f"the job is shared with named people only, so {channel} hears nothing more of it."
    return message(
        f"{title} (#{number}) reports to you from now on.",
        section(f"{bold(title)} (#{number}) reports to you from now on: {why}"),
    )
