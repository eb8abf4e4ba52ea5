"""The bot as a process: its loops, its socket and its health answer, begun and ended together."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.ports import Socket
    from bot.health_server import HealthServer
    from bot.workers.loop import Loop
    from storage.database import Database

STEPS_END_WITHIN, GIVES_BACK_WITHIN = 6.0, 2.5
"""Seconds. With the rest they are under the ten after which the sender of SIGTERM kills."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bot:
    """The whole bot, built and not started."""

    database: Database
    loops: tuple[Loop, ...]
    socket: Socket
    health: HealthServer
    give_back: Callable[[], None]
    """Ends the leases that this process holds, so that others need not wait for their ends."""

    def start(self) -> None:
        """Start the loops, whatever is away: schedules need no Slack, and one of the loops connects to it."""
        for loop in self.loops:
            loop.start()
        self.health.start()
        log.info("bot.ready", health=self.health.address)

    def stop(self) -> bool:
        """Let what is under way end and give the rest back; return whether all of it ended in time.

        What did not end is another process's once its lease ends.
        """
        deadline = monotonic() + STEPS_END_WITHIN
        # All are asked before any is waited for, so that their last steps end side by side.
        for loop in self.loops:
            loop.ask_to_stop()
        self.socket.close()
        ended = [loop.wait(max(0.0, deadline - monotonic())) for loop in self.loops]
        giving = Thread(target=self._give_back, name="giving back", daemon=True)
        giving.start()
        giving.join(GIVES_BACK_WITHIN)
        is_idle = self.health.stop()
        if giving.is_alive():
            log.warning("bot.gave_nothing_back", why="the database does not answer")
            return False
        self.database.close()
        return all(ended) and is_idle

    def _give_back(self) -> None:
        try:
            self.give_back()
        except Unavailable as error:
            log.warning("bot.gave_nothing_back", why=error.detail)
