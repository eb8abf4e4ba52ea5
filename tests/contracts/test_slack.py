"""What Slack does for us, the same on the fake and on the playground's Slack over the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.notice import Message
from bot.domain.project_setup import ChannelFacts
from bot.domain.run import ResultFile
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_rows import read_channel, read_person
from playground.demo.workspace import MAYA, PEOPLE, SAM, WORKSPACE
from playground.slack.description import ChannelDescription, PersonDescription
from playground.slack.faults import ratelimited
from playground.slack.server import start_workspace
from tests.fakes.http_server import Answer, HttpServer
from tests.fakes.slack import FakeSlack
from tests.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.ports import Slack

FINANCE = "C0FINANCE"
TEAM = WORKSPACE.team.id
TOO_LONG = "msg_blocks_too_long"
HELLO = Message("hello", ({"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}},))


def _fake() -> FakeSlack:
    people = [
        read_person({"id": each.id, "name": each.name, "tz": each.tz, "is_restricted": each.guest}, TEAM)
        for each in PEOPLE
    ]
    return FakeSlack(TEAM, [FINANCE], people)


@pytest.fixture(params=["fake", "playground"])
def slack(request: pytest.FixtureRequest) -> Iterator[Slack]:
    if request.param == "fake":
        yield _fake()
        return
    running = start_workspace(WORKSPACE, MANIFEST)
    client = WebClient(token=running.bot_token, base_url=running.api_url)
    client.retry_handlers.clear()
    yield SlackGateway(client)
    running.stop()


def test_it_knows_its_workspace(slack: Slack):
    assert slack.workspace_id() == TEAM


def test_a_message_is_posted_edited_and_answered(slack: Slack):
    channel_id, ts = slack.post(FINANCE, HELLO)
    slack.update(channel_id, ts, Message("hello again"))
    _, reply_ts = slack.post(channel_id, HELLO, thread_ts=ts, broadcast=True)

    assert channel_id == FINANCE
    assert float(reply_ts) > float(ts)


def test_posting_to_a_person_opens_their_direct_messages(slack: Slack):
    channel_id, ts = slack.post(MAYA.id, HELLO)

    assert channel_id.startswith("D")
    slack.update(channel_id, ts, Message("hello again"))


def test_a_file_is_put_into_a_thread_and_to_a_person(slack: Slack):
    channel_id, ts = slack.post(FINANCE, HELLO)
    for place, thread_ts in ((channel_id, ts), (channel_id, None), (MAYA.id, None)):
        slack.upload(place, ResultFile("may.csv", b"a,b"), thread_ts=thread_ts)

    with pytest.raises(Rejected) as refusal:
        slack.upload("C0NOWHERE", ResultFile("may.csv", b"a,b"), thread_ts=None)
    assert refusal.value.code == "channel_not_found"


def test_a_file_that_nobody_has_given_is_rejected(slack: Slack):
    with pytest.raises(Rejected) as refusal:
        slack.fetch_file("F0NOWHERE", owner=MAYA.id, most=100)

    assert refusal.value.code == "file_not_found"


def test_a_channel_that_is_not_there_is_rejected(slack: Slack):
    with pytest.raises(Rejected) as refusal:
        slack.post("C0NOWHERE", HELLO)

    assert refusal.value.code == "channel_not_found"


def test_a_message_that_is_not_there_is_rejected(slack: Slack):
    with pytest.raises(Rejected) as refusal:
        slack.update(FINANCE, "1.000001", HELLO)

    assert refusal.value.code == "message_not_found"
    with pytest.raises(Rejected) as refusal:
        slack.post(FINANCE, HELLO, thread_ts="1.000001")
    assert refusal.value.code == "cannot_reply_to_message"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (Message("x", HELLO.blocks * 51), "invalid_blocks"),
        (Message("x", ({"type": "section", "text": {"type": "mrkdwn", "text": "y" * 2900}},) * 5), TOO_LONG),
    ],
    ids=["51 blocks", "long blocks"],
)
def test_what_slack_does_not_take_is_rejected(slack: Slack, message: Message, code: str):
    channel_id, ts = slack.post(FINANCE, HELLO)

    for refused in (lambda: slack.post(FINANCE, message), lambda: slack.update(channel_id, ts, message)):
        with pytest.raises(Rejected) as refusal:
            refused()
        assert refusal.value.code == code


def test_a_text_that_was_posted_may_be_too_long_to_be_edited(slack: Slack):
    channel_id, ts = slack.post(FINANCE, Message("x" * 4_001))

    with pytest.raises(Rejected) as refusal:
        slack.update(channel_id, ts, Message("x" * 4_001))

    assert refusal.value.code == "msg_too_long"


def test_people_are_read_with_their_zones(slack: Slack):
    people = {each.person_id: each for each in slack.people()}
    maya = slack.person(MAYA.id)

    assert maya == people[MAYA.id]
    assert maya is not None
    assert maya.tz.key == "Europe/Berlin"
    assert people[SAM.id].is_guest
    assert slack.person("U0NOBODY") is None


def test_a_list_of_many_pages_is_read_to_its_end_though_slack_asks_to_wait():
    crowd = tuple(PersonDescription(f"U0{i:04}", f"Person {i}") for i in range(1_200))
    running = start_workspace(replace(WORKSPACE, people=(*WORKSPACE.people, *crowd)), MANIFEST)
    client = WebClient(token=running.bot_token, base_url=running.api_url)
    client.retry_handlers.clear()
    running.workspace.faults.plan("users.list", ratelimited(retry_after=1))
    try:
        people = SlackGateway(client).people()
    finally:
        running.stop()

    assert {each.id for each in crowd} <= {each.person_id for each in people}
    asked = [each for each in running.workspace.journal.entries() if each["name"] == "users.list"]
    assert len(asked) == 3  # refused, and two pages


def test_a_person_is_one_request():
    """Its workspace is the token's, and asked for once."""
    running = start_workspace(WORKSPACE, MANIFEST)
    client = WebClient(token=running.bot_token, base_url=running.api_url)
    client.retry_handlers.clear()
    try:
        gateway = SlackGateway(client)
        for _ in range(3):
            gateway.person(MAYA.id)
    finally:
        running.stop()

    asked = [each["name"] for each in running.workspace.journal.entries()]
    assert asked.count("users.info") == 3
    assert asked.count("auth.test") == 1


