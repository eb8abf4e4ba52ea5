"""Airflow's lists, page by page: it gives at most 100 rows at once, whatever is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PAGE = 100
KEYS_AT_ONCE = 40
"""Run ids in one request: they go into its address, which may not grow without bounds."""


def listed(
    ask: Callable[..., Mapping[str, Any]], name: str, *, most: int | None = None
) -> Iterator[Mapping[str, Any]]:
    """The rows called `name` of all pages. `ask` takes `limit` and `offset`."""
    return _rows(lambda limit, offset: ask(limit=limit, offset=offset), name, most)


def listed_by_body(
    ask: Callable[[dict[str, Any]], Mapping[str, Any]], name: str
) -> Iterator[Mapping[str, Any]]:
    """The same for those lists that are asked for by POST."""
    return _rows(lambda limit, offset: ask({"page_limit": limit, "page_offset": offset}), name, None)


def chunks(keys: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def _rows(
    ask: Callable[[int, int], Mapping[str, Any]], name: str, most: int | None
) -> Iterator[Mapping[str, Any]]:
    offset = 0
    while most is None or offset < most:
        limit = PAGE if most is None else min(PAGE, most - offset)
        rows = ask(limit, offset).get(name) or ()
        yield from rows
        offset += len(rows)
        if len(rows) < limit:
            return
