"""Two processes of ours before one fake Airflow and one database: what dies is followed by a new one."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sqlalchemy import select

from bot.domain.errors import Rejected, Unavailable
from bot.domain.firing import FiringState
from bot.workers import dispatcher
from bot.workers.dispatcher import Dispatcher, Timing
from storage.tables import firings
from tests.fakes.shaky import Crash, ShakyAirflow, ShakyDatabase
from tests.lock_order import LockOrder
from tests.world import NINE, World

if TYPE_CHECKING:
    from contextlib import ExitStack
    from datetime import datetime

    from storage.transaction import Transaction
    from tests.databases import Databases

TIMING = Timing(lead=timedelta(seconds=45), grace=timedelta(minutes=2))


class Posting(ShakyAirflow):
    """Airflow as one process sees it; writes down which POST made each run, and when it was sent."""

    def __init__(self, processes: Processes) -> None:
        super().__init__(processes.airflow)
        self._processes = processes

    def start(self, dag_id: str, run_id: str, **named: Any) -> Any:
        sent = self._processes.order(), self._processes.now()
        known = self._airflow._runs
        was_there = (dag_id, run_id) in known
        try:
            return self.__getattr__("start")(dag_id, run_id, **named)
        finally:
            if not was_there and (dag_id, run_id) in known:
                self._processes.made.setdefault(run_id, sent)


class Processes:
    """`made`: by run id, the order and the moment in which the POST that made it was sent.

    What arrived late, after its sender had given up, is not in it. `waited`: the firings that did.
    `missed_at`: by firing, the end of the step that decided it was missed.
    """

    def __init__(self, undo: ExitStack, databases: Databases) -> None:
        self._undo = undo
        self.database = undo.enter_context(databases.fresh())
        self.lock_order = LockOrder(self.database)
        self.world = World(self.database, now=NINE + timedelta(seconds=7))
        self.airflow = self.world.airflow
        self.made: dict[str, tuple[int, datetime]] = {}
        self.waited: set[str] = set()
        self.missed_at: dict[str, datetime] = {}
        self._orders = count()
        self.shaky = [Posting(self), Posting(self)]
        self._dispatchers = [self._begin(each) for each in self.shaky]
        for name in ("PATIENCE", "COLLECTED_FOR"):  # or it would depend on how fast this machine is
            undo.enter_context(patch.object(dispatcher, name, 60.0))

    def now(self) -> datetime:
        return self.world.clock.now()

    def order(self) -> int:
        return next(self._orders)

    def step(self, which: int) -> None:
        """What is still on its way to Airflow arrives all the same when its sender dies."""
        try:
            with suppress(Unavailable, Rejected):
                self._dispatchers[which].step()
        except Crash:
            astray = self.shaky[which].astray
            self.shaky[which] = Posting(self)
            self.shaky[which].astray = astray
            self._dispatchers[which] = self._begin(self.shaky[which])
        with self.database.transaction() as tx:
            self.waited.update(_in_state(tx, FiringState.WAITING))
            for firing_id in _in_state(tx, FiringState.MISSED):
                self.missed_at.setdefault(firing_id, self.now())

    def watch(self) -> None:
        with suppress(Unavailable):
            self.world.watcher.step()

    def what_went_astray_arrives(self) -> None:
        for shaky in self.shaky:
            while shaky.astray:
                with suppress(Rejected, Unavailable):
                    shaky.astray.pop()()

    def are_done(self) -> bool:
        """Nothing is left to be done, nothing is on its way, and no run is open, here or there."""
        over = [each for each in FiringState if each.is_over]
        left = select(firings.c.firing_id).where(firings.c.state.not_in(over)).limit(1)
        with self.database.transaction() as tx:
            open_runs = tx.runs.open(self.airflow.deployment, due_before=self.now(), limit=1)
            is_idle = not open_runs and tx.connection.execute(left).first() is None
        return is_idle and not self.airflow._open and not any(each.astray for each in self.shaky)

    def forget_trouble(self) -> None:
        self.airflow._faults.clear()
        self.airflow._answers_to_lose = 0
        for shaky in self.shaky:
            shaky.die_in, shaky.die_in_tx, shaky.go_astray, shaky.away_for = None, None, 0, 0

    def _begin(self, shaky: ShakyAirflow) -> Dispatcher:
        airflows = {shaky.deployment: shaky}
        database = ShakyDatabase(self.database, shaky)
        made = Dispatcher(database, self.world.clock, airflows, TIMING, senders=1)  # type: ignore[arg-type]  # as one
        self._undo.callback(made._senders.shutdown)
        return made


def _in_state(tx: Transaction, state: FiringState) -> list[str]:
    found = select(firings.c.firing_id).where(firings.c.state == state)
    return list(tx.connection.execute(found).scalars())
