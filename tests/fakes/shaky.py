"""A fake Airflow, and a database, as one process sees them: cut off, delayed, or watched as they happen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from storage.database import Database
    from storage.transaction import Transaction
    from tests.fakes.airflow import FakeAirflow

CALLS = frozenset(
    {"health", "run", "runs", "start", "stop", "tasks", "finished", "retry", "failure", "result"}
)


class Crash(BaseException):
    """The process ends here, as by kill -9: nothing of it runs any further."""


class ShakyAirflow:
    """`die_in`: at the how-many-th call; `after`: once that call has taken effect. `die_in_tx`: the same at
    the database, which is `away_for` so many transactions.

    `meanwhile`: what happens elsewhere while the next call is on its way. `go_astray`: how many of the next
    POSTs are not answered, and arrive only when `arrive` says so.
    """

    def __init__(self, airflow: FakeAirflow) -> None:
        self._airflow = airflow
        self.deployment = airflow.deployment
        self.die_in: int | None = None
        self.die_in_tx: int | None = None
        self.away_for = 0
        self.after = False
        self.is_dead = False
        self.meanwhile: Callable[[], None] | None = None
        self.go_astray = 0
        self.astray: list[Callable[[], object]] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._airflow, name)
        if name not in CALLS:
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            dies = self._dies()
            if dies and not self.after:
                raise Crash
            if self.meanwhile is not None:
                now, self.meanwhile = self.meanwhile, None
                now()
            if name == "start" and self.go_astray:
                self.go_astray -= 1
                self.astray.append(lambda: real(*arguments, **named))
                raise Unavailable("Airflow", "it did not answer in time")
            answer = real(*arguments, **named)
            if dies:
                raise Crash
            return answer

        return call

    def _dies(self) -> bool:
        if self.is_dead:
            raise Crash
        if self.die_in is not None:
            self.die_in -= 1
            self.is_dead = self.die_in <= 0
        return self.is_dead


class ShakyDatabase:
    """The transactions of the process whose Airflow `process` is."""

    def __init__(self, database: Database, process: ShakyAirflow) -> None:
        self._database = database
        self._process = process
        self.secrets = database.secrets

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._shaken(self._database.transaction) as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self._shaken(self._database.reading) as tx:
            yield tx

    @contextmanager
    def _shaken(self, begin: Callable[[], AbstractContextManager[Transaction]]) -> Iterator[Transaction]:
        dies = self._dies()
        if dies and not self._process.after:
            raise Crash
        if self._process.away_for:
            self._process.away_for -= 1
            raise Unavailable("database", "it went away")
        with begin() as tx:
            yield tx
        if dies:
            raise Crash

    def _dies(self) -> bool:
        process = self._process
        if process.is_dead:
            raise Crash
        if process.die_in_tx is not None:
            process.die_in_tx -= 1
            process.is_dead = process.die_in_tx <= 0
        return process.is_dead
