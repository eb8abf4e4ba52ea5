"""Socket Mode: connections by single-use ticket, one connection per envelope, acks, recycling."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from playground.slack.delivery import NoAnswerError, NotDeliveredError
from playground.slack.manifest import APP_ID

if TYPE_CHECKING:
    from playground.slack.clock import Timing
    from playground.slack.delivery import Parcel
    from playground.slack.faults import Faults
    from playground.slack.journal import Journal
    from playground.slack.records import Json

MOST_CONNECTIONS = 10
DEBUG_RECONNECT = 360.0


@dataclass(slots=True, eq=False)
class Connection:
    ws: web.WebSocketResponse
    ghost: bool = False


@dataclass(slots=True)
class SocketMode:
    timing: Timing
    journal: Journal
    faults: Faults
    link_disabled: bool = False
    connections: list[Connection] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _turn: itertools.count[int] = field(default_factory=itertools.count)

    def new_ticket(self) -> str:
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    # What the app does

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """`GET /link/?ticket=…`: a WebSocket for as long as both sides like."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="this ticket was used or never given")
        self._tickets.remove(ticket)
        ws = web.WebSocketResponse(heartbeat=self.timing.ping)
        await ws.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await self._disconnect(ws, "too_many_websockets")
            await ws.close()
            return ws
        connection = Connection(ws)
        self.connections.append(connection)
        recycling = asyncio.create_task(self._recycle(connection, debug="debug_reconnects" in request.query))
        try:
            await self._hello(ws)
            await self._listen(ws)
        finally:
            recycling.cancel()
            self.connections.remove(connection)
        return ws

    async def _hello(self, ws: web.WebSocketResponse) -> None:
        seconds = self.timing.refresh_after or 0
        await ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "connection_info": {"app_id": APP_ID},
                "debug_info": {
                    "host": "applink-playground",
                    "started": "2026-01-01 00:00:00.000",
                    "build_number": 1,
                    "approximate_connection_time": int(seconds),
                },
            }
        )

    async def _listen(self, ws: web.WebSocketResponse) -> None:
        async for frame in ws:
            if frame.type != WSMsgType.TEXT:
                continue
            with contextlib.suppress(ValueError):
                self._acknowledged(json.loads(frame.data))

    def _acknowledged(self, ack: Json) -> None:
        waiting = self._waiting.get(ack.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload"))

    # What Slack does

    async def deliver(self, parcel: Parcel) -> Any:
        envelope_id = str(uuid.uuid4())
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": parcel.kind,
            "payload": parcel.payload,
            "accepts_response_payload": parcel.answerable,
        }
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": parcel.retry, "retry_reason": parcel.retry_reason or ""}
        try:
            await self._send(envelope)
            async with asyncio.timeout(self.timing.ack):
                got = await answer
        except TimeoutError:
            raise NoAnswerError from None
        finally:
            del self._waiting[envelope_id]
        return got if parcel.answerable else None

    async def _send(self, envelope: Json) -> None:
        open_ones = [each for each in self.connections if not each.ws.closed]
        if not open_ones or self.link_disabled:
            raise NotDeliveredError("no Socket Mode connection")
        chosen = open_ones[next(self._turn) % len(open_ones)]
        if chosen.ghost or self.faults.ghost_connection:
            return  # what goes to a connection that died unnoticed is lost
        try:
            await chosen.ws.send_json(envelope)
        except ConnectionError as gone:
            raise NotDeliveredError(str(gone)) from gone

    async def _recycle(self, connection: Connection, *, debug: bool) -> None:
        after = DEBUG_RECONNECT if debug else self.timing.refresh_after
        if after is None:
            return
        warning = min(self.timing.refresh_warning, after)
        await asyncio.sleep(after - warning)
        await self._disconnect(connection.ws, "warning")
        await asyncio.sleep(warning)
        await self._disconnect(connection.ws, "refresh_requested")
        await connection.ws.close()

    async def refresh(self) -> None:
        """Recycle every connection now: the SDK opens a new one and drops the old."""
        for each in list(self.connections):
            await self._disconnect(each.ws, "refresh_requested")

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for each in list(self.connections):
            transport = each.ws._req.transport if each.ws._req else None  # noqa: SLF001  aiohttp offers no other way to cut a socket without a close frame
            if transport is not None:
                transport.abort()

    async def disable(self) -> None:
        self.link_disabled = True
        for each in list(self.connections):
            await self._disconnect(each.ws, "link_disabled")

    async def close(self) -> None:
        for each in list(self.connections):
            await each.ws.close()

    async def _disconnect(self, ws: web.WebSocketResponse, reason: str) -> None:
        entry = self.journal.open("Slack → app", f"disconnect ({reason})", {})
        if not ws.closed:
            await ws.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-playground"}}
            )
        self.journal.close(entry, None)
