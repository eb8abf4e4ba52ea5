"""The Bolt app: one workspace, one token, and no question to Slack before a person is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_bolt.authorization import AuthorizeResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from slack_sdk import WebClient
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest


NOT_MEASURED = 0.0
"""When the request came, which Bolt wants for a line of its debugging log."""


def make_app(client: WebClient, executor: Executor | None = None) -> App:
    """Return an app that takes `client`'s token as it is: Bolt's own way asks Slack whose it is at the first
    request, and tells the person that the app is not installed when Slack does not answer.

    `executor`: of the threads on which listeners run.
    """

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    return App(client=client, authorize=authorize, listener_executor=executor)


def heard_by(app: App) -> Callable[[BaseSocketModeClient, SocketModeRequest], None]:
    """Return what listens on a socket: it hands each request to the app, and its acknowledgement back."""

    def listen(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        send_response(client, request, run_bolt_app(app, request), NOT_MEASURED)

    return listen
