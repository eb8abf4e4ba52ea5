"""A running workspace: an aiohttp server with its own event loop in its own thread."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from aiohttp import web

from playground.slack.driver import Driver
from playground.slack.page_routes import add_page_routes, only_from_here
from playground.slack.routes import add_app_routes
from playground.slack.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from pathlib import Path

    from playground.slack.clock import Clock, Timing
    from playground.slack.description import WorkspaceDescription

HOST = "127.0.0.1"
LARGEST_BODY = 36 * 1024 * 1024


class RunningWorkspace:
    """`url` is the page; `api_url` what a WebClient takes as `base_url`."""

    def __init__(self, workspace: Workspace, port: int) -> None:
        self.workspace = workspace
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slack-playground", daemon=True)
        self._thread.start()
        try:
            self._runner, self.port = self.run(self._listen(port))
        except OSError:
            self._halt()
            raise
        self.url = f"http://{HOST}:{self.port}"
        self.api_url = f"{self.url}/api/"
        self.workspace.response_urls.origin = self.workspace.uploads.origin = self.url
        self.driver = Driver(workspace, self._loop)

    @property
    def bot_token(self) -> str:
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        return self.workspace.app_token

    @property
    def signing_secret(self) -> str:
        return self.workspace.signing_secret

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run it on the server's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self) -> None:
        """Close every connection and the store; a second call does nothing."""
        if self._thread.is_alive():
            self.run(self._close())
            self._halt()

    async def _listen(self, port: int) -> tuple[web.AppRunner, int]:
        server = web.Application(client_max_size=LARGEST_BODY, middlewares=[only_from_here])
        self.oauth = add_app_routes(server, self.workspace)
        add_page_routes(server, self.workspace)
        runner = web.AppRunner(server, handler_cancellation=True, shutdown_timeout=0.5, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, HOST, port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        return runner, int(runner.addresses[0][1])

    async def _close(self) -> None:
        await self.workspace.close_connections()
        server = self._runner.server
        assert server is not None
        known = [each.transport for each in server.connections]
        await self._runner.cleanup()
        for _ in range(3):  # turns of the loop, in which a client that was just let in gets its connection
            await asyncio.sleep(0)
        for each in (*known, *(late.transport for late in server.connections)):
            if each is not None:  # it would wait for a client that reads no more
                each.abort()
        await asyncio.sleep(0)  # in which the loop closes what was aborted
        self.workspace.store.close()

    def _halt(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def start_workspace(
    description: WorkspaceDescription,
    manifest: Mapping[str, Any],
    *,
    port: int = 0,
    folder: Path | None = None,
    clock: Clock | None = None,
    timing: Timing | None = None,
    clock_note: str = "",
) -> RunningWorkspace:
    """Start it; OSError when the port is taken. `folder` None: nothing survives the process.

    `clock_note`: what the page says of putting a movable clock forward.
    """
    workspace = Workspace(
        description, manifest, folder=folder, clock=clock, timing=timing, clock_note=clock_note
    )
    return RunningWorkspace(workspace, port)
