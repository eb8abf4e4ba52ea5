"""The Bolt app: one workspace, one token, and no question to Slack before a person is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_bolt.authorization import AuthorizeResult

from handlers.by_id import AppById
from handlers.odd_payloads import ODD, OddPayload, answer_nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App
    from slack_sdk import WebClient
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest


NOT_MEASURED = 0.0
"""When the request came, which Bolt needs only for a line of its debugging log."""


def make_app(client: WebClient) -> App:
    """Return an app that takes the client's token as it is. Its listeners run on the thread that dispatches.

    Bolt's own way asks Slack at the first request whose token it is, and tells the person that the app is not
    installed if Slack does not answer.

    On a thread of their own, Bolt would look only every ten milliseconds whether they have acknowledged, and
    each acknowledgement would wait for one more thread's turn. So no listener may do more before it
    acknowledges than that needs.
    """

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    return AppById(client=client, authorize=authorize, process_before_response=True)


def heard_by(app: App) -> Callable[[BaseSocketModeClient, SocketModeRequest], None]:
    """Return the listener for a socket: it hands each request to the app, and sends the acknowledgement."""

    def listen(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            answer = run_bolt_app(app, request)
        except ODD as error:  # Bolt reads some fields before it asks any listener
            answer = answer_nothing(OddPayload(repr(error)), request.payload)
        send_response(client, request, answer, NOT_MEASURED)

    return listen
