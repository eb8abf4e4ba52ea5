"""A loop: call step() until stopped; wait, back off, keep a heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import Protocol, Self

import structlog

from bot.domain.errors import Unavailable
from bot.domain.identity import new_id

LONGEST_BACK_OFF = 10.0
log = structlog.get_logger()


class on_its_own:  # noqa: N801  read as a sentence: with on_its_own("run", …)
    """A block whose error stops only the one firing, schedule, run or notice that it is about.

    The error is logged under a reference; the caller decides what becomes of that one. Unavailable is raised
    all the same, because it is about everything: the loop waits and tries again.
    """

    def __init__(self, what: str, **facts: object) -> None:
        """Name the thing that the block is about: `what` kind, and `facts` that tell which, for the log."""
        self._what = what
        self._facts = facts
        self.reference = ""
        """The reference of the line in the log; "" if nothing was raised."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception) or isinstance(error, Unavailable):
            return False
        self.reference = new_id()[:8]
        log.error("loop.odd", what=self._what, reference=self.reference, exc_info=error, **self._facts)
        return True

    @property
    def is_odd(self) -> bool:
        """Whether the block raised something unforeseen."""
        return bool(self.reference)


class Worker(Protocol):
    def step(self) -> float:
        """Do what is due now; return the seconds until the next step. Raises Unavailable to back off."""
        ...


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How a loop is. `trouble` is what is wrong since the last good step, "" if nothing is.

    `stepped_at` is when that step ended and `rests` how long the loop then rests, in seconds of a stopwatch,
    because the wall clock may jump.
    """

    stepped_at: float | None
    trouble: str
    rests: float = 0.0


class Loop:
    """A thread that steps one worker until it is stopped."""

    def __init__(self, name: str, worker: Worker) -> None:
        self.name = name
        self._worker = worker
        self._failures = 0
        self._stopping = Event()
        self._woken = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self.heartbeat = Heartbeat(None, "has not begun yet")

    def start(self) -> None:
        """Begin to step, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Let the loop step at once instead of at the end of its rest."""
        self._woken.set()

    def ask_to_stop(self) -> None:
        """Let the loop end after the step under way. Returns at once."""
        self._stopping.set()
        self._woken.set()

    def wait(self, seconds: float) -> bool:
        """Wait up to so many seconds for the step under way; return whether the loop has ended."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = self._step()
            # A wake during the step is not lost: the event is set, so the wait ends at once.
            self._woken.wait(wait)
            self._woken.clear()

    def _step(self) -> float:
        try:
            wait = self._worker.step()
        except Unavailable as error:
            log.warning("loop.unavailable", loop=self.name, system=error.system, detail=error.detail)
            return self._back_off(str(error))
        except Exception as error:
            log.exception("loop.failed", loop=self.name)
            return self._back_off(f"{type(error).__name__}, a fault of Runbell's own: its log says more")
        self._failures = 0
        self.heartbeat = Heartbeat(monotonic(), "", wait)
        return wait

    def _back_off(self, trouble: str) -> float:
        self._failures += 1
        self.heartbeat = Heartbeat(self.heartbeat.stepped_at, trouble)
        # 1 s, 2 s, 4 s, 8 s, and then the longest; the exponent is bounded because an outage may last for
        # days.
        return min(LONGEST_BACK_OFF, 2.0 ** min(self._failures, 6) / 2)
