"""Slack's SDK as a judge: it sees lengths, and nothing of ids, places or unknown keys."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View


def refuses(surface: Any) -> bool:
    """A modal, a Home, or a message's list of blocks."""
    try:
        _validate(Block.parse_all(surface) if isinstance(surface, list) else View(**surface))
    except (SlackObjectFormationError, TypeError, ValueError, KeyError, AttributeError):
        return True
    return False


def _validate(value: object) -> None:
    """The SDK checks an object without what lies inside it: walk down."""
    if isinstance(value, JsonObject):
        value.validate_json()
        for each in vars(value).values():
            _validate(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _validate(each)
