"""Rows of one table, read one by one: those that cannot be read are left out, and logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from sqlalchemy import bindparam

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Connection, Row, Select

Kept = TypeVar("Kept")
log = structlog.get_logger()


def readable(rows: Iterable[Row[Any]], read: Callable[[Row[Any]], Kept]) -> list[Kept]:
    """Return what this version understands; a newer version may have written a state it does not know.

    The log says how many rows were left out and names the first; never what they hold.
    """
    return [kept for _, kept in _understood(rows, read)]


def in_pages(query: Select[Any]) -> Select[Any]:
    """Return the query for `first_readable`, which fills in the page. Its order must be total."""
    return query.limit(bindparam("page_size")).offset(bindparam("page_begins"))


def first_readable(
    connection: Connection,
    query: Select[Any],
    read: Callable[[Row[Any]], Kept],
    wanted: Mapping[str, Any],
    *,
    limit: int,
) -> list[Kept]:
    """Return the first `limit` rows that this version understands, however many it must pass over.

    The query is one `in_pages`, and `wanted` has its other parameters. Its first column names the row.
    """
    found: dict[Any, Kept] = {}
    passed = 0
    while len(found) < limit:
        rows = connection.execute(query, {**wanted, "page_size": limit, "page_begins": passed}).all()
        for row, kept in _understood(rows, read):
            # A row that another process releases between two pages shifts the others: some are read twice.
            if len(found) < limit:
                found.setdefault(row[0], kept)
        passed += len(rows)
        if len(rows) < limit:
            break
    return list(found.values())


def _understood(rows: Iterable[Row[Any]], read: Callable[[Row[Any]], Kept]) -> list[tuple[Row[Any], Kept]]:
    found, odd = [], []
    for row in rows:
        try:
            found.append((row, read(row)))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            odd.append((str(row[0]), type(error).__name__))
    if odd:
        first, why = odd[0]
        log.error("rows.unreadable", rows=len(odd), first=first, why=why)
    return found
