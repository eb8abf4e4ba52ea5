"""The connection to Slack: kept open, found when it is cut, and never in the way of the schedules."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from bot.domain.errors import AppRefused, Unavailable
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_socket import SlackSocket
from bot.health import Health
from bot.workers.connection import Connection
from bot.workers.loop import Loop
from playground.demo.workspace import WORKSPACE
from playground.slack.faults import Fault
from playground.slack.server import start_workspace
from tests.manifest import MANIFEST
from tests.world import MAYA, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.slack.server import RunningWorkspace
    from tests.world import World


@pytest.fixture
def workspace() -> Iterator[RunningWorkspace]:
    running = start_workspace(WORKSPACE, MANIFEST)
    yield running
    running.stop()


@pytest.fixture
def socket(workspace: RunningWorkspace) -> Iterator[SlackSocket]:
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url, timeout=3)
    client.retry_handlers.clear()
    opened = SlackSocket(workspace.app_token, client, lambda _client, _request: None, threads=2)
    yield opened
    opened.close()


class Away:
    """A socket that Slack does not open."""

    def __init__(self) -> None:
        self.error: Unavailable | None = Unavailable("Slack", "internal_error")
        self.is_connected = False

    def connect(self) -> None:
        if self.error:
            raise self.error
        self.is_connected = True

    def close(self) -> None:
        self.is_connected = False


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_so()


def test_while_nobody_is_heard_readyz_says_so_and_it_is_tried_again(world: World):
    socket = Away()
    loop = Loop("socket", Connection(world.database, world.slack, socket, ()))
    health = Health(world.database, world.slack, world.airflow, [loop])

    loop._step()
    report = health.report()
    assert not report["ready"]
    assert report["checks"]["loop socket"] == "Slack: nobody is heard: internal_error"

    socket.error = None
    loop._step()
    assert health.report()["ready"]
    assert socket.is_connected


def test_the_admins_of_the_settings_are_admins_as_soon_as_slack_says_which_workspace_it_is(world: World):
    socket = Away()
    socket.error = None
    connection = Connection(world.database, world.slack, socket, (MAYA.person_id,))
    world.slack.fail_next(Unavailable("Slack", "internal_error"))

    with pytest.raises(Unavailable):
        connection.step()
    connection.step()

    with world.database.transaction() as tx:
        assert [each.person_id for each in tx.directory.admins(TEAM)] == [MAYA.person_id]


@pytest.mark.slow
def test_a_socket_that_was_cut_is_opened_again(
    world: World, workspace: RunningWorkspace, socket: SlackSocket
):
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    connection = Connection(world.database, SlackGateway(client), socket, ())
    connection.step()
    assert socket.is_connected

    workspace.driver.drop_connections()

    assert within(20, lambda: not socket.is_connected), "it still counts as open"
    connection.step()
    assert socket.is_connected


@pytest.mark.slow
def test_a_silent_cut_is_found_within_seconds(monkeypatch: pytest.MonkeyPatch, socket: SlackSocket):
    """Nothing comes any more, not even the end of the connection: only the pings tell."""
    socket.connect()
    session = socket._client.current_session
    assert session is not None
    assert within(5, lambda: session.last_ping_pong_time is not None)
    assert session.last_ping_pong_time is not None
    monkeypatch.setattr(session, "last_ping_pong_time", session.last_ping_pong_time - 6)
    monkeypatch.setattr(session, "ping", lambda _payload: None)

    assert within(15, lambda: not socket.is_connected)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(error="internal_error"), Unavailable),
        (Fault(error="ratelimited", status=429, retry_after=10**9), Unavailable),
        (Fault(error="invalid_auth"), AppRefused),
        (Fault(drop=True), Unavailable),
    ],
    ids=["its own trouble", "wait for thirty years", "a wrong token", "no answer"],
)
def test_that_no_socket_is_opened_is_one_of_our_errors_and_soon(
    workspace: RunningWorkspace, socket: SlackSocket, fault: Fault, error: type[Unavailable]
):
    workspace.workspace.faults.plan("apps.connections.open", fault)

    with pytest.raises(error):
        socket.connect()

    socket.connect()
    assert socket.is_connected
