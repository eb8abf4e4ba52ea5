"""The methods, their tiers, scopes and errors, beside Slack's own description of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import playground.slack as playground
from playground.slack.subscriptions import SCOPES
from playground.slack.web_api import door
from playground.slack.web_api.call import METHODS
from playground.tests.apps.slacks_own_words import COMMON, FOLDER, described, errors_of, is_described

SEEN_ELSEWHERE = {"invalid_scheduled_message_id", "no_reaction"}
"""Known from the pages of chat.deleteScheduledMessage and reactions.remove."""
EVENTS = None if FOLDER is None else FOLDER.parent / "slack-events.json"
ERROR = re.compile(r"ApiError\(\s*\"(\w+)\"")


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
        if is_described(name):
            known |= errors_of(name)
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
