"""Absences: while somebody is away, a colleague gets their alerts as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Absence:
    person_id: str
    ends_at: datetime
    stand_in_id: str
