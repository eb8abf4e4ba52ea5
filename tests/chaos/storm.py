"""Two bots on one PostgreSQL, a real Airflow, a Slack that stumbles; everything is killed, or stopped and
continued after its leases have ended, Airflow hangs, and nothing is lost. On SQLite it is one bot.

Run it long: .venv/bin/python -m tests.chaos.storm [seed] [firings] [kills] [postgresql | sqlite]
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import psycopg
import yaml
from sqlalchemy import func, select

from bot.domain.clock import SystemClock
from bot.domain.errors import Unavailable
from bot.domain.firing import FiringState
from bot.domain.rights import Action
from playground.airflow import start_airflow
from playground.demo import MANIFEST
from playground.demo.bot_process import DEPLOYMENT, bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import MAYA, WORKSPACE
from playground.postgresql import start_postgresql
from playground.slack.description import ChannelDescription
from playground.slack.faults import broken, ratelimited
from playground.slack.server import start_workspace
from storage.database import Database
from storage.tables import cards, firings, notices, schedules
from tests.chaos.schedules import Planned, plan_storm
from tests.chaos.shown import posted_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.airflow import RunningAirflow
    from playground.leash import Leashed
    from playground.slack.records import Message
    from playground.slack.server import RunningWorkspace

TEAM = WORKSPACE.team.id
PLACES = 20
EVERY = timedelta(seconds=20)
PATIENCE = 300.0
"""Seconds without progress after which what is left counts as stuck: a busy machine is slow, not wrong."""
STOPPED_FOR = (5.0, 50.0)
"""Seconds between SIGSTOP and SIGCONT: the dispatcher's and the watcher's leases end after 30."""
HANGS_FOR = (3.0, 15.0)
NEVER_SAID = ("deadlock", "could not serialize", "loop.odd", "loop.failed")
"""In a log: locks are taken in one order, and no step may fail but for what is away."""
TEST_DAGS = Path(__file__).parents[1] / "airflow_dags"


@dataclass
class Figures:
    due: int = 0
    runs: int = 0
    with_reason: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    slack_faults: Counter[str] = field(default_factory=Counter)
    notices: int = 0
    cards: int = 0
    posted_again: int = 0
    wrong: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        late = sorted(self.late) or [0.0]
        lines = [
            f"due moments {self.due}: {self.runs} runs, {sum(self.with_reason.values())} reasons",
            *(f"    {count} × {reason}" for reason, count in self.with_reason.most_common(8)),
            f"killed or stopped: {self.kills.total()} {dict(self.kills)}",
            f"Slack's faults {dict(self.slack_faults)}",
            f"notices sent {self.notices}, cards {self.cards}, cards posted twice {self.posted_again}",
            f"start after due: p50 {_at(late, 50)}, p99 {_at(late, 99)}, max {_at(late, 100)}",
            f"WRONG: {self.wrong[:20]}" if self.wrong else "nothing lost, nothing twice",
        ]
        return "\n".join(lines)


class Storm:
    def __init__(
        self,
        folder: Path,
        airflow: RunningAirflow,
        *,
        seed_: int,
        firings_: int,
        kills: int,
        undo: ExitStack,
        kind: str = "postgresql",
    ) -> None:
        self.folder, self.airflow, self.kills, self.undo = folder, airflow, kills, undo
        self.random = random.Random(seed_)
        self.postgresql = None if kind == "sqlite" else start_postgresql(folder / "bot-postgresql")
        if self.postgresql is not None:
            undo.callback(self.postgresql.stop)
        self.slack = _workspace()
        undo.callback(self.slack.stop)
        self.url = f"sqlite:///{folder / 'runbell.db'}"
        if self.postgresql is not None:
            self.url = self.postgresql.url_for("runbell", "psycopg")
        self.database = Database(self.url)
        undo.callback(self.database.close)
        self.figures = Figures()
        self.planned = self._seed(firings_)
        self.bots: dict[str, Leashed] = {}
        self.environments = {
            name: bot_environment(self.url, self.slack, airflow) | {"RUNBELL_LEAD_SECONDS": "20"}
            for name in ("first bot", "second bot")[: 1 if self.postgresql is None else 2]
        }
        for name in self.environments:
            self._start_bot(name)
            undo.callback(self._stop_bot, name)
        for name, environment in self.environments.items():
            wait_until_ready(self.bots[name], environment)

    def _seed(self, wanted: int) -> list[Planned]:
        seed(bot_environment(self.url, self.slack, self.airflow))
        first = _now().replace(microsecond=0) + timedelta(seconds=40)
        lasts = max(60.0, self.kills * 7.0)
        count = max(6, round(wanted / (lasts / 20 * 2 / 3 + lasts / 60 / 3)))
        self.last = first + timedelta(seconds=lasts)
        with self.database.transaction() as tx:
            project = tx.projects.named(TEAM, "Finance")
            assert project is not None
            tx.shares.add(project.project_id, DEPLOYMENT, Action, at=_now(), dag_id="rush")
            planned = plan_storm(
                count,
                first=first,
                last=self.last,
                every=EVERY,
                place_ids=[f"C0STORM{each:02}" for each in range(PLACES)],
                project_id=project.project_id,
                owner_id=MAYA.id,
                workspace_id=TEAM,
                dag_id="rush",
            )
            for each in planned:
                tx.schedules.add(each.schedule, at=_now())
        self.figures.due = sum(len(each.due) for each in planned)
        return planned

    # The storm -------------------------------------------------------------------------------------------

    def rage(self) -> None:
        """Kills, and stops, spread over all of them until the last moment is due."""
        targets: dict[str, Callable[[], None]] = {"Airflow's API server": self._kill_api_server}
        for name in self.environments:
            targets[name] = partial(self._kill_bot, name)
            targets[f"{name} stopped"] = partial(self._pause_bot, name)
        targets["Airflow hangs"] = lambda: self._stop_for_a_while(
            self.airflow.components["api-server"].pid, HANGS_FOR
        )
        if self.postgresql is not None:
            targets["PostgreSQL"] = self._kill_postgresql
        pause = max(0.5, (self.last - _now()).total_seconds() / self.kills - 3.0)
        for number in range(self.kills):
            self._trouble_slack()
            time.sleep(self.random.uniform(0.2, 2 * pause))
            names = list(targets)
            name = names[number] if number < len(names) else self.random.choice(names)
            targets[name]()
            self.figures.kills[name] += 1

    def _trouble_slack(self) -> None:
        fault = self.random.choice((ratelimited(), broken()))
        times = self.random.randint(1, 5)
        method = self.random.choice(("chat.postMessage", "chat.update"))
        self.slack.run(_plan(self.slack, method, fault, times))
        self.figures.slack_faults[str(fault.status)] += times

    def _stop_for_a_while(self, pid: int, seconds: tuple[float, float]) -> None:
        """As a machine does that sleeps: what is killed meanwhile is not there to be continued."""

        def signal_it(number: signal.Signals) -> None:
            with suppress(ProcessLookupError):
                os.killpg(pid, number)

        signal_it(signal.SIGSTOP)
        waking = Timer(self.random.uniform(*seconds), signal_it, [signal.SIGCONT])
        waking.start()
        self.undo.callback(waking.join)

    def _stop_bot(self, name: str) -> None:
        self.bots[name].stop()

    def _pause_bot(self, name: str) -> None:
        self._stop_for_a_while(self.bots[name].pid, STOPPED_FOR)

    def _kill_bot(self, name: str) -> None:
        self.bots[name].kill()
        self._start_bot(name)

    def _start_bot(self, name: str) -> None:
        folder = self.folder / name.replace(" ", "-")
        folder.mkdir(exist_ok=True)
        if name in self.bots:  # it ended by itself, and its pipe is still open
            self.bots[name].stop()
        self.bots[name] = start_bot(folder, self.environments[name])

    def _kill_api_server(self) -> None:
        self.airflow.kill("api-server")
        self.airflow.start_again("api-server")

    def _kill_postgresql(self) -> None:
        assert self.postgresql is not None
        self.postgresql.kill()
        time.sleep(self.random.uniform(0.0, 1.5))
        self.postgresql.start_again()

    # Afterwards ------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Until all is planned, decided, run and told; a bot that could not start meanwhile starts again."""
        self.airflow.wait_until_healthy("metadatabase", "scheduler")
        self.slack.run(_clear(self.slack))
        for name, bot in self.bots.items():
            if not bot.is_running:
                self._start_bot(name)
        before, changed_at = dict[str, int](), time.monotonic()
        while left := self._left():
            if left != before:
                before, changed_at = left, time.monotonic()
            elif time.monotonic() > changed_at + PATIENCE:
                self.figures.wrong.append(f"not settled: {left}")
                return
            for name, bot in self.bots.items():
                if not bot.is_running:
                    self._start_bot(name)
            time.sleep(1)

    def _left(self) -> dict[str, int]:
        try:
            with self.database.transaction() as tx:
                counts = {
                    "schedules": select(func.count()).where(schedules.c.next_due_at.is_not(None)),
                    "firings": select(func.count()).where(
                        firings.c.state.in_(("due", "waiting", "sending", "withdrawing"))
                    ),
                    "notices": select(func.count()).where(notices.c.send_at.is_not(None)),
                }
                left = {name: tx.connection.execute(query).scalar_one() for name, query in counts.items()}
        except Unavailable:
            return {"database": 1}
        left["runs"] = sum(state not in {"success", "failed"} for _, _, state, _ in self._airflow_runs())
        return {name: count for name, count in left.items() if count}

    def _airflow_runs(self) -> list[tuple[str, datetime, str, datetime | None]]:
        """From Airflow's own tables: (run id, run_after, state, start)."""
        socket = str(self.airflow.postgresql.socket)
        with psycopg.connect(host=socket, user="postgres", dbname="airflow") as connection:
            query = "SELECT run_id, run_after, state, start_date FROM dag_run WHERE dag_id = 'rush'"
            return connection.execute(query).fetchall()

    def check(self) -> Figures:
        """Moment by moment, against dateutil's expansion and Airflow's own tables."""
        ran = {run_id: started for run_id, _, _, started in self._airflow_runs() if started is not None}
        with self.database.transaction() as tx:
            written = tx.connection.execute(select(firings)).all()
            shown = tx.connection.execute(select(cards)).all()
            self.figures.notices = tx.connection.execute(
                select(func.count()).where(notices.c.sent_at.is_not(None))
            ).scalar_one()
            given_up = tx.connection.execute(
                select(notices.c.given_up).where(notices.c.given_up.is_not(None))
            ).scalars()
            self.figures.wrong += [f"a notice was given up: {each}" for each in given_up]
        by_moment: dict[tuple[str, datetime], list[Any]] = {}
        for row in written:
            by_moment.setdefault((row.schedule_id, row.due_at.astimezone(UTC)), []).append(row)
        for planned in self.planned:
            for moment in planned.due:
                self._check_moment(moment, by_moment.pop((planned.schedule.schedule_id, moment), []), ran)
        self.figures.wrong += [f"nobody asked for {each}" for each in by_moment]
        self.figures.wrong += [f"a run of nobody's: {each}" for each in ran]
        for name in self.environments:
            log = (self.folder / name.replace(" ", "-") / "bot.log").read_text(errors="replace")
            lines = [line for line in log.splitlines() if any(word in line for word in NEVER_SAID)]
            self.figures.wrong += [f"{name} said: {line[:300]}" for line in lines]
        self.figures.cards = len(shown)
        self.figures.posted_again = self.slack.driver.look(lambda: posted_again(_messages(self.slack)))
        return self.figures

    def _check_moment(self, moment: datetime, written: list[Any], ran: dict[str, datetime]) -> None:
        runs = [(row, at) for row in written if (at := ran.pop(f"runbell__{row.firing_id}", None))]
        standing = [row for row in written if row.state != FiringState.CANCELLED]
        if len(standing) != 1 or len(runs) > 1:
            states = [row.state for row in written]
            self.figures.wrong.append(f"{moment}: {states}, {len(runs)} runs")
        elif runs:
            self.figures.runs += 1
            self.figures.late.append((runs[0][1] - moment).total_seconds())
            if standing[0].state != FiringState.HANDED_OVER:
                self.figures.wrong.append(f"{moment}: it ran and is {standing[0].state}")
        elif standing[0].state == FiringState.HANDED_OVER or not standing[0].reason:
            self.figures.wrong.append(f"{moment}: {standing[0].state} without a run or reason")
        else:
            self.figures.with_reason[f"{standing[0].state}: {standing[0].reason[:60]}"] += 1


