"""Slack's own TypeScript types as a judge, made into JSON Schema by .ci/judges: the shape, and no lengths."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import jsonschema

UNKNOWN = {"data_visualization"}
"""Blocks that Slack documents, and that @slack/types 3.2 does not have yet."""


def available() -> bool:
    return "SLACK_TYPES" in os.environ


def refuses(surface: Any) -> bool:
    """A modal, a Home, or a message's list of blocks."""
    return complaint(surface) is not None


def complaint(surface: Any) -> str | None:
    if isinstance(surface, list):
        surface = [each for each in surface if each["type"] not in UNKNOWN]
    kind = "blocks" if isinstance(surface, list) else "home" if surface.get("type") == "home" else "modal"
    worst = jsonschema.exceptions.best_match(_validator(kind).iter_errors(surface))
    return None if worst is None else f"{worst.json_path}: {worst.message[:300]}"


@functools.cache
def _validator(kind: str) -> Any:
    closed = json.loads(Path(os.environ["SLACK_TYPES"]).read_text(encoding="utf-8"))
    rule = closed["definitions"]["Payloads"]["properties"][kind]
    return jsonschema.Draft7Validator({**rule, "definitions": closed["definitions"]})
