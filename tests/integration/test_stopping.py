"""A bot process ends in good order when asked to, and SQLite has one only."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.clock import SystemClock
from playground.demo.bot_process import start_bot
from storage.tables import firings, leases

if TYPE_CHECKING:
    from pathlib import Path

    from tests.demo import Demo

pytestmark = [pytest.mark.airflow, pytest.mark.postgresql]


def test_a_bot_that_is_asked_to_stop_ends_and_gives_back_what_it_holds(demo: Demo):
    os.kill(demo.bot.pid, signal.SIGTERM)

    assert demo.bot.wait() == 0

    database = demo.database()
    with database.transaction() as tx:
        in_force = select(leases).where(leases.c.until > SystemClock().now())
        assert tx.connection.execute(in_force).all() == []
        held = select(firings.c.firing_id).where(
            firings.c.leased_until.is_not(None), firings.c.act_at.is_not(None)
        )
        assert tx.connection.execute(held).all() == []
    database.close()
    demo.restart_bot()


def test_a_second_bot_on_one_sqlite_file_refuses_to_start(demo: Demo, tmp_path: Path):
    second = start_bot(tmp_path, {**demo.environment, "RUNBELL_HEALTH_PORT": "0"})

    assert second.wait() != 0
    assert "SQLite serves one process" in second.log.read_text()
