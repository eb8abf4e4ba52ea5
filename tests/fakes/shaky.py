"""A fake Airflow as one process sees it: its calls can be cut off, delayed, or watched as they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.airflow import FakeAirflow

CALLS = frozenset(
    {"health", "run", "runs", "start", "stop", "tasks", "finished", "retry", "failure", "result"}
)


class Crash(BaseException):
    """The process ends here, as by kill -9: nothing of it runs any further."""


class ShakyAirflow:
    """`die_in`: at the how-many-th call; `after`: once that call has taken effect.

    `meanwhile`: what happens elsewhere while the next call is on its way. `go_astray`: how many of the next
    POSTs are not answered, and arrive only when `arrive` says so.
    """

    def __init__(self, airflow: FakeAirflow) -> None:
        self._airflow = airflow
        self.deployment = airflow.deployment
        self.die_in: int | None = None
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
