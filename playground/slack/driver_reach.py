"""How a driver reaches the server's own loop from a test's thread: doing, looking, waiting."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from playground.slack.desk import act
from playground.slack.driver_seen import NotSeenError
from playground.slack.seeing import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from playground.slack.workspace import Workspace

PATIENCE = 10.0
Found = TypeVar("Found")


class Reach:
    """Synchronous and safe from any thread: everything runs on the server's own loop."""

    def __init__(self, workspace: Workspace, loop: asyncio.AbstractEventLoop) -> None:
        self._workspace = workspace
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def act(self, verb: str, person: str, **arguments: Any) -> Any:
        return self.run(act(self._workspace, verb, {"person": person, **arguments}))

    def act_twice(self, verb: str, person: str, **arguments: Any) -> None:
        """The same thing done from two devices at one moment: both before either is answered."""

        async def both() -> None:
            once = {"person": person, **arguments}
            await asyncio.gather(*(act(self._workspace, verb, once) for _ in range(2)))

        self.run(both())

    def screen(self, person: str) -> Screen:
        return Screen(self._workspace, person)

    def look(self, see: Callable[[], Found]) -> Found:
        async def on_the_loop() -> Found:
            return see()

        found: Found = self.run(on_the_loop())
        return found

    def wait_for(self, see: Callable[[], Any], timeout: float | None, otherwise: Callable[[], str]) -> Any:
        """The first thing `see` finds, looked for again at each change; NotSeen says what was there."""
        return self.run(self._wait_for(see, PATIENCE if timeout is None else timeout, otherwise))

    async def _wait_for(self, see: Callable[[], Any], patience: float, otherwise: Callable[[], str]) -> Any:
        queue = self._workspace.changes.subscribe()
        try:
            async with asyncio.timeout(patience):
                while not (found := see()):
                    await queue.get()
        except TimeoutError:
            raise NotSeenError(otherwise()) from None
        finally:
            self._workspace.changes.unsubscribe(queue)
        return found
