"""What happens to failures that nobody claims: its fields in a project's settings, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import (
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    UserMultiSelectElement,
)

from bot.blocks.ids import VALUE
from bot.blocks.parts import escape, option
from bot.domain.form_field import FormField

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.escalation import Escalation
    from bot.domain.project import Channel

NONE = "none"
"""The value of a menu's option for nothing."""


def fields(
    escalation: Escalation | None, channels: Sequence[Channel], pagers: Sequence[str]
) -> Iterator[InputBlock]:
    """Yield the fields.

    `pagers` are the names of PagerDuty's routing keys; without any, none is asked for.
    """
    place_id = escalation.place_id if escalation else ""
    is_person = place_id.startswith(("U", "W"))
    yield InputBlock(
        block_id=FormField.ESCALATES_AFTER,
        label=PlainTextObject(text="If nobody claims a failure: after how many minutes"),
        hint=PlainTextObject(text="Leave this and everything below empty if nothing more is to happen."),
        optional=True,
        element=PlainTextInputElement(
            action_id=VALUE, initial_value=str(escalation.minutes) if escalation else None, max_length=5
        ),
    )
    own = [(each.label, each.channel_id) for each in channels[:99]]
    yield _menu(FormField.ESCALATES_IN, "… a channel hears of it", own, "" if is_person else place_id)
    yield InputBlock(
        block_id=FormField.ESCALATES_TO,
        label=PlainTextObject(text="… or a person"),
        hint=PlainTextObject(text="Somebody who may see the job; else a manager hears of it."),
        optional=True,
        element=UserMultiSelectElement(
            action_id=VALUE, initial_users=[place_id] if is_person else None, max_selected_items=1
        ),
    )
    pager = escalation.pager if escalation else ""
    if pagers or pager:
        names = sorted({*pagers, *([pager] if pager else [])})
        yield _menu(FormField.PAGER, "… PagerDuty pages", [(each, each) for each in names[:99]], pager)


def escalates(escalation: Escalation | None) -> str:
    """Return the escalation in words; "" for none."""
    if escalation is None:
        return ""
    place_id = escalation.place_id
    mention = f"<@{place_id}>" if place_id.startswith(("U", "W")) else f"<#{place_id}>"
    pager = f"PagerDuty ({escape(escalation.pager)})" if escalation.pager else ""
    whom = " and ".join(each for each in (mention if place_id else "", pager) if each)
    return f"Failures that nobody claims for {escalation.minutes} min: {whom}"


def _menu(block_id: FormField, label: str, offered: Sequence[tuple[str, str]], chosen: str) -> InputBlock:
    options = [option("Nobody", NONE), *(option(words, value) for words, value in offered)]
    initial = next((each for each in options if each.value == chosen), options[0])
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=label),
        optional=True,
        element=StaticSelectElement(action_id=VALUE, options=options, initial_option=initial),
    )
