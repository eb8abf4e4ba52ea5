"""PagerDuty's events, version 2, behind the port: trigger, acknowledge, resolve."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import urllib3

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.escalation import Signal
from bot.gateways.airflow.front_door import SYSTEMS_OWN, Certificates, pool_of
from bot.gateways.deadline import ends_within
from bot.gateways.retry_after import read_retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.escalation import PagerEvent

SYSTEM = "PagerDuty"
ANSWERS_WITHIN = 10.0
LONGEST_SUMMARY = 1024
TOO_MANY_REQUESTS, CLIENT_ERROR, SERVER_ERROR = 429, 400, 500
UNKNOWN_KEY = "unknown_routing_key"
"""The word for a routing key that the settings do not have."""


class PagerDuty:
    """PagerDuty at one address, with the routing keys of the settings by name.

    What is raised names no routing key, and nothing of an answer, which might repeat one.
    """

    def __init__(
        self, url: str, routing_keys: Mapping[str, str], certificates: Certificates = SYSTEMS_OWN
    ) -> None:
        self._url = url
        self._routing_keys = dict(routing_keys)
        self._certificates = certificates
        self._pool: urllib3.PoolManager | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the routing keys, sorted."""
        return tuple(sorted(self._routing_keys))

    def send(self, pager: str, event: PagerEvent) -> None:
        """Send the event once, following no redirect. Raises RateLimited, Unavailable or Rejected."""
        routing_key = self._routing_keys.get(pager)
        if routing_key is None:
            raise Rejected(SYSTEM, UNKNOWN_KEY, UNKNOWN_KEY)
        body = {"routing_key": routing_key, **_body(event)}
        if self._pool is None:
            self._pool = pool_of(self._url, self._certificates, system=SYSTEM)
        try:
            with ends_within(ANSWERS_WITHIN):
                answer = self._pool.request(
                    "POST",
                    self._url,
                    body=json.dumps(body),
                    headers={"Content-Type": "application/json"},
                    timeout=urllib3.Timeout(total=ANSWERS_WITHIN),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
            answer.close()  # unread: its status says it all, and a body may be long, or never come
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(SYSTEM, type(error).__name__) from None  # whose text may hold what was sent
        detail, code = f"it answered {answer.status}", str(answer.status)
        if answer.status == TOO_MANY_REQUESTS:
            wait = read_retry_after(answer.headers.get("Retry-After", ""), usual=10.0)
            raise RateLimited(SYSTEM, detail, wait)
        if answer.status >= SERVER_ERROR:
            raise Unavailable(SYSTEM, detail, code=code)
        if answer.status >= 300:  # noqa: PLR2004  a redirect would carry the key to another address
            raise Rejected(SYSTEM, detail, code)


def _body(event: PagerEvent) -> dict[str, Any]:
    told: dict[str, Any] = {"event_action": event.signal.value, "dedup_key": event.dedup_key}
    if event.signal is not Signal.TRIGGER:
        return told
    payload = {
        "summary": event.summary[:LONGEST_SUMMARY],
        "source": event.source,
        "severity": "error",
        "component": event.component,
        "group": event.group,
    }
    if event.at is not None:
        payload["timestamp"] = event.at.isoformat()
    links = [{"href": event.link, "text": "Open in Airflow"}] if event.link else []
    return {**told, "client": "Runbell", "payload": payload, "links": links}
