"""The command's name: all we say calls it /schedule; where a setting calls it otherwise, so do people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = "/schedule"


def under_its_name(said: Mapping[str, Any], command: str) -> dict[str, Any]:
    """What is about to be said, in whatever form Slack takes it."""
    if command == COMMAND:
        return dict(said)
    renamed: dict[str, Any] = json.loads(json.dumps(said).replace(COMMAND, command))
    return renamed
