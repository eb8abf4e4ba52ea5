"""The date that a run carries in Airflow: its `logical_date`, from which a DAG's `ds` and interval follow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ROOMS = (99_999, 899_999, 899_999, 899_999)
"""How many microseconds after the due moment each further try may lie: under a second in all."""


@dataclass(frozen=True, slots=True)
class RunDate:
    """When a run was due, and when its interval begins.

    Airflow allows one run per DAG and logical date. Taking a date that its own scheduler would use is worse
    than a refusal: Airflow then leaves out its own run without a word.
    """

    due_at: datetime
    interval_start: datetime | None = None
    """None lets Airflow infer the interval, from the DAG's own timetable if it has one."""
    is_wanted_by_others: bool = False
    """Whether another run of the DAG carries, or will carry, the due moment itself."""

    def candidates(self, run_id: str) -> Iterator[datetime]:
        """Yield the logical dates to try, in order, always the same ones for one run id."""
        if not self.is_wanted_by_others:
            yield self.due_at
        for attempt, room in enumerate(ROOMS):
            digest = hashlib.blake2b(f"{run_id} {attempt}".encode(), digest_size=8).digest()
            yield self.due_at + timedelta(microseconds=1 + int.from_bytes(digest) % room)
