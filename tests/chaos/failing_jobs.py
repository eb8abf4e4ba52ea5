"""Jobs that fail while the bot is killed, Slack answers every fifth call 429 and is away for ten minutes.

On a real Airflow, whose runs are set to failed or successful. Afterwards each failure that Airflow has must
be part of an incident that its channel was told of, and messages that were posted twice are counted.

Run: .venv/bin/python -m tests.chaos.failing_jobs [seed] [kills] [minutes away] [postgresql | sqlite]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from sqlalchemy import func, select

from playground.airflow import start_airflow
from playground.demo import MANIFEST
from playground.demo.bot_process import bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import ALEX, MAYA, WORKSPACE
from playground.postgresql import start_postgresql
from playground.slack.description import ChannelDescription
from playground.slack.server import start_workspace
from storage.database import Database
from storage.tables import cards, incident_runs, incidents, notices, runs
from tests.chaos.shown import posted_again
from tests.ended_runs import EndedRuns

if TYPE_CHECKING:
    from playground.airflow import RunningAirflow
    from playground.slack.records import Message
    from playground.slack.server import RunningWorkspace

CHANNELS = tuple(
    ChannelDescription(f"C0BREAKS{each}", f"breaks-{each}", members=(MAYA.id,)) for each in "1234"
)
JOBS = tuple(f"breaks_{channel.id[-1]}_{each}" for channel in CHANNELS for each in "abc")
DAGS = """
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import dag

for dag_id in {dag_ids}:
    @dag(dag_id=dag_id, schedule=None, is_paused_upon_creation=True, tags=[dag_id[:8]])
    def breaks():
        EmptyOperator(task_id="nothing")

    breaks()
