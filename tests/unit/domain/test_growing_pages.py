"""Pages that grow leave nothing out, and say nothing twice."""

from __future__ import annotations

import pytest

from bot.domain.growing_pages import growing_pages


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 11, 50])
def test_all_come_once_in_order(count: int):
    pages = list(growing_pages(range(count), 2))
    assert [each for page in pages for each in page] == list(range(count))
    assert all(pages)
    assert [len(page) for page in pages[:-1]] == [2, 8, 32][: max(0, len(pages) - 1)]
