"""Turns: threads of their own for what goes on after an acknowledgement, and no more than a share for one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from bot.waiting import computing

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from handlers.payloads import Origin

MOST_WAITING = 200
MOST_OF_ONE = 10
"""Answers to one person that are under way. Slack takes one a second in a direct message, so a burst of them
would keep every thread for half a minute.
"""
MOST_COMPUTING = 4
"""Fewer than the threads: the others wait for Slack, Airflow or a lock of the database, or for their turn.

With eight an acknowledgement waits twice as long beside PostgreSQL, and no answer comes sooner.
"""
CROWDED = (
    "So many people are waiting for an answer just now that nothing was done about this. "
    "Please send it once more in a minute."
)
TOO_MANY = (
    "Runbell is still busy with the last {count} things that you sent, so nothing was done about this one. "
    "Please send it once more when they are answered."
)


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Why nothing may be begun, in words.

    `is_news` says that the person was not told so since all of theirs was answered: telling takes a thread.
    """

    words: str
    is_news: bool


class Turns:
    """Threads for what goes on after an acknowledgement.

    Slack waits three seconds for the acknowledgement, so the threads that give it do nothing else. Whoever
    waits for a slow Slack or Airflow delays nobody else, and whoever sends a hundred things at once does not.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._lock = Lock()
        self._under_way: Counter[tuple[str, str]] = Counter()
        self._told: set[tuple[str, str]] = set()
        self._computing = BoundedSemaphore(MOST_COMPUTING)

    def reserve(self, origin: Origin) -> NoRoom | None:
        """Reserve room for one more of the person who asks.

        Return why there is none, if there is none: then nothing may be begun.
        """
        who = _who(origin)
        with self._lock:
            if self._under_way[who] >= MOST_OF_ONE:
                is_news = who not in self._told
                self._told.add(who)
                return NoRoom(TOO_MANY.format(count=MOST_OF_ONE), is_news)
            if self._under_way.total() >= MOST_WAITING:
                return NoRoom(CROWDED, is_news=True)
            self._under_way[who] += 1
            return None

    def release(self, origin: Origin) -> None:
        """Give back the room that was reserved."""
        who = _who(origin)
        with self._lock:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]
                self._told.discard(who)

    def run(self, origin: Origin, converse: Callable[[], None]) -> None:
        """Run the conversation that room was reserved for, as soon as a thread is free."""
        done = self._executor.submit(self._compute, converse)
        done.add_done_callback(lambda _done: self.release(origin))

    def take_in(self, learn: Callable[[], None]) -> None:
        """Take in what Slack tells of people and channels, for which nobody waits and room is never short."""
        self._executor.submit(self._compute, learn)

    def _compute(self, act: Callable[[], None]) -> None:
        with computing(self._computing):
            act()


def _who(origin: Origin) -> tuple[str, str]:
    return origin.workspace_id, origin.person_id
