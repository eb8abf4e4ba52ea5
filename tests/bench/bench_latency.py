"""Latency: from when Airflow's API shows a run failed to the message in the playground's Slack.

On a real Airflow, with the bot as a process of its own on SQLite. The runs are of paused jobs and are set to
failed, so that none takes a task's time; each is told, because the channel's rule says so. Between two
failures pass three to six seconds, so that they meet every phase of the poll and no message waits for
another's second in the channel. Beside it: the poll's own period, the machine's load, and where the time
goes: until the watcher queued the message, and from then until Slack had it.
Run: .venv/bin/python tests/bench/bench_latency.py [failures]
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.alert_rule import How, Standing, by_default
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.workers.watcher import PAUSE
from playground.airflow import start_airflow
from playground.demo import open_workspace
from playground.demo.bot_process import bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import ALEX
from storage.database import Database
from storage.tables import channels, notices
from tests.ended_runs import EndedRuns

if TYPE_CHECKING:
    from playground.slack.driver import Driver

JOBS = ("import_orders", "sales_report", "build_warehouse", "count_stock")
WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Told:
    """Seconds until the message of one failure was with Slack.

    `after_shown`: from the answer to the request that failed the run; `after_asked`: from that request;
    `until_queued`: from that answer until the watcher queued the message; `after_queued`: from then on.
    """

    after_shown: float
    after_asked: float
    until_queued: float
    after_queued: float


def heard_after(driver: Driver, number: int, channel_id: str) -> float | None:
    """Return when the first message that the channel sees came, of the journal's entries after this one."""
    for each in driver.look(driver.journal):
        request = each["request"]
        is_later = each["number"] > number and each["name"] == "chat.postMessage"
        if not is_later or request.get("channel") != channel_id:
            continue
        if not request.get("thread_ts") or request.get("reply_broadcast") in {True, "true", "True", "1"}:
            return float(each["at"])
    return None


def queued_at(database: Database, channel_id: str, before: float) -> float:
    """Return when the newest message of the channel was to be sent, of those that were before this."""
    query = select(func.max(notices.c.wanted_at)).where(
        notices.c.channel_id == channel_id, notices.c.wanted_at <= datetime.fromtimestamp(before, UTC)
    )
    with database.reading() as tx:
        moment: datetime = tx.connection.execute(query).scalar_one()
    return moment.timestamp()


def measure(runs: EndedRuns, driver: Driver, database: Database, channel_id: str, count: int) -> list[Told]:
    found = []
    for number in range(count):
        dag_id = JOBS[number % len(JOBS)]
        run_id = runs.make(dag_id)
        time.sleep(random.uniform(3, 6))
        before = driver.look(driver.journal)[-1]["number"]
        asked = time.time()
        runs.end(dag_id, run_id, failed=True)
        shown = time.time()
        while (heard := heard_after(driver, before, channel_id)) is None:
            if time.time() - shown > WITHIN:
                raise SystemExit(f"failure {number + 1} was not told within {WITHIN:.0f} s")
            time.sleep(0.02)
        queued = queued_at(database, channel_id, heard)
        found.append(Told(heard - shown, heard - asked, queued - shown, heard - queued))
    return found


def each_is_told(environment: dict[str, str], channel_id: str) -> None:
    """Let the channel hear of each failure of what Airflow starts."""
    database = Database(environment["RUNBELL_DATABASE_URL"])
    with database.transaction() as tx:
        workspace_id = tx.connection.execute(select(channels.c.workspace_id)).scalars().first()
        place = Place(str(workspace_id), channel_id)
        channel = tx.channels.get(place.workspace_id, channel_id)
        assert channel is not None
        project = tx.projects.get(channel.project_id)
        assert project is not None
        rules = by_default(place, project.project_id, project.tz)
        airflows = next(each for each in rules if each.standing is Standing.AIRFLOW)
        tx.alert_rules.add(replace(airflows, rule_id=new_id(), how=How.EACH), at=datetime.now(UTC))
    database.close()


def say(found: list[Told]) -> None:
    for name in ("after_shown", "after_asked", "until_queued", "after_queued"):
        seconds = sorted(getattr(each, name) for each in found)
        cuts = quantiles(seconds, n=100, method="inclusive")
        print(
            f"{name.replace('_', ' ')}: {len(seconds)} failures, p50 {cuts[49]:.2f} s, p90 {cuts[89]:.2f} s, "
            f"p99 {cuts[98]:.2f} s, longest {seconds[-1]:.2f} s"
        )
    print(f"the poll's own period: {PAUSE:.1f} s")
    print(f"the machine: {os.cpu_count()} cores, load {os.getloadavg()}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    folder = Path(tempfile.mkdtemp(prefix="runbell-latency-"))
    airflow = start_airflow(folder, progress=print)
    try:
        airflow.wait_for_jobs(set(JOBS))
        runs = EndedRuns(airflow)
        for each in JOBS:
            runs.pause(each)
        slack = open_workspace(folder, 0)
        channel_id = slack.driver._channel("#finance")
        database_url = f"sqlite:///{folder / 'runbell.db'}"
        environment = bot_environment(database_url, slack, airflow, admins=ALEX.id)
        seed(environment)
        each_is_told(environment, channel_id)
        bot = start_bot(folder, environment)
        try:
            wait_until_ready(bot, environment)
            time.sleep(70)  # what failed within a minute of the first look is not news
            database = Database(database_url)
            measure(runs, slack.driver, database, channel_id, len(JOBS))  # what is imported once
            say(measure(runs, slack.driver, database, channel_id, count))
            database.close()
        finally:
            bot.stop()
            slack.stop()
    finally:
        airflow.stop()


if __name__ == "__main__":
    main()
