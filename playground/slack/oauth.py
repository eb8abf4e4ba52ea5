"""OAuth v2: the app gets a code that works once, for ten minutes, and trades it for a token."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from playground.slack.manifest import APP_ID, BOT_USER
from playground.slack.web_api.door import read_arguments, token_of

if TYPE_CHECKING:
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

CODE_LIFE = 600.0
"""Assumed: "about ten minutes"."""


@dataclass(slots=True)
class Code:
    redirect_uri: str
    person: str
    made_at: float


@dataclass(slots=True)
class OAuth:
    """`client_id` and `client_secret` are what a caller gives the app under test."""

    workspace: Workspace
    client_id: str = "1.2"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    _codes: dict[str, Code] = field(default_factory=dict)

    async def authorize(self, request: web.Request) -> web.Response:
        """`GET /oauth/v2/authorize`; `deny=1` stands for pressing Cancel, `person` for who is signed in."""
        query = request.query
        redirect = query.get("redirect_uri", "")
        if query.get("client_id") != self.client_id or not redirect.startswith(("http://", "https://")):
            return web.Response(status=400, text="invalid client_id or redirect_uri")
        state = {"state": query["state"]} if "state" in query else {}
        if query.get("deny"):
            raise web.HTTPFound(f"{redirect}?{urlencode({'error': 'access_denied', **state})}")
        code = secrets.token_urlsafe(16)
        person = query.get("person") or next(iter(self.workspace.state.people))
        self._codes[code] = Code(redirect, person, self.workspace.clock.now())
        raise web.HTTPFound(f"{redirect}?{urlencode({'code': code, **state})}")

    async def access(self, request: web.Request) -> web.Response:
        """`oauth.v2.access`: client id and secret by HTTP Basic or in the body."""
        arguments = await read_arguments(request)
        entry = self.workspace.journal.open("app → Slack", "oauth.v2.access", dict(arguments))
        body = self._trade(arguments, request.headers.get("Authorization", ""))
        self.workspace.journal.close(entry, {"ok": body["ok"]}, body.get("error", ""))
        return web.json_response(body)

    def _trade(self, arguments: Json, header: str) -> Json:
        given = _credentials(arguments, header)
        if given[0] != self.client_id:
            return {"ok": False, "error": "invalid_client_id"}
        if given[1] != self.client_secret:
            return {"ok": False, "error": "bad_client_secret"}
        if arguments.get("grant_type") == "refresh_token":
            fresh = self.workspace.tokens.refreshed(str(arguments.get("refresh_token", "")))
            return self._granted(fresh) if fresh else {"ok": False, "error": "invalid_refresh_token"}
        code = self._codes.get(arguments.get("code", ""))
        if code is None or self.workspace.clock.now() - code.made_at > CODE_LIFE:
            return {"ok": False, "error": "invalid_code"}
        if arguments.get("redirect_uri") not in {None, code.redirect_uri}:
            return {"ok": False, "error": "bad_redirect_uri"}
        del self._codes[arguments["code"]]
        self.workspace.faults.token_revoked = False
        return {**self._granted(self.workspace.tokens.installed()), "authed_user": {"id": code.person}}

    async def exchange(self, request: web.Request) -> web.Response:
        """`oauth.v2.exchange`: a long-lived token becomes one that rotates."""
        arguments = await read_arguments(request)
        entry = self.workspace.journal.open("app → Slack", "oauth.v2.exchange", dict(arguments))
        body = self._exchanged(arguments, token_of(request, arguments))
        self.workspace.journal.close(entry, {"ok": body["ok"]}, body.get("error", ""))
        return web.json_response(body)

    def _exchanged(self, arguments: Json, token: str) -> Json:
        tokens = self.workspace.tokens
        name, secret = _credentials(arguments, "")
        refusals = {
            "invalid_client_id": name != self.client_id,
            "bad_client_secret": secret != self.client_secret,
            "token_rotation_not_enabled": not tokens.rotates,
            "token_already_exchanged": tokens.exchanged,
            "invalid_token": token != tokens.bot,
        }
        for error, holds in refusals.items():
            if holds:
                return {"ok": False, "error": error}
        return self._granted(tokens.exchange())

    def _granted(self, given: Json) -> Json:
        team = self.workspace.state.team
        return {
            "ok": True,
            "app_id": APP_ID,
            "scope": ",".join(sorted(self.workspace.manifest.scopes)),
            "token_type": "bot",
            **given,
            "bot_user_id": BOT_USER,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }


def _credentials(arguments: Json, header: str) -> tuple[str, str]:
    if header.startswith("Basic "):
        name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        return name, secret
    return str(arguments.get("client_id", "")), str(arguments.get("client_secret", ""))
