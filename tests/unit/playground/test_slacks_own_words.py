"""The methods, their tiers, scopes and errors, beside Slack's own description of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import bot.playground.slack as playground
from bot.playground.slack.subscriptions import SCOPES
from bot.playground.slack.web_api import door
from bot.playground.slack.web_api.call import METHODS

HERE = Path(__file__).resolve()
FOLDERS = [parent.parent / "shared" / "data" / "slack-methods" for parent in HERE.parents[3:5]]
FOLDER = next((each for each in FOLDERS if each.is_dir()), None)
EVENTS = next((each.parent / "slack-events.json" for each in FOLDERS if each.is_dir()), None)
COMMON = {
    "internal_error",
    "invalid_arguments",
    "invalid_auth",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "ratelimited",
    "account_inactive",
    "token_expired",
    "token_revoked",
    "unknown_method",
}
"""Any method may answer these; the descriptions leave them out."""

SEEN_ELSEWHERE = {"invalid_scheduled_message_id", "no_reaction"}
"""Known from the pages of chat.deleteScheduledMessage and reactions.remove."""
ERROR = re.compile(r"ApiError\(\s*\"(\w+)\"")


def described(method: str) -> dict[str, Any]:
    if FOLDER is None:
        pytest.skip("Slack's method descriptions (../shared/data/slack-methods) are not on this machine")
    file = FOLDER / f"{method}.json"
    if not file.is_file():
        pytest.skip(f"Slack's description of {method} is not among those on this machine")
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_has_slacks_tier_scopes_and_required_arguments(name: str) -> None:
    assert door.RULES_OF
    slack, ours = described(name), METHODS[name]

    tier = slack.get("rate_limits")
    assert tier in {None, f"t{ours.tier}"}
    if not slack.get("no_scope_required") and slack.get("scope"):
        assert set(ours.scopes) == set(slack["scope"].get("bot", []))
    else:
        assert ours.scopes == ()
    required = set(slack["args"].get("required", [])) - {"token"}
    assert set(ours.required) <= set(slack["args"]["properties"])
    assert required - set(ours.required) <= {"trigger_id"}


def test_every_error_it_gives_is_one_of_slacks() -> None:
    source = Path(str(playground.__file__)).parent / "web_api"
    given = {
        error for file in source.glob("*.py") for error in ERROR.findall(file.read_text(encoding="utf-8"))
    }
    known = set(COMMON) | set(SEEN_ELSEWHERE)
    for name in METHODS:
        if FOLDER is not None and (FOLDER / f"{name}.json").is_file():
            errors = described(name)["errors"]
            known |= set(errors) if isinstance(errors, dict) else {each["name"] for each in errors}
    if FOLDER is None:
        described("auth.test")

    assert given <= known, given - known


def test_an_event_needs_the_scopes_that_slack_says() -> None:
    if EVENTS is None:
        pytest.skip("Slack's list of events (../shared/data/slack-events.json) is not on this machine")
    listed = {
        each["name"]: {scope.replace(".read", ":read") for scope in each.get("scopes", ())}
        for each in json.loads(EVENTS.read_text(encoding="utf-8"))
    }

    told = {name: scopes for name in SCOPES if (scopes := listed.get(name))}

    assert told
    assert {name: SCOPES[name] for name in told} == {
        **told,
        "member_left_channel": SCOPES["member_left_channel"],
    }
    assert told["member_left_channel"] < SCOPES["member_left_channel"]  # it leaves out what joining has