def test_an_event_describes_a_person_as_slack_does(slack: Slack):
    user = {"id": MAYA.id, "name": MAYA.name, "tz": MAYA.tz, "profile": {"status_text": "In a meeting"}}

    assert slack.described(user, TEAM).person_id == MAYA.id
    assert slack.described(user, TEAM).tz.key == "Europe/Berlin"


def test_user_groups_may_be_none(slack: Slack):
    assert slack.user_groups() == []


def test_channels_are_listed_with_their_names(slack: Slack):
    channels = {each.channel_id: each for each in slack.channels()}

    assert channels[FINANCE] == ChannelFacts(FINANCE, "finance")
    assert "C0NOWHERE" not in channels


@pytest.mark.parametrize("scope", ["groups:read", "channels:read"])
def test_private_channels_may_be_withheld_and_public_ones_not(scope: str):
    scopes = [each for each in MANIFEST["oauth_config"]["scopes"]["bot"] if each != scope]
    without = {**MANIFEST, "oauth_config": {"scopes": {"bot": scopes}}}
    private = ChannelDescription("G0BOARD", "board", private=True, members=(MAYA.id,))
    running = start_workspace(replace(WORKSPACE, channels=(*WORKSPACE.channels, private)), without)
    client = WebClient(token=running.bot_token, base_url=running.api_url)
    client.retry_handlers.clear()
    try:
        if scope == "groups:read":
            assert FINANCE in {each.channel_id for each in SlackGateway(client).channels()}
        else:
            with pytest.raises(Rejected, match="missing_scope"):
                SlackGateway(client).channels()
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ChannelFacts("C1", "C1")),
        (
            {"name": "x", "is_private": True, "is_ext_shared": True, "is_archived": True},
            ChannelFacts("C1", "x", is_private=True, is_shared=True, is_archived=True),
        ),
    ],
)
def test_a_channel_is_read_however_little_slack_says(facts: dict[str, Any], expected: ChannelFacts):
    assert read_channel({"id": "C1", **facts}) == expected


@pytest.mark.parametrize(
    "user",
    [
        {"id": "U1"},
        {"id": "U1", "tz": None, "profile": None, "team_id": TEAM},
        {"id": "U1", "tz": "Mars/Olympus", "name": "x"},
    ],
)
def test_a_person_of_whom_slack_says_little_can_be_read(user: dict[str, Any]):
    person = read_person(user, TEAM)

    assert person.tz.key == "UTC"
    assert person.counts


def test_an_outage_is_unavailable():
    gateway = SlackGateway(WebClient(token="xoxb-1", base_url="http://127.0.0.1:1/api/", timeout=1))

    with pytest.raises(Unavailable):
        gateway.check()


@pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
def test_how_long_slack_wants_to_be_left_alone_is_read_however_it_is_spelled(name: str):
    limited = Answer(429, {"ok": False, "error": "ratelimited"}, {name: "17"})
    with HttpServer(lambda _request: limited) as server:
        client = WebClient(token="xoxb-1", base_url=f"{server.url}/")
        client.retry_handlers.clear()
        with pytest.raises(RateLimited) as refusal:
            SlackGateway(client).workspace_id()

    assert refusal.value.retry_after == 17
