"""What an input becomes when its field is emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.language.inputs.checking import fits
from bot.language.inputs.schema import takes_of

if TYPE_CHECKING:
    from bot.domain.job import Input

MOMENTS = frozenset(["date", "time", "date-time"])
UNCLEARED = object()
"""The schema takes nothing empty, so the input is left to the job, which uses its own value."""


def cleared(each: Input) -> Any:
    """Return null, an empty text or an empty list, whichever the schema takes first; else UNCLEARED."""
    found = takes_of(each)
    if found.takes_null and fits(each.schema, None):
        return None
    if (
        "string" in found.types
        and not found.is_closed
        and found.format not in MOMENTS
        and fits(each.schema, "")
    ):
        return ""
    return [] if "array" in found.types and fits(each.schema, []) else UNCLEARED
