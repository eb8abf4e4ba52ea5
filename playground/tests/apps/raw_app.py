"""An app without any SDK: shows every frame as it came, and acknowledges only as told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk import WebClient

from playground.tests.apps.running import wait_until

if TYPE_CHECKING:
    from playground.slack.server import RunningWorkspace

Answer = Callable[[dict[str, Any]], Any]
SILENCE = object()


class RawApp:
    """`answer` maps an envelope to the ack's payload, None for an empty ack, or SILENCE."""

    def __init__(self, workspace: RunningWorkspace) -> None:
        self.frames: list[dict[str, Any]] = []
        self.answer: Answer = lambda _: None
        self.closed = threading.Event()
        self._web = WebClient(base_url=workspace.api_url)
        self._app_token = workspace.app_token
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._ended = asyncio.Event()

    def connect(self) -> RawApp:
        self._thread.start()
        wait_until(lambda: self.frames)
        return self

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Frames of a type, or whose payload is of this type, command or event."""
        return [each for each in self.frames if kind in _kinds(each)]

    def last(self, kind: str) -> dict[str, Any]:
        wait_until(lambda: self.of(kind))
        return self.of(kind)[-1]

    def _live(self) -> None:
        self._loop.run_until_complete(self._connected())

    async def _connected(self) -> None:
        url = str(self._web.apps_connections_open(app_token=self._app_token)["url"])
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
            hearing = asyncio.create_task(self._hear(ws))
            await self._ended.wait()
            hearing.cancel()

    async def _hear(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        async for message in ws:
            frame = json.loads(message.data)
            self.frames.append(frame)
            payload = self.answer(frame) if "envelope_id" in frame else SILENCE
            if payload is not SILENCE:
                ack = {"envelope_id": frame["envelope_id"]}
                await ws.send_json(ack if payload is None else {**ack, "payload": payload})
        self.closed.set()


def _kinds(frame: dict[str, Any]) -> set[Any]:
    payload = frame.get("payload", {})
    return {frame["type"], payload.get("type"), payload.get("command"), payload.get("event", {}).get("type")}
