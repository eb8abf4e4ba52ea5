"""The server's addresses that the page uses: itself, what a person sees and does, news by SSE."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from playground.slack.acting import NotPossibleError, acting
from playground.slack.desk import act
from playground.slack.seeing import Screen
from playground.slack.troubles import offered, order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playground.slack.changes import Change
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

PAGE = Path(__file__).parent / "page"
LOCAL = {"127.0.0.1", "localhost", "::1"}
BEAT = 15.0
POLICY = "default-src 'self'; img-src * data:; frame-ancestors 'none'"
"""No other site shows the page inside its own, where somebody would press what they do not see."""


@web.middleware
async def only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """No other site may act as a person here: neither by a rebound name nor from its own page."""
    origin = request.headers.get("Origin")
    hosts = {urlsplit(f"//{request.host}").hostname, urlsplit(origin).hostname if origin else "localhost"}
    if not hosts <= LOCAL:
        return web.Response(status=403, text="this workspace answers on this machine only")
    return await handler(request)


def add_page_routes(server: web.Application, workspace: Workspace) -> None:
    page_side = PageSide(workspace)
    server.router.add_get("/", page_side.index)
    server.router.add_get("/archives/{channel}/{message}", page_side.index)
    server.router.add_static("/page/", PAGE)
    server.router.add_get("/see/conversation", page_side.conversation)
    server.router.add_get("/see/journal", page_side.journal)
    server.router.add_get("/see/news", page_side.news)
    server.router.add_post("/do/{verb}", page_side.do)
    server.router.add_post("/trouble", page_side.trouble)


class PageSide:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def index(self, request: web.Request) -> web.Response:
        del request
        text = (PAGE / "index.html").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def conversation(self, request: web.Request) -> web.Response:
        screen, channel = self._screen(request), request.query["channel"]
        if channel not in self._workspace.state.conversations:
            raise web.HTTPNotFound(text="no such conversation")
        return web.json_response(screen.conversation(channel))

    async def journal(self, request: web.Request) -> web.Response:
        entries = self._workspace.journal.entries(int(request.query.get("since", "0")))
        return web.json_response({"entries": entries, "troubles": offered(self._workspace)})

    async def trouble(self, request: web.Request) -> web.Response:
        try:
            await order(self._workspace, str((await _body(request)).get("name")))
        except NotPossibleError as why:
            return web.json_response({"said": str(why)}, status=409)
        return web.json_response({})

    async def do(self, request: web.Request) -> web.Response:
        try:
            done = await act(self._workspace, request.match_info["verb"], await _body(request))
        except NotPossibleError as why:
            return web.json_response({"said": str(why)}, status=409)
        return web.json_response({"done": done})

    async def news(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: first how everything stands, then each change, as this person sees it."""
        screen = self._screen(request)
        answer = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await answer.prepare(request)
        queue = self._workspace.changes.subscribe()
        try:
            start = {"area": "start", "drawn": screen.start()}
            await answer.write(f"retry: 1000\ndata: {json.dumps(start)}\n\n".encode())
            while True:
                for news in await self._next(screen, queue):
                    await answer.write(f"data: {json.dumps(news)}\n\n".encode())
        except (ConnectionError, asyncio.CancelledError):
            return answer
        finally:
            self._workspace.changes.unsubscribe(queue)

    async def _next(self, screen: Screen, queue: asyncio.Queue[Change]) -> list[Json]:
        """What is new now, each thing once; after a quiet while, a beat that keeps the line open."""
        try:
            async with asyncio.timeout(BEAT):
                changes = [await queue.get()]
        except TimeoutError:
            return [{"area": "beat"}]
        while not queue.empty():
            changes.append(queue.get_nowait())
        mine = [each for each in dict.fromkeys(changes) if each.person in {None, screen.person}]
        return [news for change in mine if (news := _draw(screen, change)) is not None]

    def _screen(self, request: web.Request) -> Screen:
        people = self._workspace.state.people.values()
        first = next((each.id for each in people if not each.bot and not each.deactivated), "")
        person = request.query.get("person") or first
        try:
            acting(self._workspace, person)
        except NotPossibleError as why:
            raise web.HTTPNotFound(text=str(why)) from why
        return Screen(self._workspace, person)


async def _body(request: web.Request) -> Json:
    try:
        read = await request.json()
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise web.HTTPBadRequest(text="the body must be a JSON object")
    return read


def _draw(screen: Screen, change: Change) -> Json | None:
    drawn: dict[str, Callable[[], Any]] = {
        "sidebar": screen.sidebar,
        "modal": screen.modal,
        "home": screen.home,
        "journal": lambda: None,
    }
    if change.area in drawn:
        return {"area": change.area, "drawn": drawn[change.area]()}
    if change.area == "trouble":
        return _draw_trouble(screen, change)
    assert change.channel is not None
    assert change.ts is not None
    news: Json = {"area": change.area, "channel": change.channel, "ts": change.ts}
    if change.area == "gone":
        return news
    message = screen.message(change.channel, change.ts)
    return None if message is None else {**news, "drawn": message}


def _draw_trouble(screen: Screen, change: Change) -> Json | None:
    """A warning appeared or went: on the Home, in the form, or at a message."""
    surface = change.ts or ""
    home, modal = screen.home(), screen.modal()
    if home and home["id"] == surface:
        return {"area": "home", "drawn": home}
    if modal and modal["id"] == surface:
        return {"area": "modal", "drawn": modal}
    for channel in screen.workspace.state.conversations:
        message = screen.message(channel, surface)
        if message is not None:
            return {"area": "message", "channel": channel, "ts": surface, "drawn": message}
    return None
