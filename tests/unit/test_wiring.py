"""What is set is what is kept to."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import wiring
from bot.settings import read_settings
from bot.workers.dispatcher import Dispatcher
from bot.workers.notifier import Notifier
from tests.fakes.slack import FakeSlack
from tests.world import TEAM

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.databases import SQLiteDatabases


def test_the_loops_keep_to_the_settings(
    tmp_path: Path, sqlite_databases: SQLiteDatabases, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wiring, "slack_of", lambda *_: FakeSlack(TEAM, ()))
    for opens_sockets in ("SocketModeHandler", "HealthServer"):
        monkeypatch.setattr(wiring, opens_sockets, lambda *_: None)
    shutil.copy(sqlite_databases.template, tmp_path / "runbell.db")
    settings = read_settings(
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1",
        airflow_url="http://127.0.0.1:1",
        airflow_username="runbell",
        database_url=f"sqlite:///{tmp_path / 'runbell.db'}",
        lead_seconds=20,
        grace_minutes=3,
        command="/jobs-at-work",
    )

    bot = wiring.build(settings)

    workers = {loop.name: loop._worker for loop in bot.loops}
    dispatcher, notifier = workers["dispatcher"], workers["notifier"]
    assert isinstance(dispatcher, Dispatcher)
    assert isinstance(notifier, Notifier)
    assert (dispatcher._timing.lead, dispatcher._timing.grace) == (
        timedelta(seconds=20),
        timedelta(minutes=3),
    )
    assert notifier._command == "/jobs-at-work"
    bot.give_back()
    bot.database.close()
