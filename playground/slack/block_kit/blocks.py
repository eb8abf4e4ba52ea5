"""Blocks: what each must and may carry, and on which surface it may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION
from playground.slack.block_kit.objects import EMPTY, plain, rich
from playground.slack.block_kit.pictures import BLOCK, RICH_TEXT, pictures
from playground.slack.block_kit.rules import (
    Problem,
    Rule,
    Shape,
    anything,
    boolean,
    by_type,
    listed,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE, MODAL, HOME = "message", "modal", "home"


def _context_element(value: Any, at: str) -> Iterator[Problem]:
    if isinstance(value, dict) and value.get("type") == "image":
        yield from ELEMENTS["image"](value, at)
    else:
        yield from rich(3000)(value, at)


OLDER: dict[str, Rule] = {
    "section": Shape(
        EMPTY,
        {
            **BLOCK,
            "text": rich(3000),
            "fields": listed(rich(2000), 1, 10),
            "accessory": by_type(ELEMENTS, IN_SECTION),
            "expand": boolean,
        },
        ("text", "fields"),
    ),
    "header": Shape({"text": plain(150)}, BLOCK),
    "divider": Shape(EMPTY, BLOCK),
    "context": Shape({"elements": listed(_context_element, 1, 10)}, BLOCK),
    "actions": Shape({"elements": listed(by_type(ELEMENTS, IN_ACTIONS), 1, 25)}, BLOCK),
    "image": Shape(
        {"alt_text": string(2000)},
        {**BLOCK, "image_url": string(3000), "title": plain(2000), "slack_file": anything},
        ("image_url", "slack_file"),
    ),
    "input": Shape(
        {"label": plain(2000), "element": by_type(ELEMENTS, IN_INPUT)},
        {**BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "markdown": Shape({"text": string(12000)}, BLOCK),
    "table": Shape(
        {"rows": listed(listed(anything, 1, 20), 1, 100)},
        {**BLOCK, "column_settings": listed(anything, 1, 20)},
    ),
    "video": Shape(
        {
            "alt_text": string(2000),
            "title": plain(200),
            "thumbnail_url": string(3000),
            "video_url": string(3000),
        },
        {
            **BLOCK,
            "title_url": string(3000),
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": string(3000),
            "description": plain(200),
        },
    ),
}

NEWER = pictures(OLDER)
BLOCKS = {**OLDER, **NEWER}
SURFACES: dict[str, set[str]] = {
    MESSAGE: set(BLOCKS),
    MODAL: set(OLDER) - {"markdown", "table"},
    HOME: set(BLOCKS) - {"markdown", "table", "plan", "task_card"},
}
