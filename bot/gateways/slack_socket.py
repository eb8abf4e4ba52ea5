"""Socket Mode: the connection on which Slack sends what people type and press."""

from __future__ import annotations

import json
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.domain.errors import Unavailable
from bot.gateways.slack_calls import call

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk import WebClient
    from slack_sdk.socket_mode.request import SocketModeRequest

HELLO_WITHIN = 10.0
PING_EVERY = 2
"""Seconds. After four pings without an answer, about ten seconds, the connection counts as cut."""


class _Client(SocketModeClient):
    """The SDK's client, whose own way to an address sleeps for Retry-After and raises other errors."""

    def issue_new_wss_url(self) -> str:
        return str(call(self.web_client.apps_connections_open, app_token=self.app_token)["url"])


class SlackSocket:
    """The socket. When the connection breaks it stays closed, and the loop that keeps it connects again."""

    def __init__(
        self,
        app_token: str,
        client: WebClient,
        listen: Callable[[SocketModeClient, SocketModeRequest], None],
        *,
        threads: int,
    ) -> None:
        """Prepare the socket. `listen` gets what Slack sends, on one of the `threads`."""
        self._client = _Client(
            app_token=app_token,
            web_client=client,
            auto_reconnect_enabled=False,
            ping_interval=PING_EVERY,
            concurrency=threads,
        )
        self._client.socket_mode_request_listeners.append(listen)  # type: ignore[arg-type]  # the SDK's is vaguer

    @property
    def is_connected(self) -> bool:
        """Whether the socket is open and answers pings."""
        return self._client.is_connected()

    def connect(self) -> None:
        """Ask Slack for a new address and open a socket there. Raises Unavailable."""
        self._client.connect_to_new_endpoint()
        if not self.is_connected:
            raise Unavailable("Slack", "its socket could not be opened")

    def close(self) -> None:
        """Close the socket. One that has just closed itself is no error."""
        with suppress(AttributeError):  # the SDK's own: it closes a session that has just closed itself
            _close(self._client)


def count_connections(app_token: str, client: WebClient) -> int:
    """Return how many sockets the app has, this one included. Raises Rejected for a wrong token."""
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
        _close(socket)
    return int(seen.get("num_connections", 1))


def _close(client: SocketModeClient) -> None:
    """Close the socket at once.

    Its thread that waits for messages would otherwise see only a second later that it is to end.
    """
    client.closed = True
    client.message_queue.put(None)
    client.close()
