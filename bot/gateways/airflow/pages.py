"""Airflow's lists, page by page: it gives at most 100 rows at once, or fewer where its operator says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Unavailable
from bot.gateways.airflow.cells import whole as whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PAGE = 100
MOST_READINGS = 3


def listed(
    ask: Callable[..., Mapping[str, Any]], name: str, *, most: int | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows called `name` of all pages. `ask` takes `limit` and `offset`."""
    return _rows(lambda limit, offset: ask(limit=limit, offset=offset), name, most)


def listed_by_body(
    ask: Callable[[dict[str, Any]], Mapping[str, Any]], name: str, *, most: int
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a list that is asked for by POST. `ask` takes the page's part of the body."""
    return _rows(lambda limit, offset: ask({"page_limit": limit, "page_offset": offset}), name, most)


def whole(ask: Callable[..., Mapping[str, Any]], name: str, *, key: str) -> Iterable[Mapping[str, Any]]:
    """Return the rows of a list that must be complete, because it also says what does *not* exist.

    A list that changes while its pages are read shifts: a row that slips to an earlier page looks as if it
    were gone. The list is then read again. Raises Unavailable if it changes each time.
    """
    for _ in range(MOST_READINGS):
        totals: set[Any] = set()

        def asked(totals: set[Any] = totals, **page: int) -> Mapping[str, Any]:
            answer = ask(**page)
            totals.add(answer.get("total_entries") if isinstance(answer, Mapping) else None)
            return answer

        rows = {row.get(key): row for row in listed(asked, name) if isinstance(row, Mapping)}
        if len(totals) == 1:
            return rows.values()
    raise Unavailable("Airflow", f"its list of {name} changes while it is read", not_done=True)


def _rows(
    ask: Callable[[int, int], Mapping[str, Any]], name: str, most: int | None
) -> Iterator[Mapping[str, Any]]:
    """Yield rows up to the number of entries that Airflow names.

    A short page need not be the last one: Airflow's `[api] maximum_page_limit` may be lower than what we ask
    for.
    """
    offset = 0
    while most is None or offset < most:
        limit = PAGE if most is None else min(PAGE, most - offset)
        answer = ask(limit, offset)
        rows = answer.get(name) if isinstance(answer, Mapping) else None
        if not isinstance(rows, list):
            raise Unavailable("Airflow", f"its list of {name.replace('_', ' ')} came without them")
        yield from rows
        offset += len(rows)
        total = whole_number(answer.get("total_entries"), -1)
        if not rows or (len(rows) < limit if total < 0 else offset >= total):
            return
