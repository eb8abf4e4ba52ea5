"""What is set is what is kept to."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.domain.clock import SystemClock
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.settings import read_settings
from bot.workers.dispatcher import Dispatcher
from bot.workers.notifier import Notifier
from storage.server_clock import ServerClock
from tests.fakes.slack import FakeSlack
from tests.world import TEAM

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings
    from storage.database import Database
    from tests.databases import SQLiteDatabases


def settings_for(folder: Path, sqlite_databases: SQLiteDatabases, **more: Any) -> Settings:
    shutil.copy(sqlite_databases.template, folder / "runbell.db")
    return settings_of(f"sqlite:///{folder / 'runbell.db'}", **more)


def settings_of(database_url: str, **more: Any) -> Settings:
    return read_settings(
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1",
        slack_api_url="http://127.0.0.1:1/api/",
        airflow_url="http://127.0.0.1:1",
        airflow_username="runbell",
        database_url=database_url,
        health_port=0,
        **more,
    )


@pytest.mark.slow
def test_the_loops_begin_while_slack_is_away_and_readyz_says_so(
    tmp_path: Path, sqlite_databases: SQLiteDatabases
):
    """`serve` ended with a traceback, and no schedule ran until Slack was back."""
    bot = wiring.build(settings_for(tmp_path, sqlite_databases))
    loops = {loop.name: loop for loop in bot.loops}
    try:
        bot.start()
        deadline = monotonic() + 30
        while monotonic() < deadline and not (
            loops["dispatcher"].heartbeat.stepped_at and "nobody" in loops["socket"].heartbeat.trouble
        ):
            sleep(0.05)

        assert loops["dispatcher"].heartbeat.stepped_at is not None
        assert loops["dispatcher"].heartbeat.trouble == ""
        assert "nobody is heard" in loops["socket"].heartbeat.trouble
    finally:
        bot.stop()


def test_the_loops_keep_to_the_settings(
    tmp_path: Path, sqlite_databases: SQLiteDatabases, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wiring, "slack_of", lambda *_: FakeSlack(TEAM, ()))
    for opens_sockets in ("SlackSocket", "HealthServer"):
        monkeypatch.setattr(wiring, opens_sockets, lambda *_, **__: None)
    settings = settings_for(
        tmp_path, sqlite_databases, lead_seconds=20, grace_minutes=3, command="/jobs-at-work"
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
    (notifying,) = (loop for loop in bot.loops if loop.name == "notifier")
    with bot.database.transaction() as tx:
        tx.outbox.put(Place(TEAM, "C1"), NoticeKind.LOG, "run 1", send_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert notifying._woken.is_set()
    bot.give_back()
    bot.database.close()


@pytest.mark.both_databases
def test_processes_that_share_a_database_share_its_clock(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wiring, "slack_of", lambda *_: FakeSlack(TEAM, ()))
    for opens_sockets in ("SlackSocket", "HealthServer"):
        monkeypatch.setattr(wiring, opens_sockets, lambda *_, **__: None)

    bot = wiring.build(settings_of(database._url.render_as_string(hide_password=False)))

    workers: dict[str, Any] = {loop.name: loop._worker for loop in bot.loops}
    kind = SystemClock if database.is_sqlite else ServerClock
    assert {type(each._clock) for each in workers.values() if hasattr(each, "_clock")} == {kind}
    assert ("clock" in workers) is not database.is_sqlite, "it is read again, now and then"
    bot.give_back()
    bot.database.close()
