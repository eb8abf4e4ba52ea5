"""Payloads that lack what all of their kind have, because they are forged, or newer: logged in a line."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from slack_bolt import BoltResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
log = structlog.get_logger()
ODD = (KeyError, IndexError, TypeError, AttributeError)
"""What Python raises where something is missing, or is something else."""
HEARD = 200
"""HTTP's status for what need not be sent again: it would be as odd then."""


class OddPayload(Exception):
    """A payload lacks what all of its kind have, or has something else there."""


def reads(read: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
    """Return the reader of a payload with one error for whatever the payload lacks: OddPayload."""

    @wraps(read)
    def reading(body: Mapping[str, Any]) -> T:
        try:
            return read(body)
        except ODD as error:
            raise OddPayload(f"{type(error).__name__}: {error}") from error

    return reading


def identifier(value: Any) -> str:
    """Return an id of Slack's. Raises OddPayload for what is none."""
    if not isinstance(value, str) or not value:
        raise OddPayload("an id is missing")
    return value


def answer_nothing(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
    """Log what a listener has raised, and acknowledge: nobody is helped if Slack sends the payload again."""
    kind = str(body.get("type") or body.get("command") or "")
    if isinstance(error, OddPayload):
        log.warning("payload.odd", kind=kind, why=str(error))
    else:
        log.error("payload.failed", kind=kind, exc_info=error)
    return BoltResponse(status=HEARD, body="")
