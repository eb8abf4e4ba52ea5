"""The form's last part: where it reports, its nickname, and what happens when something goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    InputBlock,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.blocks import form_when, ids, policies
from bot.blocks.parts import escape, option, section
from bot.domain.form_field import FormField
from bot.domain.schedule import Policies
from bot.language.marks import strong

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.blocks.filled import Filled

FOLDED = "more_of_schedule"
"""The block with the button that unfolds them."""
POLICY_FIELDS = (
    FormField.NICKNAME,
    FormField.GRACE,
    FormField.MISSED,
    FormField.OVERLAP,
    FormField.FAILURES,
)


def more(filled: Filled) -> list[Block]:
    """Return the fields that are not as usual, and the button that unfolds the others.

    Where it reports shows whenever the policies do. A run now has no policies.
    """
    is_now = filled.doing == form_when.NOW
    has_policies = not is_now and (filled.more_is_open or filled.policies != Policies())
    is_elsewhere = filled.reports_to not in {"", filled.places[0].channel_id}
    shown: list[Block] = []
    if filled.more_is_open or is_elsewhere or has_policies:
        shown.append(_reports_to(filled))
    if has_policies:
        shown += policies.fields(filled.policies, filled.usual_grace)
    if not shown or not (is_now or has_policies):
        shown.append(_folded(filled, says_place=not shown))
    return shown


def of_policies(kept: Policies, usual_grace: timedelta) -> list[Block]:
    """Return the fields that a run now does not have."""
    return list(policies.fields(kept, usual_grace))


def is_reports_to(block_id: str) -> bool:
    """Return whether a block of a form is the field for where it reports."""
    return ids.job_and_part(block_id)[1] == FormField.REPORTS_TO


def _folded(filled: Filled, *, says_place: bool) -> SectionBlock:
    button = ButtonElement(
        action_id=ids.Button.MORE_OF_SCHEDULE, text=PlainTextObject(text="More"), value=filled.reference
    )
    place = escape(filled.place_names[filled.places[0].channel_id])
    reports = f"Reports to: {strong(place)}." if says_place else ""
    others = "" if filled.doing == form_when.NOW else "Everything else is as usual."
    shown = section(f"{reports} {others}".strip(), accessory=button)
    shown.block_id = FOLDED
    return shown


def _reports_to(filled: Filled) -> InputBlock:
    options = [option(filled.place_names[each.channel_id], each.channel_id) for each in filled.places]
    chosen = next((each for each in options if each.value == filled.reports_to), options[0])
    return InputBlock(
        block_id=ids.input_block(filled.reference, FormField.REPORTS_TO),
        label=PlainTextObject(text="Reports to"),
        element=StaticSelectElement(action_id=ids.VALUE, options=options, initial_option=chosen),
    )
