"""The server's addresses that the app uses: Web API, Socket Mode, response_url, uploads, OAuth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from playground.slack.oauth import OAuth
from playground.slack.posting import RefusedAnswerError, answer_by_url
from playground.slack.response_urls import ResponseUrlError
from playground.slack.uploads import kind_of
from playground.slack.web_api.door import Door, token_of

if TYPE_CHECKING:
    from playground.slack.workspace import Workspace


def add_app_routes(server: web.Application, workspace: Workspace) -> OAuth:
    app_side = AppSide(workspace)
    door = Door(workspace)
    oauth = OAuth(workspace)
    server.router.add_get("/oauth/v2/authorize", oauth.authorize)
    server.router.add_post("/api/oauth.v2.access", oauth.access)
    server.router.add_post("/api/oauth.v2.exchange", oauth.exchange)
    server.router.add_route("*", "/api/{method}", door.answer)
    server.router.add_get("/link/", workspace.socket.connect)
    server.router.add_post("/actions/{key}", app_side.respond)
    server.router.add_post("/upload/{file}", app_side.upload)
    server.router.add_get("/files/{file}", app_side.download)
    return oauth


class AppSide:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def respond(self, request: web.Request) -> web.Response:
        """A post to a response_url."""
        workspace = self._workspace
        raw = await request.text()
        try:
            body = json.loads(raw)
        except ValueError:
            body = {}
        entry = workspace.journal.open("app → Slack", "response_url", body)
        wait = workspace.rate_limits.check_posting(request.match_info["key"])
        if wait is not None:
            workspace.journal.close(entry, None, "ratelimited 1 per second and response_url")
            return web.Response(status=429, text="rate_limited", headers={"Retry-After": str(wait)})
        try:
            answer_by_url(workspace, workspace.response_urls.use(request.match_info["key"]), body)
        except ResponseUrlError as refused:
            workspace.journal.close(entry, None, str(refused))
            return web.Response(status=404, text=str(refused))
        except RefusedAnswerError as refused:
            workspace.journal.close(entry, None, str(refused))
            return web.Response(status=400, text=str(refused))
        workspace.journal.close(entry, "ok")
        return web.Response(text="ok")

    async def upload(self, request: web.Request) -> web.Response:
        upload = self._workspace.uploads.find(request.match_info["file"])
        content = await request.read()
        if upload is None:
            return web.Response(status=404, text="file_not_found")
        if len(content) != upload.size:
            return web.Response(status=400, text="length differs from what was announced")
        upload.content, upload.arrived = content, True
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        upload = self._workspace.uploads.find(request.match_info["file"])
        if upload is None or not upload.done:
            return web.Response(status=404, text="file_not_found")
        if not upload.shared_in and not self._may_read_files(request):
            raise web.HTTPFound("/")  # as Slack does: to where one signs in, with no word about why
        called = f"attachment; filename*=UTF-8''{quote(upload.name)}"
        headers = {"Content-Disposition": called, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=upload.content, content_type=kind_of(upload), headers=headers)

    def _may_read_files(self, request: web.Request) -> bool:
        """Whether the app asks, with its bot token and the scope for files that people have given it."""
        token = token_of(request, {})
        is_bot = token != self._workspace.app_token and not self._workspace.tokens.refusal(token)
        return is_bot and "files:read" in self._workspace.manifest.scopes
