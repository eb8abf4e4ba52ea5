"""A message with a newer kind of block: sent so where Slack takes it, else at once in its older form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from bot.domain.errors import Rejected
from bot.domain.notice import Message
from bot.gateways.slack import SlackGateway
from playground.demo.workspace import MAYA, WORKSPACE
from playground.slack.server import start_workspace
from tests.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.slack.server import RunningWorkspace

FINANCE = "C0FINANCE"
OLDER = ({"type": "section", "text": {"type": "mrkdwn", "text": "Sales report took 62 s"}},)
CELLS = [[{"type": "raw_text", "text": each}] for each in ("Job", "Sales report in a table")]
TABLE = {"type": "data_table", "caption": "Runs", "rows": CELLS}
PLAN = {
    "type": "plan",
    "title": "1 of 1",
    "tasks": [{"task_id": "a", "title": "Sales report in a plan", "status": "complete"}],
}
IN_A_TABLE, IN_A_PLAN = Message("x", OLDER, (TABLE,)), Message("x", OLDER, (PLAN,))


@pytest.fixture
def slack() -> Iterator[RunningWorkspace]:
    running = start_workspace(WORKSPACE, MANIFEST)
    yield running
    running.stop()


@pytest.fixture
def gateway(slack: RunningWorkspace) -> SlackGateway:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    client.retry_handlers.clear()
    return SlackGateway(client)


def seen(slack: RunningWorkspace) -> str:
    return slack.driver.as_person(MAYA.name).see("#finance", "Sales report").text


def tries(slack: RunningWorkspace, method: str) -> list[Any]:
    """What each call of the method came to."""
    calls = [each["answer"] for each in slack.workspace.journal.entries() if each["name"] == method]
    return [each.get("error") if isinstance(each, dict) else each for each in calls]


def test_slack_gets_the_newer_form_where_it_takes_it(slack: RunningWorkspace, gateway: SlackGateway):
    gateway.post(FINANCE, IN_A_TABLE)

    assert "Sales report in a table" in seen(slack)


def test_where_slack_refuses_the_newer_form_people_see_the_older_one(
    slack: RunningWorkspace, gateway: SlackGateway
):
    slack.driver.faults.unknown_blocks.add("data_table")

    gateway.post(FINANCE, IN_A_TABLE)

    assert seen(slack) == "Sales report took 62 s"


def test_slack_is_asked_once_only_whatever_is_said_next(slack: RunningWorkspace, gateway: SlackGateway):
    slack.driver.faults.unknown_blocks.add("data_table")

    channel_id, ts = gateway.post(FINANCE, IN_A_TABLE)
    gateway.post(FINANCE, IN_A_TABLE)
    gateway.update(channel_id, ts, IN_A_TABLE)
    gateway.whisper(FINANCE, MAYA.id, IN_A_TABLE, thread_ts=ts)

    assert tries(slack, "chat.postMessage") == ["invalid_blocks", None, None]
    assert tries(slack, "chat.update") == tries(slack, "chat.postEphemeral") == [None]


def test_a_kind_that_slack_takes_is_still_sent_when_it_refuses_another(
    slack: RunningWorkspace, gateway: SlackGateway
):
    slack.driver.faults.unknown_blocks.add("data_table")
    gateway.post(FINANCE, IN_A_TABLE)

    gateway.post(FINANCE, IN_A_PLAN)

    assert "Sales report in a plan" in seen(slack)


@pytest.mark.parametrize("say", ["update", "whisper"])
def test_an_edit_and_a_whisper_have_their_older_form_too(
    slack: RunningWorkspace, gateway: SlackGateway, say: str
):
    slack.driver.faults.unknown_blocks.add("plan")
    channel_id, ts = gateway.post(FINANCE, Message("Hello"))
    ways: dict[str, Callable[[], object]] = {
        "update": lambda: gateway.update(channel_id, ts, IN_A_PLAN),
        "whisper": lambda: gateway.whisper(FINANCE, MAYA.id, IN_A_PLAN, thread_ts=ts),
    }

    ways[say]()

    shown = slack.workspace.state.messages(FINANCE)[-1]
    assert shown.blocks[0]["text"]["text"] == "Sales report took 62 s"


def test_an_answer_to_a_command_has_its_older_form_too(slack: RunningWorkspace, gateway: SlackGateway):
    said = {"text": "x", "blocks": list(OLDER), "newer": [TABLE]}
    slack.driver.faults.unknown_blocks.add("data_table")
    url = slack.workspace.response_urls.new(FINANCE, MAYA.id)

    gateway.answer(url, said)
    gateway.answer(url, said)

    assert tries(slack, "response_url") == [None, "ok", "ok"]
    assert [each.blocks[0]["type"] for each in slack.workspace.state.messages(FINANCE)[-2:]] == [
        "section"
    ] * 2
    slack.driver.faults.clear()
    assert seen(slack) == "Sales report took 62 s"


def test_if_the_older_form_is_refused_as_well_the_kind_is_not_to_blame(
    slack: RunningWorkspace, gateway: SlackGateway
):
    broken = Message("x", OLDER * 51, (TABLE,) * 51)

    with pytest.raises(Rejected):
        gateway.post(FINANCE, broken)
    gateway.post(FINANCE, IN_A_TABLE)

    assert "Sales report in a table" in seen(slack)


def test_a_refusal_of_the_place_is_not_one_of_the_form(slack: RunningWorkspace, gateway: SlackGateway):
    with pytest.raises(Rejected) as refusal:
        gateway.post("C0NOWHERE", IN_A_TABLE)

    assert refusal.value.code == "channel_not_found"
    assert tries(slack, "chat.postMessage") == ["channel_not_found"]