"""
BETWEEN = (2.0, 5.0)
"""Seconds from one ended run to the next."""
KILLED_EVERY = 20.0
LIMITED = 0.2
FAILS = 0.7
"""The share of runs that fail."""
SETTLED_WITHIN = 900.0
RESTS_AFTER = 90.0
"""Seconds without a failure before the count: a run that just ended may still be looked at."""


@dataclass
class Found:
    failures: int = 0
    successes: int = 0
    incidents: int = 0
    storms: int = 0
    kills: int = 0
    messages: int = 0
    twice: int = 0
    replies_alike: int = 0
    """In one thread, with the same words: a job may also fail twice in a minute."""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.failures} failures and {self.successes} good runs of {len(JOBS)} jobs; "
            f"killed {self.kills} times; {self.incidents} incidents, {self.storms} storms\n"
            f"{self.messages} messages; {self.twice} cards posted twice, {self.replies_alike} replies alike\n"
            + (f"WRONG: {self.wrong[:20]}" if self.wrong else "every failure was told")
        )


class FailingJobs:
    def __init__(self, folder: Path, airflow: RunningAirflow, kind: str, undo: ExitStack) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'runbell.db'}"
        if kind == "postgresql":
            server = start_postgresql(folder / "bot-postgresql")
            undo.callback(server.stop)
            self.url = server.url_for("runbell", "psycopg")
        self.slack = _workspace()
        undo.callback(self.slack.stop)
        self.environment = bot_environment(self.url, self.slack, airflow, admins=ALEX.id)
        projects = folder / "projects.yaml"
        projects.write_text(yaml.safe_dump(_projects()))
        seed(self.environment, projects)
        self.database = Database(self.url)
        undo.callback(self.database.close)
        self.runs = EndedRuns(airflow)
        self.ended: dict[str, bool] = {}
        """Whether each run failed, by its id."""
        self.last: dict[str, bool] = {}
        """Whether the last run of each job failed."""
        self.bot = start_bot(folder, self.environment)
        undo.callback(self._stop_bot)
        wait_until_ready(self.bot, self.environment)

    def _stop_bot(self) -> None:
        self.bot.stop()

    def rage(self, chance: random.Random, *, kills: int, away: float) -> Found:
        """End runs until the bot was killed so often. `away`: seconds without Slack, in the middle."""
        found = Found()
        begun = time.monotonic()
        lasts = kills * KILLED_EVERY + away
        away_from = kills * KILLED_EVERY / 2
        self.slack.driver.faults.limited = LIMITED
        killed_at = [away_from * each / (kills / 2) for each in range(kills // 2)]
        killed_at += [away_from + away * each / (kills / 2) for each in range(kills // 4)]
        killed_at += [
            away_from + away + away_from * each / (kills / 4) for each in range(kills - len(killed_at))
        ]
        while (passed := time.monotonic() - begun) < lasts:
            self.slack.driver.faults.away = away_from <= passed < away_from + away
            if killed_at and killed_at[0] <= passed:
                killed_at.pop(0)
                self.bot.kill()
                self.bot.stop()
                self.bot = start_bot(self.folder, self.environment)
                found.kills += 1
            dag_id = chance.choice(JOBS)
            run_id = self.runs.make(dag_id)
            time.sleep(chance.uniform(*BETWEEN))
            self.last[dag_id] = self.ended[run_id] = chance.random() < FAILS
            self.runs.end(dag_id, run_id, failed=self.ended[run_id])
        self.slack.driver.faults.clear()
        found.failures = sum(self.ended.values())
        found.successes = len(self.ended) - found.failures
        return found

    def settle(self) -> bool:
        """Wait until nothing is left to be told. Return False if that takes too long."""
        time.sleep(RESTS_AFTER)
        deadline = time.monotonic() + SETTLED_WITHIN
        query = select(func.count()).select_from(notices).where(notices.c.send_at.is_not(None))
        while time.monotonic() < deadline:
            with self.database.reading() as tx:
                if tx.connection.execute(query).scalar_one() == 0:
                    return True
            time.sleep(1)
        return False

    def check(self, found: Found) -> None:
        """Compare what Airflow has with what the incidents hold and what Slack shows."""
        with self.database.reading() as tx:
            told = tx.connection.execute(select(incidents)).all()
            counted = tx.connection.execute(
                select(runs.c.run_id, incident_runs.c.incident_id).join(
                    incident_runs, incident_runs.c.run_key == runs.c.id
                )
            ).all()
            posted_at = tx.connection.execute(select(cards)).all()
            sent = tx.connection.execute(select(notices)).all()
        posted = {(row.place_id, row.subject): row for row in posted_at}
        channels = {each.channel_id for each in told}
        found.incidents = len({each.incident_id for each in told if each.channel_id.startswith("C")})
        found.storms = len({each.storm_id for each in told if each.storm_id})
        in_channels = {each.incident_id for each in told if each.channel_id.startswith("C")}
        times = Counter(run_id for run_id, incident_id in counted if incident_id in in_channels)
        for run_id, failed in self.ended.items():
            if times[run_id] != (1 if failed else 0):
                found.wrong.append(f"{run_id} failed: {failed}, in {times[run_id]} incidents")
        messages = self.slack.driver.look(lambda: _messages(self.slack))
        by_ts = {(each.channel, each.ts): each for each in messages}
        for each in told:
            roots = (each.first_run, each.incident_id, each.storm_id)
            card = next(filter(None, (posted.get((each.channel_id, of_it)) for of_it in roots)), None)
            message = None if card is None else by_ts.get((card.channel_id, card.ts))
            title = each.dag_id
            if message is None:
                found.wrong.append(f"nobody was told of {each.incident_id} of {title}")
            elif each.storm_id is None and title not in f"{message.text} {message.blocks}":
                found.wrong.append(f"the message of {title} does not name it: {message.text}")
            if not each.flaps and (each.ended_at is None) != self.last[each.dag_id]:
                is_last = (
                    each.last_run
                    == max(
                        (
                            one
                            for one in told
                            if one.dag_id == each.dag_id and one.channel_id == each.channel_id
                        ),
                        key=lambda one: one.failed_at,
                    ).last_run
                )
                if is_last:
                    found.wrong.append(
                        f"{title} failed last: {self.last[each.dag_id]}, ended {each.ended_at}"
                    )
        found.wrong += [f"given up: {each.kind} {each.given_up}" for each in sent if each.given_up]
        mine = [each for each in messages if each.bot and each.channel in channels]
        found.messages = len(mine)
        found.twice = posted_again(messages)
        replies = Counter((each.channel, each.thread_ts, each.text) for each in mine if each.thread_ts)
        found.replies_alike = replies.total() - len(replies)


def _projects() -> dict[str, object]:
    return {
        "projects": {
            f"Breaks {each.id[-1]}": {
                "time_zone": "Europe/Berlin",
                "channels": [f"#{each.name}"],
                "reports_to": f"#{each.name}",
                "managers": [f"@{MAYA.name}"],
                "shares": [{"tag": f"breaks_{each.id[-1]}", "actions": ["see", "run"]}],
            }
            for each in CHANNELS
        }
    }


def _workspace() -> RunningWorkspace:
    description = replace(WORKSPACE, channels=(*WORKSPACE.channels, *CHANNELS))
    return start_workspace(description, yaml.safe_load(MANIFEST.read_text()))


def _messages(slack: RunningWorkspace) -> list[Message]:
    return [each for those in slack.workspace.state._messages.values() for each in those.values()]


def main() -> None:
    given = dict(enumerate(sys.argv))
    seed_, kills = int(given.get(1) or 1), int(given.get(2) or 20)
    away, kind = float(given.get(3) or 10) * 60, given.get(4) or "postgresql"
    with tempfile.TemporaryDirectory(prefix="runbell-failing-") as name, ExitStack() as undo:
        folder = Path(name)
        dags = folder / "dags"
        dags.mkdir()
        (dags / "breaks.py").write_text(DAGS.format(dag_ids=JOBS))
        airflow = start_airflow(folder, progress=_say, dags=dags)
        undo.callback(airflow.stop)
        airflow.wait_for_jobs(set(JOBS))
        failing = FailingJobs(folder, airflow, kind, undo)
        time.sleep(70)  # what failed within a minute of the first look is not news
        _say(f"seed {seed_}: {kills} kills, Slack away for {away:.0f} s, on {kind}")
        found = failing.rage(random.Random(seed_), kills=kills, away=away)
        if not failing.settle():
            found.wrong.append("not settled")
        failing.check(found)
        _say(str(found))
    sys.exit(bool(found.wrong))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  its figures are what it is for


if __name__ == "__main__":
    main()
