"""What Slack's client checks before it sends a form: required, lengths, ranges, addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playground.slack.values import PLACES, TEXTS, initial

if TYPE_CHECKING:
    from playground.slack.records import Json

REQUIRED = "Please complete this required field."
NUMBER = re.compile(r"[+-]?\d+")
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def problems(blocks: list[Json], held: dict[tuple[str, str], Any]) -> dict[str, str]:
    """block id -> what is wrong with its input; empty when the form may be sent."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input" or block["element"]["type"] not in PLACES:
            continue
        element = block["element"]
        value = held.get((block["block_id"], element["action_id"]), initial(element))
        problem = _problem(element, value, required=not block.get("optional", False))
        if problem:
            found[block["block_id"]] = problem
    return found


def _problem(element: Json, value: Any, *, required: bool) -> str | None:
    if value in (None, "", []):
        return REQUIRED if required else None
    kind = element["type"]
    if kind == "plain_text_input":
        return _length(element, value)
    if kind == "number_input":
        return _number(element, value)
    if kind == "email_text_input" and not EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not URL.fullmatch(value):
        return "Please enter a valid URL, beginning with https://."
    return None if kind in TEXTS else _count(element, value)


def _length(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    if len(value) > most:
        return f"Please enter at most {most} characters (now {len(value)})."
    return None


def _number(element: Json, value: str) -> str | None:
    decimal = element.get("is_decimal_allowed", False)
    if not (DECIMAL if decimal else NUMBER).fullmatch(value.strip()):
        return "Please enter a number." if decimal else "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Please enter a number that is {least} or more."
    if most is not None and float(value) > float(most):
        return f"Please enter a number that is {most} or less."
    return None


def _count(element: Json, value: Any) -> str | None:
    most = element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Please choose at most {most}."
    return None
