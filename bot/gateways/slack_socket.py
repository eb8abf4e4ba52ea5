"""Socket Mode, only to ask: does the app-level token open a socket, and who else holds one?"""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING, Any

from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.domain.errors import Unavailable
from bot.gateways.slack import call

if TYPE_CHECKING:
    from slack_sdk import WebClient

HELLO_WITHIN = 10.0


def count_connections(app_token: str, client: WebClient) -> int:
    """How many sockets the app has, this one included. Raises Rejected for a wrong token."""
    call(client.apps_connections_open, app_token=app_token)
    hello = Event()
    seen: dict[str, Any] = {}

    def listen(raw: str) -> None:
        if '"hello"' in raw:
            seen.update(json.loads(raw))
            hello.set()

    socket = SocketModeClient(app_token=app_token, web_client=client, auto_reconnect_enabled=False)
    socket.on_message_listeners.append(listen)
    try:
        socket.connect()
        if not hello.wait(HELLO_WITHIN):
            raise Unavailable("Slack", "the socket was opened, but Slack said no hello")
    finally:
        socket.close()
    return int(seen.get("num_connections", 1))
