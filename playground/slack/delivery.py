"""Handing the app what happened: one interface, over Socket Mode or signed HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from playground.slack.records import Json


class NotDeliveredError(Exception):
    """Nobody took it: no connection, or an answer other than 200."""


class NoAnswerError(Exception):
    """It was handed over, and no acknowledgement came in time."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """`kind`: slash_commands, interactive, events_api. `answerable`: an answer in the ack counts."""

    kind: str
    payload: Json
    answerable: bool = False
    retry: int = 0
    retry_reason: str | None = None
    url: str | None = None


class Delivery(Protocol):
    async def deliver(self, parcel: Parcel) -> Any:
        """The acknowledgement's payload (None when empty); raises NotDelivered or NoAnswer."""
        ...
