"""Where a list's pages end, whatever Airflow says of its length."""

from __future__ import annotations

from typing import Any

import pytest

from bot.gateways.airflow.pages import listed

ROWS = [{"id": number} for number in range(250)]


def asked(limits: list[int], total: int | None = 250) -> Any:
    def ask(*, limit: int, offset: int) -> dict[str, Any]:
        limits.append(limit)
        assert len(limits) < 10, "it comes to no end"
        return {"rows": ROWS[offset : offset + limit], "total_entries": total}

    return ask


@pytest.mark.parametrize("total", [250, 300, None])
def test_a_list_ends_where_no_rows_are_left(total: int | None):
    assert list(listed(asked([], total), "rows")) == ROWS


def test_no_more_is_asked_for_than_is_wanted():
    limits: list[int] = []

    assert list(listed(asked(limits), "rows", most=120)) == ROWS[:120]
    assert limits == [100, 20]
