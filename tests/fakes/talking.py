"""A real Bolt app on the playground's Slack, around a world: what is typed and pressed there comes here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient

import handlers
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_socket import SlackSocket
from handlers.bolt import heard_by, make_app
from playground.demo.workspace import WORKSPACE
from playground.slack.server import start_workspace
from tests.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from playground.slack.server import RunningWorkspace
    from tests.world import World


TALKS = 5
ANSWERED_AFTER = 60
"""Seconds: what is not answered by then hangs."""
A_MOMENT = 3
"""Seconds."""
SOMEBODY_WAS_FASTER = {"views.update: hash_conflict", "views.update: not_found"}
"""No rule is broken: a form that was filled in further or closed is not drawn over."""


class Answers(ThreadPoolExecutor):
    """The threads that answer. Bolt acknowledges first, so what was pressed may not have been done yet."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self._under_way: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(fn, *args, **kwargs)
        self._under_way = [*(each for each in self._under_way if not each.done()), future]
        return future

    def wait(self) -> None:
        """Wait until everything that was acknowledged has been done, as a person does who looks first."""
        _, still = wait(self._under_way, ANSWERED_AFTER)
        assert not still, f"{len(still)} answers hang"

    def wait_a_moment(self) -> None:
        """Wait for what is being done, unless that hangs."""
        wait(self._under_way, A_MOMENT)


@contextmanager
def talking(world: World, command: str = "/schedule", planned: str = "") -> Iterator[RunningWorkspace]:
    """`planned`: a fault that the test arranges, which is not the bot's breaking of a rule."""
    manifest = {**MANIFEST, "features": {**MANIFEST["features"]}}
    (described,) = MANIFEST["features"]["slash_commands"]
    manifest["features"]["slash_commands"] = [{**described, "command": command}]
    slack = start_workspace(WORKSPACE, manifest)
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    app = make_app(client)
    with Answers(TALKS) as talks:
        world.clock.before_moving = talks.wait
        handlers.register(app, world.services(command), SlackGateway(client), talks)
        socket = SlackSocket(slack.app_token, client, heard_by(app), threads=TALKS)
        socket.connect()
        yield slack
        talks.wait_a_moment()  # or a connection would be made to a server that is about to stop
        broken = [each for each in slack.driver.broken_rules() if each not in SOMEBODY_WAS_FASTER]
        assert not [each for each in broken if not planned or planned not in each], broken
        slack.stop()  # first: what waits for a word from it hears at once that there will be none
        socket.close()
