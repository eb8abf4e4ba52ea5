"""A Bolt app that is served over HTTP, unmodified: only its signing secret tells it about the playground."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.server import RunningWorkspace

Reply = tuple[int, dict[str, str], str]


class HttpApp:
    """`interfere(path, headers)` may answer instead of Bolt, to make trouble."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.interfere: Callable[[dict[str, str]], Reply | None] = lambda _: None
        self.bolt: App | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def meet(self, workspace: RunningWorkspace) -> App:
        client = WebClient(workspace.bot_token, base_url=workspace.api_url)
        self.bolt = App(client=client, signing_secret=workspace.signing_secret)
        return self.bolt

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        app = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                app.requests.append((headers, body))
                status, more, text = app.interfere(headers) or app.by_bolt(headers, body)
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                return None

        return Handler

    def by_bolt(self, headers: dict[str, str], body: str) -> Reply:
        assert self.bolt is not None
        answer = self.bolt.dispatch(BoltRequest(body=body, headers=dict(headers)))
        flat = {name: values[0] for name, values in answer.headers.items()}
        return answer.status, flat, answer.body
