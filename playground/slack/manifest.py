"""The app as its manifest describes it: commands, scopes, events, Home, where it listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.slack.manifest_rules import ManifestRefusedError, check_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

APP_ID = "A0PLAYGRND"
BOT_ID = "B0PLAYGRND"
BOT_USER = "U0APP"


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    description: str
    hint: str
    escapes: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class Shortcut:
    name: str
    callback_id: str
    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    app_name: str
    bot_name: str
    description: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool
    messages_tab_read_only: bool
    socket_mode: bool
    token_rotation: bool
    interactivity: bool
    interactivity_url: str | None
    options_url: str | None
    events_url: str | None

    def command(self, name: str) -> Command | None:
        return next((each for each in self.commands if each.name == name), None)


def read_manifest(raw: Mapping[str, Any]) -> Manifest:
    """Read a manifest of Slack's schema, as YAML or JSON loads it; raises ManifestRefusedError."""
    if problems := check_manifest(raw):
        raise ManifestRefusedError(problems)
    features = raw.get("features", {})
    settings = raw.get("settings", {})
    home = features.get("app_home", {})
    shown = raw.get("display_information", {})
    interactivity = settings.get("interactivity", {})
    events = settings.get("event_subscriptions", {})
    name = str(shown.get("name", "App"))
    return Manifest(
        app_name=name,
        bot_name=str(features.get("bot_user", {}).get("display_name", name)),
        description=str(shown.get("description", "")),
        commands=tuple(_command(each) for each in features.get("slash_commands", ())),
        shortcuts=tuple(_shortcut(each) for each in features.get("shortcuts", ())),
        scopes=frozenset(raw.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=frozenset(events.get("bot_events", ())),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        token_rotation=bool(settings.get("token_rotation_enabled", False)),
        interactivity=bool(interactivity.get("is_enabled", False)),
        interactivity_url=interactivity.get("request_url"),
        options_url=interactivity.get("message_menu_options_url"),
        events_url=events.get("request_url"),
    )


def _command(raw: Mapping[str, Any]) -> Command:
    return Command(
        name=raw["command"],
        description=raw.get("description", ""),
        hint=raw.get("usage_hint", ""),
        escapes=bool(raw.get("should_escape", False)),
        url=raw.get("url"),
    )


def _shortcut(raw: Mapping[str, Any]) -> Shortcut:
    return Shortcut(raw["name"], raw["callback_id"], raw["type"], raw.get("description", ""))
