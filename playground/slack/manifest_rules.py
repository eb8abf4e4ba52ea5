"""What Slack refuses in a manifest: lengths, counts, unknown keys, and URLs missing without Socket Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.errors import CannotStart
from playground.slack.block_kit.rules import Problem, Rule, Shape, anything, boolean, listed, string

if TYPE_CHECKING:
    from collections.abc import Iterator


class ManifestRefusedError(CannotStart):
    """Its text has one line for each problem, with the pointer to where it stands."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(["Slack would refuse this manifest:", *map(str, problems)]))
        self.problems = problems


def _starting(rule: Rule, *starts: str) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        yield from rule(value, at)
        if isinstance(value, str) and not value.startswith(starts):
            yield Problem(at, f"must start with {' or '.join(starts)}")

    return check


def _url(most: int) -> Rule:
    return _starting(string(most), "http://", "https://")


def _unread(*keys: str) -> dict[str, Rule]:
    """Keys that Slack knows and this workspace has no use for."""
    return dict.fromkeys(keys, anything)


def _shortcut(value: Any, at: str) -> Iterator[Problem]:
    yield from SHORTCUT(value, at)
    if isinstance(value, dict) and value.get("type") not in {None, "message", "global"}:
        yield Problem(f"{at}/type", "must be one of message, global")


SCOPES = listed(string(50), 0, 255)
EVENTS = listed(string(50), 0, 100)
COMMAND = Shape(
    {"command": _starting(string(32, 2), "/"), "description": string(2000)},
    {"url": _url(3000), "usage_hint": string(1000), "should_escape": boolean},
)
SHORTCUT = Shape(
    {"name": string(24), "type": anything, "callback_id": string(255), "description": string(150)}, {}
)
APP_HOME = Shape(
    {},
    dict.fromkeys(("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), boolean),
)
FEATURES = Shape(
    {},
    {
        "app_home": APP_HOME,
        "bot_user": Shape({"display_name": string(80)}, {"always_online": boolean}),
        "slash_commands": listed(COMMAND, 1, 50),
        "shortcuts": listed(_shortcut, 1, 10),
        **_unread("agent_view", "assistant_view", "functions", "unfurl_domains", "workflow_steps"),
    },
)
OAUTH = Shape(
    {},
    {
        "scopes": Shape({}, dict.fromkeys(("bot", "bot_optional", "user", "user_optional"), SCOPES)),
        **_unread("pkce_enabled", "redirect_urls", "token_management_enabled"),
    },
)
SETTINGS = Shape(
    {},
    {
        "event_subscriptions": Shape(
            {},
            {
                "request_url": _url(3500),
                "bot_events": EVENTS,
                "user_events": EVENTS,
                **_unread("metadata_subscriptions"),
            },
        ),
        "interactivity": Shape(
            {"is_enabled": boolean}, {"request_url": _url(3500), "message_menu_options_url": _url(3500)}
        ),
        "org_deploy_enabled": boolean,
        "socket_mode_enabled": boolean,
        "token_rotation_enabled": boolean,
        **_unread("allowed_ip_address_ranges", "function_runtime", "hermes_app_type", "incoming_webhooks"),
        **_unread("is_hosted", "is_mcp_enabled", "siws_links"),
    },
)
SHOWN = Shape(
    {"name": string(35)},
    {
        "description": string(140),
        "background_color": string(7, 4),
        "long_description": string(4000, 175),
    },
)
MANIFEST = Shape(
    {"display_information": SHOWN},
    {
        "features": FEATURES,
        "oauth_config": OAUTH,
        "settings": SETTINGS,
        **_unread("$schema", "_metadata", "app_directory", "datastores", "external_auth_providers"),
        **_unread("functions", "mcp_servers", "outgoing_domains", "types", "workflows"),
    },
)


def check_manifest(raw: Any) -> list[Problem]:
    """Everything that Slack would refuse; nothing about the names of scopes and events."""
    return list(MANIFEST(raw, "")) or list(_missing_urls(raw))


def _missing_urls(raw: dict[str, Any]) -> Iterator[Problem]:
    """What goes to the app needs an address, unless the app connects by itself."""
    settings = raw.get("settings") or {}
    if settings.get("socket_mode_enabled"):
        return
    commands = (raw.get("features") or {}).get("slash_commands") or ()
    interactivity = settings.get("interactivity") or {}
    events = settings.get("event_subscriptions") or {}
    needed = [(f"/features/slash_commands/{at}", "url", each) for at, each in enumerate(commands)]
    if interactivity.get("is_enabled"):
        needed.append(("/settings/interactivity", "request_url", interactivity))
    if events.get("bot_events") or events.get("user_events"):
        needed.append(("/settings/event_subscriptions", "request_url", events))
    for at, key, held in needed:
        if not held.get(key):
            yield Problem(at, f"missing required field without Socket Mode: {key}")
