"""Absences: while somebody is away, a colleague gets their alerts as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Absence:
    person_id: str
    until: datetime
    stand_in_id: str

    def holds(self, now: datetime) -> bool:
        """Return whether the person is away now. An absence ends by itself."""
        return now < self.until
