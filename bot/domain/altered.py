"""What a change of a schedule altered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.schedule import Policies


@dataclass(frozen=True, slots=True)
class Altered:
    """What a change altered beside the times: as it was before, and as it is from now on."""

    policies: tuple[Policies, Policies]
    reports_to: tuple[str, str]
    """Ids of channels or people."""
    inputs: tuple[str, ...] = ()
    """The titles of the inputs that got other values."""
