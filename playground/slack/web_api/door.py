"""The door to the Web API: token, faults, scopes, rate limits, then the method; all in the journal."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from playground.slack.web_api import chat, conversations, files, reactions, scheduled, team, users, views
from playground.slack.web_api.call import METHODS, ApiError, Call

if TYPE_CHECKING:
    from playground.slack.faults import Fault
    from playground.slack.records import Json
    from playground.slack.web_api.call import Method
    from playground.slack.workspace import Workspace

RULES_OF = (chat, conversations, files, reactions, scheduled, team, users, views)
TOO_MANY = 429
METADATA = "response_metadata"
FORM_ONLY = {
    "auth.revoke",
    "bots.info",
    "chat.getPermalink",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "conversations.replies",
    "files.getUploadURLExternal",
    "files.info",
    "usergroups.list",
    "usergroups.users.list",
    "users.conversations",
    "users.info",
    "users.list",
    "users.lookupByEmail",
    "users.profile.get",
}
"""These read no JSON body: what stands there is as if it had not been said."""


@dataclass(frozen=True, slots=True)
class Door:
    workspace: Workspace

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """`/api/<method>`, by GET or POST, as query, form, multipart or JSON."""
        name = request.match_info["method"]
        arguments = await read_arguments(request, name)
        token = token_of(request, arguments)
        entry = self.workspace.journal.open("app → Slack", name, arguments)
        fault = await self.workspace.faults.due(name)
        if fault is not None and fault.drop and request.transport is not None:
            self.workspace.journal.close(entry, None, "fault: connection dropped")
            request.transport.abort()
            await asyncio.sleep(0)
        try:
            _suffer(fault)
            body = self._run(Call(self.workspace, name, arguments), token)
        except ApiError as refused:
            body = {"ok": False, "error": str(refused), **refused.more}
        rule = body.pop("rule", "")
        status, headers = _status(body, fault)
        broke = "" if body["ok"] else f"{body['error']} {rule}".strip()
        self.workspace.journal.close(entry, body, broke)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self.workspace.manifest.scopes))}
        return web.json_response(body, status=status, headers={**scopes, **(headers or {})})

    def _run(self, call: Call, token: str) -> Json:
        method = METHODS.get(call.method)
        if method is None:
            raise ApiError("unknown_method", req_method=call.method)
        if not method.no_token:
            self._check_token(method, token)
        wait = self.workspace.rate_limits.check_method(call.method, method.tier)
        if wait is not None:
            raise ApiError("ratelimited", retry_after=wait, rule=f"tier {method.tier}")
        call.require_scope(*method.scopes)
        missing = [name for name in method.required if call.arguments.get(name) in (None, "")]
        if missing:
            said = [f"[ERROR] missing required field: {name}" for name in missing]
            raise ApiError("invalid_arguments", **{METADATA: {"messages": said}})
        return {"ok": True, **method.run(call)}

    def _check_token(self, method: Method, token: str) -> None:
        workspace = self.workspace
        if not token:
            raise ApiError("not_authed")
        refusal = workspace.tokens.refusal(token)
        if refusal or workspace.faults.token_revoked:
            raise ApiError(refusal or "token_revoked")
        if method.app_token != (token == workspace.app_token):
            raise ApiError("not_allowed_token_type")


async def read_arguments(request: web.Request, method: str = "") -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        if method in FORM_ONLY:
            return arguments
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        arguments |= body if isinstance(body, dict) else {}
    elif request.method == "POST":
        arguments |= dict(await request.post())
    return arguments


def token_of(request: web.Request, arguments: Json) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() or str(arguments.get("token", ""))


def _suffer(fault: Fault | None) -> None:
    if fault is not None and fault.error is not None:
        more = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
        raise ApiError(fault.error, **more, rule="fault on request")


def _status(body: Json, fault: Fault | None) -> tuple[int, dict[str, Any]]:
    if body.get("error") == "ratelimited":
        return TOO_MANY, {"Retry-After": str(body.pop("retry_after", 1))}
    return (fault.status if fault is not None else 200), {}
