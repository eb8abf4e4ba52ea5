"""A real Bolt app on the playground's Slack, around a world: what is typed and pressed there comes here."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

import handlers
from playground.demo.workspace import WORKSPACE
from playground.slack.server import start_workspace
from tests.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.server import RunningWorkspace
    from tests.world import World


@contextmanager
def talking(world: World, command: str = "/schedule") -> Iterator[RunningWorkspace]:
    manifest = {**MANIFEST, "features": {**MANIFEST["features"]}}
    (described,) = MANIFEST["features"]["slash_commands"]
    manifest["features"]["slash_commands"] = [{**described, "command": command}]
    slack = start_workspace(WORKSPACE, manifest)
    app = App(
        client=WebClient(token=slack.bot_token, base_url=slack.api_url), token_verification_enabled=False
    )
    handlers.register(app, world.services(command))
    socket = SocketModeHandler(app, slack.app_token)
    socket.connect()
    yield slack
    assert slack.driver.broken_rules() == []
    socket.client.auto_reconnect_enabled = False
    slack.stop()  # first: what waits for a word from it hears at once that there will be none
    with suppress(AttributeError):  # the SDK's own: it closes a session that has just closed itself
        socket.close()
