"""Several schedules fit: one row each, with the one button that does what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button
from bot.blocks.parts import actions, bold, button, context, divider, message, section
from bot.blocks.schedule import called, delete_button, name_of
from bot.blocks.taking_over import take_over_button
from bot.domain.when import zone_of
from bot.language.say import say, say_date, say_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from slack_sdk.models.blocks import Block, ButtonElement

    from bot.domain.listed import Listed
    from bot.domain.notice import Message

SHOWN_AT_ONCE = 10
MOST_NUMBERS = 30
Offer = tuple["Listed", "ButtonElement | None"]


def which(question: str, offers: Sequence[Offer], *, all_of_them: ButtonElement | None = None) -> Message:
    """Return the rows to choose from. `offers` has each schedule with its button, None if there is none."""
    blocks: list[Block | None] = [section(bold(question))]
    for listed, press in offers[:SHOWN_AT_ONCE]:
        blocks += [divider(), section(f"{called(listed)} {say(listed.schedule.when)}", accessory=press)]
    left = offers[SHOWN_AT_ONCE:]
    if left:
        numbers = ", ".join(f"#{listed.schedule.number}" for listed, _ in left[:MOST_NUMBERS])
        blocks.append(context(f"{len(left)} more: {numbers}. Type the number in place of the name."))
    if all_of_them is not None:
        blocks.append(actions(all_of_them))
    return message(question, *blocks)


def none_of_yours(doing: str) -> Message:
    """Return the answer if no schedule of theirs fits. `doing` is a participle: "paused"."""
    return message(f"You have no schedule here that could be {doing}. `/schedule list all` shows everyone's.")


def pausing(until: datetime | None, listed: Sequence[Listed]) -> str:
    """Return the text of the button: "Pause until Mon 9 Mar 2026"."""
    if until is None:
        return "Pause"
    tz = zone_of(listed[0].schedule.when)
    local = until.astimezone(tz)
    return f"Pause until {say_date(local) if (local.hour, local.minute) == (0, 0) else say_moment(until, tz)}"


def choosing(words: str, choice_id: str, listed: Listed | None = None) -> ButtonElement:
    """Return the button of a choice."""
    label = f"{words}: {name_of(listed)}" if listed else words
    return button(Button.CHOSEN, words, choice_id, label=label)


def simple(which_button: Button, words: str) -> Callable[[Listed], ButtonElement | None]:
    """Return what draws a button that every schedule has, if the person may press it."""

    def press(listed: Listed) -> ButtonElement | None:
        may = {
            Button.RUN_IT: listed.may_run,
            Button.EDIT: listed.may_delete,
            Button.POLICIES: listed.may_delete,
        }.get(which_button, listed.may_change)
        label = f"{words}: {name_of(listed)}"
        return button(which_button, words, listed.schedule.schedule_id, label=label) if may else None

    return press


def deleting(listed: Listed) -> ButtonElement | None:
    """Return the Delete button. None if the person may not delete the schedule."""
    return delete_button(listed) if listed.may_delete else None


def taking_over(listed: Listed) -> ButtonElement | None:
    """Return the Take over button. None if the person may not take the schedule over."""
    return take_over_button(listed) if listed.may_take_over else None
