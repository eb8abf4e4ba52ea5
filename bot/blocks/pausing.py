"""When a pause ends: the buttons beside one without an end, and the form that takes any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import DateTimePickerElement, InputBlock, PlainTextObject
from slack_sdk.models.views import View as ModalView

from bot.blocks.ids import VALUE, Button, View
from bot.blocks.parts import bold, button, section
from bot.blocks.schedule import name_of
from bot.domain.form_field import FormField
from bot.language.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slack_sdk.models.blocks import ButtonElement

    from bot.domain.listed import Listed

ENDS: Mapping[Button, tuple[str, str]] = {
    Button.PAUSE_TONIGHT: ("Until tonight, 20:00", "today at 20:00"),
    Button.PAUSE_TOMORROW: ("Until tomorrow", "tomorrow"),
    Button.PAUSE_MONDAY: ("Until Monday", "monday"),
}
"""For each button, its words and the time in words that ends the pause."""


def ends(listed: Listed, possible: Mapping[Button, object]) -> list[ButtonElement]:
    """Return the buttons that give a pause an end. `possible` has those whose moment is still to come."""
    kept, name = listed.schedule, name_of(listed)
    shown = [(which, words) for which, (words, _) in ENDS.items() if which in possible]
    shown.append((Button.PAUSE_PICK, "Until…"))
    return [button(which, words, kept.schedule_id, label=f"Pause {words}: {name}") for which, words in shown]


def form(listed: Listed, initial: datetime) -> dict[str, Any]:
    """Return the form that asks until when. The schedule's id is its metadata."""
    kept = listed.schedule
    found: dict[str, Any] = ModalView(
        type="modal",
        callback_id=View.PAUSE,
        title=PlainTextObject(text="Pause until…"),
        submit=PlainTextObject(text="Pause"),
        close=PlainTextObject(text="Cancel"),
        private_metadata=kept.schedule_id,
        blocks=[
            section(f"{bold(f'#{kept.number} {listed.job.title}')} {say(kept.when)}"),
            InputBlock(
                block_id=FormField.UNTIL,
                label=PlainTextObject(text="Until"),
                hint=PlainTextObject(text="It goes on by itself then."),
                element=DateTimePickerElement(action_id=VALUE, initial_date_time=int(initial.timestamp())),
            ),
        ],
    ).to_dict()
    return found
