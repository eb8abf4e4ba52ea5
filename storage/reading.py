"""Rows of one table, read one by one: one that cannot be read is left out, and logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Row

Kept = TypeVar("Kept")
log = structlog.get_logger()


def readable(rows: Iterable[Row[Any]], read: Callable[[Row[Any]], Kept]) -> list[Kept]:
    """Return those that this version understands: a newer one may have written a state that it does not know.

    What they hold is not logged, only which they are.
    """
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            log.error("row.unreadable", row=str(row[0]), why=type(error).__name__)  # noqa: TRY400  it names values
    return found
