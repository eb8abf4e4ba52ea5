"""The few rows that the housekeeper deletes in one transaction, so that it holds up nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

AT_ONCE = 200
"""The most rows of one kind in one transaction: they take a few milliseconds, so nobody waits."""


def few_of(table: Table, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of the first AT_ONCE rows of those, by their primary key."""
    keys = list(table.primary_key.columns)
    few = select(*keys).where(which).order_by(*keys).limit(AT_ONCE).subquery()
    return exists().where(*(few.c[each.name] == each for each in keys))
