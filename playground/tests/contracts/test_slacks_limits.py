"""Every method's limits as Slack describes them: what is just allowed is taken, a little more is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.slack.server import start_workspace
from playground.slack.web_api import door
from playground.slack.web_api.call import METHODS
from playground.tests.apps.lunch_app import MANIFEST
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.refusals import refused
from playground.tests.apps.slacks_own_words import COMMON, beyond, described, errors_of, is_described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.server import RunningWorkspace

assert door.RULES_OF
DESCRIBED = [each for each in sorted(METHODS) if is_described(each)]
LIMITED = [
    pytest.param(method, *limit, id=f"{method} {limit[0]}")
    for method in DESCRIBED
    for limit in beyond(method)
]
IN_A_CHANNEL = [
    each for each in DESCRIBED if {"channel", "channel_id"} & set(described(each)["args"]["properties"])
]
BY_NAME = {"chat.postMessage", "chat.postEphemeral", "chat.scheduleMessage"}
JSON = {
    "blocks": '[{"type": "divider"}]',
    "message": '{"blocks": [{"type": "divider"}]}',
    "view": '{"type": "home", "blocks": []}',
}
UNDESCRIBED = {"msg_too_long"}
"""chat.postMessage's description leaves out what its three sisters say."""


@pytest.fixture(scope="module")
def open_workspace() -> Iterator[RunningWorkspace]:
    """Its app may do everything."""
    scopes = sorted({scope for each in METHODS.values() for scope in each.scopes} | {"mpim:history"})
    manifest = {**MANIFEST, "oauth_config": {"scopes": {"bot": scopes}}}
    running = start_workspace(DESCRIPTION, manifest)
    running.workspace.rate_limits.enforced = False
    yield running
    running.stop()


@pytest.fixture(scope="module")
def known(open_workspace: RunningWorkspace) -> dict[str, Any]:
    """Arguments that are right, by their names."""
    client = WebClient(open_workspace.bot_token, base_url=open_workspace.api_url)
    ts = client.chat_postMessage(channel="C0FINANCE", text="root")["ts"]
    return {
        "channel": "C0FINANCE",
        "channel_id": "C0FINANCE",
        "email": "ada@example.com",
        "file": "F0",
        "filename": "a.csv",
        "files": [{"id": "F0"}],
        "length": 3,
        "message_ts": ts,
        "name": "eyes",
        "post_at": int(open_workspace.workspace.clock.now()) + 600,
        "scheduled_message_id": "Q0",
        "text": "words",
        "timestamp": ts,
        "trigger_id": "1.2.3",
        "ts": ts,
        "user": "U0ADA",
        "user_id": "U0ADA",
        "usergroup": "S0MONEY",
        "view": {
            "type": "modal",
            "title": {"type": "plain_text", "text": "x"},
            "blocks": [{"type": "divider"}],
        },
    }


def said_to(running: RunningWorkspace, method: str, arguments: dict[str, Any]) -> str:
    """The error, or "" where it was taken."""
    client = WebClient(running.bot_token, base_url=running.api_url)
    how = "json" if described(method).get("json_input_supported") else "params"
    try:
        client.api_call(method, **dict[str, Any]({how: arguments}))
    except SlackApiError as error:
        return str(error.response["error"])
    return ""


def arguments_of(method: str, known: dict[str, Any], **more: Any) -> dict[str, Any]:
    needed = set(described(method)["args"].get("required", ())) - {"token"}
    return {**{each: known[each] for each in needed}, **more}


@pytest.mark.parametrize(("method", "argument", "allowed", "too_much"), LIMITED)
def test_what_slack_just_takes_is_taken_and_more_is_refused(
    method: str,
    argument: str,
    allowed: Any,
    too_much: Any,
    open_workspace: RunningWorkspace,
    known: dict[str, Any],
) -> None:
    if method == "blocks.validate":
        allowed, too_much = (JSON[argument].ljust(len(each)) for each in (allowed, too_much))

    taken = said_to(open_workspace, method, arguments_of(method, known, **{argument: allowed}))
    error = said_to(open_workspace, method, arguments_of(method, known, **{argument: too_much}))

    assert error not in {"", taken}
    assert error in errors_of(method) | COMMON | UNDESCRIBED
    assert taken == ("not_found" if argument == "external_id" else "")


@pytest.mark.parametrize("method", IN_A_CHANNEL)
def test_a_channel_goes_by_its_name_only_where_slack_says_so(
    method: str, open_workspace: RunningWorkspace, known: dict[str, Any]
) -> None:
    name = "channel_id" if method.startswith("files") else "channel"
    more = {"text": "words", name: "#finance"}

    error = said_to(open_workspace, method, {**arguments_of(method, known), **more})

    if method in BY_NAME:
        assert error == ""
    else:
        assert error in {"channel_not_found", "invalid_channel"} & errors_of(method)


@pytest.mark.parametrize("method", [each for each in DESCRIBED if METHODS[each].required])
def test_json_is_read_only_by_methods_that_slack_says_read_it(
    method: str, open_workspace: RunningWorkspace, known: dict[str, Any]
) -> None:
    if described(method).get("json_input_supported"):
        return
    client = WebClient(open_workspace.bot_token, base_url=open_workspace.api_url)
    arguments = arguments_of(method, known)

    assert refused(client.api_call, api_method=method, json=arguments) == "invalid_arguments"
