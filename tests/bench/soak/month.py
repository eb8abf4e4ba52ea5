"""A month in minutes: the loops step when there is something to do, processes end, Airflow goes away."""

from __future__ import annotations

import ctypes
import gc
import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sqlalchemy import func, select

from bot.domain.errors import Unavailable
from bot.domain.firing import FiringState
from bot.domain.run import RunState
from bot.workers.dispatcher import Dispatcher, Timing
from bot.workers.housekeeper import Housekeeper
from storage.tables import firings
from tests.bench.soak.expansion import BEGINS, DAY
from tests.bench.soak.plan import QUICK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tests.bench.soak.rule import Away
    from tests.world import World

SHORTEST, BETWEEN_LOOKS = timedelta(seconds=15), timedelta(seconds=20)
"""The clock goes on by no less; those that wait for a run are looked at no more often, when one has ended."""
CALM_AFTER, LONGEST = timedelta(minutes=3), timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(minutes=5)


class Month:
    def __init__(self, world: World, until: datetime, away: Sequence[Away], ledger: TextIO) -> None:
        """`ledger`: a line for each run that Airflow has forgotten since; it would grow in memory."""
        self._world, self._until, self._ledger = world, until, ledger
        self._changes = sorted(
            [(each.begins, True, each) for each in away] + [(each.ends, False, each) for each in away],
            key=lambda change: change[0],
        )
        self._reported_at = self._stirred_at = BEGINS
        self.steps = 0
        self.memory: list[tuple[int, float]] = []
        self._make_room()
        self._begin()

    def live(self) -> None:
        while True:
            self._step()
            self._each_day()
            following = self._next()
            if following is None or following > self._until + DAY:
                break
            while self._changes and self._changes[0][0] <= following:
                following = self._change()
            self._world.clock.set(following)
        self._dispatcher.stop()
        self._world.clock.set(self._until + DAY)
        self._watch()
        self._forget(self._until + 2 * DAY)

    def _step(self) -> None:
        """The watcher first: it looks every two seconds, and so knows when the dispatcher looks."""
        self._watch()
        more = True
        while more:
            self.steps += 1
            more = self._dispatcher.step() == 0.0

    def _watch(self) -> None:
        try:
            for _ in range(1 + len(self._world.airflow._open) // 50):
                self._world.watcher.step()
        except Unavailable:
            return
        self._forget(self._world.clock.now() - FORGOTTEN_AFTER)

    def _next(self) -> datetime | None:
        waits = firings.c.state == FiringState.WAITING
        with self._world.database.transaction() as tx:
            looks: list[datetime | None] = [
                tx.connection.execute(
                    select(func.min(firings.c.act_at)).where(firings.c.act_at.is_not(None), which)
                ).scalar()
                for which in (~waits, waits)
            ]
            due = tx.schedules.next_due_at()
        ahead = None if due is None else due - self._world.timing.lead
        if looks[1] is not None:
            looks[1] = max(looks[1], self._next_stir())
        known = [each for each in (*looks, ahead) if each is not None]
        return max(self._world.clock.now() + SHORTEST, min(known)) if known else None

    def _next_stir(self) -> datetime:
        """When one that waits for a run may find something new; the looks between would only take time."""
        now, airflow = self._world.clock.now(), self._world.airflow
        for run in airflow._runs.values():
            if run.ended_at is not None:
                self._stirred_at = max(self._stirred_at, run.ended_at)
        if now - self._stirred_at < CALM_AFTER:
            return now + BETWEEN_LOOKS
        ends = [at for run in airflow._open.values() if (at := airflow._next(run, Counter())) is not None]
        return min([now + LONGEST, *(each + SHORTEST for each in ends if each > now)])

    # What goes wrong -------------------------------------------------------------------------------------

    def _change(self) -> datetime:
        """Somebody goes or comes back; when there is something to be done next."""
        at, goes, who = self._changes.pop(0)
        self._world.clock.set(at)
        self._stirred_at = at
        if who.who == "Airflow":
            self._world.airflow._outage = _answer(who) if goes else None
            return at
        if goes:
            self._dispatcher.stop()
            at = self._changes[0][0]  # nothing of ours does anything until then
            assert self._changes[0][2] is who
            return at
        self._begin()
        return at

    def _begin(self) -> None:
        """As `serve` does."""
        world = self._world
        with world.database.transaction() as tx:
            tx.leases.free_all()
        self._dispatcher = Dispatcher(
            world.database, world.clock, {world.airflow.deployment: world.airflow}, Timing(), senders=2
        )

    # By the way ------------------------------------------------------------------------------------------

    def _make_room(self) -> None:
        """Runs as long as they are asked for, and no queue in Airflow but that of one place for one job."""
        airflow = self._world.airflow
        for dag_id, seconds in QUICK.items():
            airflow._jobs[dag_id].takes = timedelta(seconds=seconds)
        for dag_id in ("sales_report", "import_orders", "payroll", "build_warehouse"):
            airflow.change(dag_id, max_active_runs=1000)
        job = airflow.job("build_warehouse")
        longer = [replace(each, schema={**each.schema, "maximum": 86_400}) for each in job.inputs]
        airflow.change("build_warehouse", inputs=tuple(longer))
        self._world.catalogue.step()

    def _each_day(self) -> None:
        now = self._world.clock.now()
        if now - self._reported_at < DAY:
            return
        self._reported_at += DAY
        Housekeeper(self._world.database, self._world.clock, "here").step()
        if self._world.airflow._outage is None:
            self._world.catalogue.step()
            run_id = f"scheduled__{now:%Y-%m-%dT%H:%M}"
            self._world.airflow.start_elsewhere("nightly_cleanup", run_id)
        self._world.airflow.calls.clear()
        day = (now - BEGINS).days
        self.memory.append((day, resident()))
        if day % 5 == 0:
            print(f"day {day}: {self.memory[-1][1]:.1f} MB resident, {self.steps} steps", flush=True)

    def _forget(self, before: datetime) -> None:
        """Of the runs that are over and seen to be."""
        airflow = self._world.airflow
        over = [each for each in airflow._runs.values() if each.state.is_over and each.ended_at < before]
        for each in over:
            self._ledger.write(f"{each.run_id} {_moment(each.started_at)} {each.state is RunState.DONE}\n")
            airflow._forget((each.dag_id, each.run_id))


def resident() -> float:
    """MB of this process, once it has given back what it does not use: not what its busiest hour took."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _answer(away: Away) -> Unavailable:
    return Unavailable("Airflow", away.answers, not_done=not away.answers.startswith("500"))


def _moment(at: Any) -> str:
    return at.isoformat() if at else "never"
