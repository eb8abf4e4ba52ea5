"""Airflow's REST API under a moved clock: moments are translated on their way in and out.

Airflow itself keeps the real time: its servers, its database and its tasks cannot be moved together. A run
asked for at 09:00 by the moved clock is given to Airflow for the real moment at which that clock shows 09:00.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from playground.moved_clock import MovedClock

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TOLD = re.compile(
    r"(_at|_date|_after|_time|_start|_end|_decision|_heartbeat|^when|^timestamp)(_gte|_gt|_lte|_lt)?$"
)
"""Keys whose moments are Airflow's own."""
PEOPLES = {"conf", "params", "value", "note", "dag_run_conf"}
"""What people or jobs wrote: a moment in it is theirs, and stays as it is."""
PASSED_ON = {"authorization", "content-type", "accept", "user-agent"}


def translated(value: Any, move: Callable[[float], float], key: str = "") -> Any:
    """The same JSON with Airflow's moments moved."""
    if isinstance(value, dict):
        return {
            name: each if name in PEOPLES else translated(each, move, name) for name, each in value.items()
        }
    if isinstance(value, list):
        return [translated(each, move, key) for each in value]
    if isinstance(value, str) and TOLD.search(key) and MOMENT.fullmatch(value):
        moved = move(datetime.fromisoformat(value).timestamp())
        return datetime.fromtimestamp(moved, UTC).isoformat()
    return value


class AirflowUnderAClock:
    """Listens on a port of its own on this machine; `url` stands for Airflow's."""

    def __init__(self, airflow_url: str, clock: MovedClock) -> None:
        self._airflow, self._clock = airflow_url.rstrip("/"), clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="airflow-clock", daemon=True)
        self._thread.start()
        port = self._run(self._listen())
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> int:
        self._session = aiohttp.ClientSession(auto_decompress=True)
        server = web.Application(client_max_size=20 * 1024 * 1024)
        server.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return int(self._runner.addresses[0][1])

    async def _close(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        query = [(key, translated(each, self._clock.real, key)) for key, each in request.query.items()]
        body = _in_json(await request.read(), lambda read: translated(read, self._clock.real))
        headers = [(key.lower(), each) for key, each in request.headers.items() if key.lower() in PASSED_ON]
        address = f"{self._airflow}{request.path}"
        try:
            async with self._session.request(
                request.method, address, params=query, data=body, headers=headers, allow_redirects=False
            ) as answer:
                told = _in_json(await answer.read(), lambda read: translated(read, self._clock.shown))
                kind = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
                return web.Response(status=answer.status, body=told, headers=kind)
        except aiohttp.ClientError as failure:
            raise web.HTTPBadGateway(text=str(failure)) from failure


def _in_json(raw: bytes, change: Callable[[Any], Any]) -> bytes:
    """Changed where it is JSON; anything else goes through as it is."""
    try:
        read = json.loads(raw)
    except ValueError:
        return raw
    return json.dumps(change(read)).encode()