def storm(
    folder: Path,
    airflow: RunningAirflow,
    *,
    seed_: int,
    firings_: int,
    kills: int,
    kind: str = "postgresql",
) -> Figures:
    with ExitStack() as undo:
        raging = Storm(folder, airflow, seed_=seed_, firings_=firings_, kills=kills, undo=undo, kind=kind)
        raging.rage()
        time.sleep(max(0.0, (raging.last - _now()).total_seconds()))
        raging.settle()
        return raging.check()


def _workspace() -> RunningWorkspace:
    people = tuple(each.id for each in WORKSPACE.people)
    more = tuple(
        ChannelDescription(f"C0STORM{each:02}", f"storm-{each:02}", members=people) for each in range(PLACES)
    )
    description = replace(WORKSPACE, channels=(*WORKSPACE.channels, *more))
    slack = start_workspace(description, yaml.safe_load(MANIFEST.read_text()))
    slack.workspace.rate_limits.enforced = False  # the faults are ours to plan
    return slack


def _at(late: list[float], percent: int) -> str:
    return f"{late[min(len(late) - 1, len(late) * percent // 100)]:.1f} s"


async def _plan(slack: RunningWorkspace, method: str, fault: Any, times: int) -> None:
    slack.driver.faults.plan(method, fault, times)


async def _clear(slack: RunningWorkspace) -> None:
    slack.driver.faults.clear()


def _messages(slack: RunningWorkspace) -> list[Message]:
    return [each for those in slack.workspace.state._messages.values() for each in those.values()]


def _now() -> datetime:
    return SystemClock().now()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  its figures are what it is for


def main() -> None:
    seed_, wanted, kills = (
        int(given) if given else default
        for given, default in zip([*sys.argv[1:4], "", "", ""][:3], (1, 2000, 60), strict=True)
    )
    kind = dict(enumerate(sys.argv)).get(4) or "postgresql"
    _say(f"seed {seed_}: {wanted} firings, {kills} kills and stops, on {kind}")
    with tempfile.TemporaryDirectory(prefix="runbell-chaos-") as folder:
        airflow = start_airflow(Path(folder), progress=_say, dags=TEST_DAGS)
        try:
            airflow.wait_for_jobs({"rush"})
            began = time.monotonic()
            figures = storm(Path(folder), airflow, seed_=seed_, firings_=wanted, kills=kills, kind=kind)
            _say(f"after {time.monotonic() - began:.0f} s\n{figures}")
        finally:
            airflow.stop()
    sys.exit(bool(figures.wrong))


if __name__ == "__main__":
    main()
