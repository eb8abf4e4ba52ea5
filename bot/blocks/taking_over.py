"""Taking over: the buttons, and the messages to the new and the former owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, bold, button, confirmation, message, section
from bot.language.say import say

if TYPE_CHECKING:
    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.announcement import TakenOver
    from bot.domain.listed import Listed
    from bot.domain.notice import Message


def take_over_button(listed: Listed) -> ButtonElement:
    """Return the button that takes the schedule over, which Slack asks about first."""
    kept = listed.schedule
    sure = confirmation(
        f"Take over #{kept.number}?",
        f"{bold(listed.job.title)} will run as yours from now on. <@{kept.owner_id}> is told.",
        "Take over",
    )
    name = f"Take over schedule {kept.number}, {listed.job.title}"
    return button(Button.TAKE_OVER, "Take over", kept.schedule_id, confirm=sure, label=name)


def offer(schedule_id: str, number: int) -> ButtonElement:
    """Return the button under the message that a schedule is suspended."""
    name = f"Take over schedule {number}"
    return button(Button.TAKE_OVER_SUSPENDED, "Take over", schedule_id, label=name)


def was_taken_over(told: TakenOver) -> Message:
    """Return the message to the former owner."""
    kept = told.schedule
    text = (
        f"<@{told.new_owner}> took over {bold(kept.title)} (#{kept.number}), {say(kept.when)}. It runs "
        "as theirs from now on."
    )
    label = f"Take it back: schedule {kept.number}, {kept.title}"
    back = button(Button.TAKE_OVER, "Take it back", kept.schedule_id, label=label)
    return message(f"{kept.title} (#{kept.number}) was taken over.", section(text), actions(back))


def given_away(listed: Listed) -> str:
    """Return what whoever gave it away reads before the schedule itself."""
    kept = listed.schedule
    return f"#{kept.number} {bold(listed.job.title)} is <@{kept.owner_id}>'s now."


def taken_over(listed: Listed) -> str:
    """Return the line above the schedule itself, for its new owner."""
    return f"#{listed.schedule.number} {bold(listed.job.title)} is yours now."
