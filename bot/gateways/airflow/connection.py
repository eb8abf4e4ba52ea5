"""One way through apache-airflow-client: its calls, but our own timeouts, reading and errors.

What it does by itself is not for us: no timeout, three silent retries of every GET, and a whole page
refused for one state it does not know. So its calls are used raw (`…_without_preload_content`).
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http import HTTPStatus
from time import monotonic
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.gateways.airflow.answers import ENDS_WITHIN, in_json, lines_of, read_whole
from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates, client_of
from bot.gateways.airflow.obstacles import obstacle
from bot.gateways.airflow.refusals import raise_for, wants_new_token
from bot.gateways.airflow.unreached import renaming_errors
from bot.gateways.deadline import ends_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from urllib3 import BaseHTTPResponse

    from bot.gateways.airflow.sign_in import Tokens


ALL = "~"
"""Stands for every DAG, run or task in a path."""
LINES = {"Accept": "application/x-ndjson"}
"""Replaces the client's own header, which it sends as `accept` too: a proxy may keep only one of the two."""
RENEWS_AGAIN_AFTER = 10.0
"""Seconds without a new sign-in after a new token was refused as well: signing in is expensive."""


class Connection:
    """Safe for any number of threads; keeps up to `connections` open."""

    def __init__(
        self,
        url: str,
        tokens: Tokens,
        *,
        timeout: float,
        connections: int,
        certificates: Certificates = SYSTEMS_OWN,
    ) -> None:
        self._url = url.rstrip("/")
        self._certificates = certificates
        self._tokens = tokens
        self._timeout = (min(timeout, 5.0), timeout)
        self._connections = connections
        self._renews_from = 0.0
        self._lock = threading.Lock()
        self._client: SimpleNamespace | None = None

    def ask(self, area: str, operation: str, *path: Any, **arguments: Any) -> Any:
        """Return the JSON of a successful answer.

        `area` and `operation` name the client's call, such as "DAGApi" and "get_dag".
        """
        with self._answer(area, operation, path, arguments) as answer:
            body = read_whole(answer)
            try:
                read = in_json(body)
            except ValueError as error:
                raise obstacle(answer, body, asked=self._url) from error
            if read is None and not body.strip():
                raise obstacle(answer, body, asked=self._url)
            return read

    def send(self, method: str, *path: str, body: Mapping[str, Any] | None) -> Any:
        """Send exactly `body` and return the JSON of the answer.

        `path` has the parts below /api/v2, unquoted.

        The client's own calls add the keys that its version knows, which an older Airflow refuses.
        """
        address = "/".join(quote(each, safe=ALL) for each in ("", "api", "v2", *path))
        return self.ask("PathApi", "send", method, address, body=body)

    def peek(self, path: str) -> Any:
        """Return the JSON at `path` as anybody may read it, without a token. None for any other answer."""
        with renaming_errors(), ends_within(ENDS_WITHIN):
            client = self._built_client()
            answer = client.PathApi.send_without_preload_content(
                "GET", path, _request_timeout=self._timeout, _headers={}
            )
            body = read_whole(answer)
        try:
            return in_json(body) if answer.status == HTTPStatus.OK else None
        except ValueError:
            return None

    def lines(self, area: str, operation: str, *path: Any, **arguments: Any) -> Iterator[bytes]:
        """Yield the lines of a successful answer as they come, for answers too long to hold."""
        with self._answer(area, operation, path, {**arguments, "_headers": LINES}) as answer:
            yield from lines_of(answer)

    @contextmanager
    def _answer(
        self, area: str, operation: str, path: tuple[Any, ...], arguments: dict[str, Any]
    ) -> Iterator[BaseHTTPResponse]:
        with renaming_errors():
            token = self._tokens.current()
            answer = self._send(token, area, operation, path, arguments)
            refusal = _body_of_refusal(answer)
            # A refused token was refused before anything was done, so that even a POST may be sent once more.
            if wants_new_token(answer.status, refusal) and monotonic() >= self._renews_from:
                fresh = self._tokens.renewed(token)
                if fresh is not None:
                    answer = self._send(fresh, area, operation, path, arguments)
                    refusal = _body_of_refusal(answer)
                    if wants_new_token(answer.status, refusal):
                        self._renews_from = monotonic() + RENEWS_AGAIN_AFTER
            try:
                method = path[0] if area == "PathApi" else "GET"  # of the client's own, only those that read
                raise_for(answer, refusal, asked=self._url, method=method)
                yield answer
            finally:
                answer.close()  # read to its end, its connection is already back in the pool

    def _send(
        self, token: str, area: str, operation: str, path: tuple[Any, ...], arguments: dict[str, Any]
    ) -> BaseHTTPResponse:
        client = self._built_client()
        call = getattr(getattr(client, area), f"{operation}_without_preload_content")
        headers = {**arguments.get("_headers", {}), "Authorization": f"Bearer {token}"}
        with ends_within(ENDS_WITHIN):
            answer: BaseHTTPResponse = call(
                *path, **{**arguments, "_headers": headers}, _request_timeout=self._timeout
            )
        return answer

    def _built_client(self) -> SimpleNamespace:
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = _build(self._url, self._certificates, self._connections)
        return self._client


def _body_of_refusal(answer: BaseHTTPResponse) -> bytes:
    """Return the body, read to its end so that the connection can be used again; b"" for a success."""
    return b"" if 200 <= answer.status < 300 else read_whole(answer)  # noqa: PLR2004  what HTTP calls success


def _build(url: str, certificates: Certificates, connections: int) -> SimpleNamespace:
    client = client_of(url, certificates, connections=connections)
    import airflow_client.client as generated  # noqa: PLC0415  takes 0.8 s: only when Airflow is really asked

    areas = ("DAGApi", "DagRunApi", "MonitorApi", "TaskInstanceApi", "VersionApi", "XComApi")
    found = {area: getattr(generated, area)(client) for area in areas}
    return SimpleNamespace(PathApi=_PathApi(client, url), **found)


class _PathApi:
    """Calls that the client does not have, in the form of its own."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send_without_preload_content(
        self,
        method: str,
        path: str,
        *,
        _request_timeout: Any,
        _headers: Mapping[str, str],
        body: Any = None,
    ) -> Any:
        return self._client.call_api(
            method,
            self._url + path,
            header_params={**_headers, "Accept": "application/json", "Content-Type": "application/json"},
            body=self._client.sanitize_for_serialization(body),
            _request_timeout=_request_timeout,
        ).response
