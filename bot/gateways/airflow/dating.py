"""The moments in a request for a run: when it may begin, its date, and the interval that it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.domain.run_date import RunDate


def moments(
    run_id: str, run_after: datetime | None, date: RunDate | None
) -> Iterator[dict[str, datetime | None]]:
    """Yield the moments to ask for, in the order in which they are tried.

    A logical date later than `run_after` makes the run hang until that date, so both are moved together.
    """
    for logical_date in (None,) if date is None else date.candidates(run_id):
        found: dict[str, datetime | None] = {"logical_date": logical_date}
        if run_after is not None:
            found["run_after"] = max(run_after, logical_date or run_after)
        if date is not None and date.interval_start is not None:
            found |= {"data_interval_start": date.interval_start, "data_interval_end": date.due_at}
        yield found
