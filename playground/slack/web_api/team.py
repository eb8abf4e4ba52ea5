"""auth.*, apps.*, team.*, bots.* and blocks.validate: who the app is, and how it connects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.block_kit.surfaces import check_message, check_view
from playground.slack.manifest import APP_ID, BOT_ID, BOT_USER
from playground.slack.web_api.call import ApiError, Call, method

if TYPE_CHECKING:
    from playground.slack.block_kit.rules import Problem
    from playground.slack.records import Json

LONGEST_JSON = 100_000


@method("auth.test", 5)
def auth_test(call: Call) -> Json:
    team = call.state.team
    return {
        "url": f"{call.workspace.response_urls.origin}/",
        "team": team.name,
        "user": call.workspace.manifest.bot_name.lower().replace(" ", ""),
        "team_id": team.id,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("auth.revoke", 3)
def revoke(call: Call) -> Json:
    if not call.flag("test"):
        call.workspace.tokens.revoked = True
    return {"revoked": not call.flag("test")}


@method("apps.connections.open", 3, app_token=True)
def connections_open(call: Call) -> Json:
    workspace = call.workspace
    if not workspace.manifest.socket_mode:
        raise ApiError("forbidden_team")  # assumed: no source says what an app without Socket Mode gets
    origin = workspace.response_urls.origin.replace("http", "ws", 1)
    return {"url": f"{origin}/link/?ticket={workspace.socket.new_ticket()}&app_id={APP_ID}"}


@method("team.info", 3, "team:read")
def team_info(call: Call) -> Json:
    team = call.state.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


@method("bots.info", 3, "users:read")
def bots_info(call: Call) -> Json:
    if call.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    return {
        "bot": {
            "id": BOT_ID,
            "deleted": False,
            "name": call.workspace.manifest.bot_name,
            "updated": 1_700_000_000,
            "app_id": APP_ID,
            "user_id": BOT_USER,
            "icons": {},
        }
    }


@method("blocks.validate", 5, no_token=True)
def validate(call: Call) -> Json:
    given = [name for name in ("blocks", "message", "view") if name in call.arguments]
    if len(given) != 1:
        raise ApiError("invalid_arguments")
    name = given[0]
    if len(call.text(name)) > LONGEST_JSON:
        raise ApiError("invalid_arguments")
    content = call.structure(name)
    found: list[Problem]
    if name == "view":
        found = check_view(content, content.get("type", "modal") if isinstance(content, dict) else "modal")
    elif name == "message":
        found = check_message(content.get("blocks", []) if isinstance(content, dict) else content)
    else:
        found = check_message(content)
    if found:
        told = [
            {"code": "invalid", "message": each.message, "pointer": each.pointer, "constraint": None}
            for each in found
        ]
        raise ApiError(f"invalid_{name}", errors=told)
    return {}
