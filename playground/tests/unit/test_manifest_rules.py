"""Manifests that Slack refuses, each for one reason, and those that it takes."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from playground.slack.manifest import read_manifest
from playground.slack.manifest_rules import ManifestRefusedError, check_manifest
from playground.tests.apps import club_app, lunch_app
from tests import manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    Spoil = Callable[[dict[str, Any]], Any]

URL = "https://example.org/slack"
SHORTCUT = {"name": "Order", "type": "global", "callback_id": "order", "description": "Order lunch"}


def good(*, socket_mode: bool = True) -> dict[str, Any]:
    """One that is taken, over Socket Mode or with its URLs."""
    command = {"command": "/lunch", "description": "Order lunch", "usage_hint": "[dish]"}
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": ["message.im"]}
    if not socket_mode:
        command["url"] = interactivity["request_url"] = events["request_url"] = URL
    return {
        "display_information": {"name": "Lunch"},
        "features": {
            "app_home": {"home_tab_enabled": True},
            "bot_user": {"display_name": "Lunch"},
            "slash_commands": [command],
            "shortcuts": [SHORTCUT.copy()],
        },
        "oauth_config": {"scopes": {"bot": ["commands"]}},
        "settings": {
            "socket_mode_enabled": socket_mode,
            "interactivity": interactivity,
            "event_subscriptions": events,
        },
    }


def put(path: str, value: Any) -> Spoil:
    """Put it at /that/path, list items by number."""

    def spoil(raw: Any) -> None:
        *way, last = [int(each) if each.isdigit() else each for each in path.split("/")[1:]]
        for each in way:
            raw = raw[each]
        raw[last] = value

    return spoil


COMMAND = "/features/slash_commands/0"
SHORT = "/features/shortcuts/0"
SPOILT: dict[str, tuple[Spoil, str, str]] = {
    "no name": (put("/display_information", {}), "/display_information", "missing required field: name"),
    "long name": (
        put("/display_information/name", "x" * 36),
        "/display_information/name",
        "must be less than 36 characters",
    ),
    "long display name": (
        put("/features/bot_user/display_name", "x" * 81),
        "/features/bot_user/display_name",
        "must be less than 81 characters",
    ),
    "long command": (
        put(f"{COMMAND}/command", "/" + "x" * 32),
        f"{COMMAND}/command",
        "must be less than 33 characters",
    ),
    "slash alone": (put(f"{COMMAND}/command", "/"), f"{COMMAND}/command", "must be more than 1 characters"),
    "no slash": (put(f"{COMMAND}/command", "lunch"), f"{COMMAND}/command", "must start with /"),
    "command without description": (
        put(COMMAND, {"command": "/lunch"}),
        COMMAND,
        "missing required field: description",
    ),
    "long hint": (
        put(f"{COMMAND}/usage_hint", "x" * 1001),
        f"{COMMAND}/usage_hint",
        "must be less than 1001 characters",
    ),
    "51 commands": (
        put("/features/slash_commands", [{"command": "/x", "description": "x"}] * 51),
        "/features/slash_commands",
        "no more than 50 items allowed [limit:50]",
    ),
    "11 shortcuts": (
        put("/features/shortcuts", [SHORTCUT] * 11),
        "/features/shortcuts",
        "no more than 10 items allowed [limit:10]",
    ),
    "long shortcut": (put(f"{SHORT}/name", "x" * 25), f"{SHORT}/name", "must be less than 25 characters"),
    "long callback_id": (
        put(f"{SHORT}/callback_id", "x" * 256),
        f"{SHORT}/callback_id",
        "must be less than 256 characters",
    ),
    "shortcut of another type": (
        put(f"{SHORT}/type", "channel"),
        f"{SHORT}/type",
        "must be one of message, global",
    ),
    "256 scopes": (
        put("/oauth_config/scopes/bot", ["commands"] * 256),
        "/oauth_config/scopes/bot",
        "no more than 255 items allowed [limit:255]",
    ),
    "unknown key": (put("/setings", {}), "", "no more properties allowed: setings"),
    "unknown key inside": (
        put("/settings/socket_mode", True),
        "/settings",
        "no more properties allowed: socket_mode",
    ),
}
UNREACHABLE: dict[str, tuple[Spoil, str, str]] = {
    "command": (put(f"{COMMAND}/url", None), COMMAND, "url"),
    "interactivity": (
        put("/settings/interactivity/request_url", None),
        "/settings/interactivity",
        "request_url",
    ),
    "events": (
        put("/settings/event_subscriptions/request_url", None),
        "/settings/event_subscriptions",
        "request_url",
    ),
}


@pytest.mark.parametrize(
    "raw",
    [good(), good(socket_mode=False), manifest.MANIFEST, lunch_app.MANIFEST, club_app.MANIFEST],
    ids=["Socket Mode", "over HTTP", "our own", "lunch", "club"],
)
def test_a_good_manifest_is_taken(raw: dict[str, Any]) -> None:
    assert check_manifest(raw) == []


@pytest.mark.parametrize("name", SPOILT)
def test_a_bad_manifest_is_refused_for_its_one_reason(name: str) -> None:
    spoil, pointer, message = SPOILT[name]
    raw = deepcopy(good())
    spoil(raw)
    assert [(each.pointer, each.message) for each in check_manifest(raw)] == [(pointer, message)]


@pytest.mark.parametrize("name", UNREACHABLE)
def test_without_socket_mode_an_address_is_needed(name: str) -> None:
    spoil, pointer, key = UNREACHABLE[name]
    raw = good(socket_mode=False)
    spoil(raw)
    (problem,) = check_manifest(raw)
    assert (problem.pointer, problem.message) == (
        pointer,
        f"missing required field without Socket Mode: {key}",
    )


def test_the_longest_of_everything_is_taken() -> None:
    raw = good()
    put("/display_information/name", "x" * 35)(raw)
    put("/features/bot_user/display_name", "x" * 80)(raw)
    put("/features/slash_commands", [{"command": "/" + "x" * 31, "description": "x"}] * 50)(raw)
    put("/features/slash_commands/0/usage_hint", "x" * 1000)(raw)
    put("/features/shortcuts", [{**SHORTCUT, "name": "x" * 24, "callback_id": "x" * 255}] * 10)(raw)
    put("/oauth_config/scopes/bot", ["commands"] * 255)(raw)
    assert check_manifest(raw) == []


def test_the_workspace_refuses_it_with_a_line_for_each_problem() -> None:
    raw = good()
    put("/display_information/name", "x" * 36)(raw)
    put(f"{COMMAND}/command", "lunch")(raw)
    with pytest.raises(ManifestRefusedError) as refused:
        read_manifest(raw)
    assert str(refused.value).splitlines() == [
        "Slack would refuse this manifest:",
        "[ERROR] must be less than 36 characters [json-pointer:/display_information/name]",
        "[ERROR] must start with / [json-pointer:/features/slash_commands/0/command]",
    ]
