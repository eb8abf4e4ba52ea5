"""What the database cannot do is told in our words, and in one line."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from storage.database import Database


def test_when_every_connection_is_taken_it_is_unavailable(sqlite_database: Database):
    pool = sqlite_database._engine.pool
    pool._timeout = 0.01  # type: ignore[attr-defined]  # a queue's
    with ExitStack() as taken:
        for _ in range(pool.size() + pool._max_overflow):  # type: ignore[attr-defined]  # the same
            taken.enter_context(sqlite_database._engine.connect())
        with pytest.raises(Unavailable, match="every connection is taken"):
            sqlite_database.check()
