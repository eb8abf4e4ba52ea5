"""A bot process whose Airflow hangs: it says so, it stops in time, and the next one loses nothing."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.domain.clock import SystemClock
from bot.domain.firing import Firing
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from playground.demo import open_workspace
from playground.demo.bot_process import DEPLOYMENT, bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import ALEX, MAYA, WORKSPACE
from playground.tests.apps.running import wait_until
from storage.database import Database
from storage.tables import firings
from tests.fakes.airflow_over_http import AirflowOverHttp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HUNDRED = 100
KILLED_AFTER = 15.0
"""Seconds, as whoever runs it does: the ten that it is given, and room for a slow machine."""


def test_asked_to_stop_with_a_hundred_hand_overs_under_way_it_loses_none(tmp_path: Path):
    with running(tmp_path) as (airflow, environment, database):
        bot = start_bot(tmp_path, environment)
        wait_until_ready(bot, environment)
        airflow.trouble = "hangs"
        ask_for_runs(database, HUNDRED)
        wait_until(lambda: states(database).get("sending", 0) == HUNDRED, patience=60)
        assert readiness(environment)["airflow"] == "no answer within 3 seconds"

        killer = Timer(KILLED_AFTER, bot.kill)
        killer.start()
        os.kill(bot.pid, signal.SIGTERM)
        assert bot.wait() == 0
        killer.cancel()

        airflow.recover()
        bot = start_bot(tmp_path, environment)
        wait_until(lambda: states(database) == {"handed over": HUNDRED}, patience=60)
        assert len(airflow.fake._runs) == HUNDRED
        bot.stop()


@contextmanager
def running(folder: Path) -> Iterator[tuple[AirflowOverHttp, Mapping[str, str], Database]]:
    slack = open_workspace(folder, 0)
    with AirflowOverHttp() as airflow:
        environment = bot_environment(
            f"sqlite:///{folder / 'runbell.db'}",
            slack,
            airflow,  # type: ignore[arg-type]  # what it is asked for, it has
            admins=ALEX.id,
        )
        seed(environment)
        database = Database(environment["RUNBELL_DATABASE_URL"])
        try:
            yield airflow, environment, database
        finally:
            database.close()
            slack.stop()


def ask_for_runs(database: Database, count: int) -> None:
    """As many people would with Run now, all at once."""
    now, team = SystemClock().now(), WORKSPACE.team.id
    with database.transaction() as tx:
        project = tx.projects.named(team, "Finance")
        assert project is not None
        for _ in range(count):
            firing = Firing(
                new_id(), None, now, JobKey(DEPLOYMENT, "sales_report"), {}, project.project_id, MAYA.id,
                Place(team, MAYA.id),
            )  # fmt: skip
            tx.firings.add(firing, act_at=now, at=now, request_id=new_id())


def states(database: Database) -> dict[str, int]:
    query = select(firings.c.state, func.count()).group_by(firings.c.state)
    with database.transaction() as tx:
        return dict(tx.connection.execute(query).all())


def readiness(environment: Mapping[str, str]) -> Any:
    """What /readyz says of each piece."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{environment['RUNBELL_HEALTH_PORT']}/readyz"
        ) as answer:
            return json.load(answer)["checks"]
    except urllib.error.HTTPError as refusal:
        return json.load(refusal)["checks"]
