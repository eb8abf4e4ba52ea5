"""The ids of the blocks that belong to a form's time."""

from __future__ import annotations

import re

from bot.blocks.ids import mark_of
from bot.domain.form_field import FormField

READING = "reading"
"""The block that says how a When is read."""
ZONE = "zone"
"""The action id of a choice among time zones."""
PICKING = "picking"
"""The block with the button that shows or hides the pickers."""
PICKER = r"pick~\w+\.\w+"
WHEN_IN_WORDS = rf"{FormField.WHEN}\w*"


def when_block(text: str) -> str:
    """Return the id of the field that opens with this text. Slack keeps what was typed while an id stays."""
    return f"{FormField.WHEN}_{mark_of(text)}" if text else FormField.WHEN


def picker_block(field: str, mark: str) -> str:
    """Return the id of a picker. `mark`: another one where Slack is to forget what was picked."""
    return f"pick~{mark}.{field}"


def picker_of(block_id: str) -> FormField | None:
    """Return which picker a block is; None for another block."""
    field = block_id.rpartition(".")[2]
    return FormField(field) if is_picker(block_id) and field in set(FormField) else None


def is_when_block(block_id: str) -> bool:
    """Return whether a block is the field for a When in words."""
    return re.fullmatch(WHEN_IN_WORDS, block_id) is not None


def is_part_of_when(block_id: str) -> bool:
    """Return whether a block belongs to When: the field, how it is read, or a picker."""
    return is_when_block(block_id) or block_id in {READING, PICKING} or is_picker(block_id)


def is_picker(block_id: str) -> bool:
    """Return whether a block is among the pickers of a When."""
    return block_id.startswith("pick~")
