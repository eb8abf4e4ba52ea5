"""HTTP delivery: form or JSON, signed with the signing secret, at most two redirects."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

from playground.slack.delivery import NoAnswerError, NotDeliveredError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.slack.clock import Clock, Timing
    from playground.slack.delivery import Parcel
    from playground.slack.manifest import Manifest
    from playground.slack.records import Json

MOST_REDIRECTS = 2
OK = 200


def signature(secret: str, timestamp: str, body: bytes) -> str:
    signed = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return f"v0={signed.hexdigest()}"


@dataclass(slots=True)
class HttpDelivery:
    manifest: Manifest
    signing_secret: str
    clock: Clock
    timing: Timing

    async def deliver(self, parcel: Parcel) -> Any:
        url = parcel.url or self._url(parcel)
        if not url:
            raise NotDeliveredError("the manifest names no request URL")
        body, content_type = _body(parcel)
        status, headers, text = await self.send(url, body, content_type, self._retry_headers(parcel))
        if status != OK:
            final = headers.get("x-slack-no-retry") == "1"
            raise NotDeliveredError("no_retry" if final else f"http_error {status}")
        return _answer(text)

    async def send(
        self, url: str, body: bytes, content_type: str, more: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], str]:
        """(status, headers, text) of one signed POST."""
        timestamp = str(int(self.clock.now()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.signing_secret, timestamp, body),
            **more,
        }
        limit = aiohttp.ClientTimeout(total=self.timing.ack)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(url, data=body, headers=headers, max_redirects=MOST_REDIRECTS) as answer,
            ):
                return answer.status, answer.headers, await answer.text()
        except TimeoutError:
            raise NoAnswerError from None
        except aiohttp.TooManyRedirects:
            raise NotDeliveredError("too_many_redirects") from None
        except aiohttp.ClientError as failure:
            raise NotDeliveredError("connection_failed") from failure

    async def verify_url(self) -> bool:
        """The handshake when an events URL is saved: the app must echo the challenge."""
        challenge = hashlib.sha256(str(self.clock.now()).encode()).hexdigest()
        body = json.dumps({"type": "url_verification", "challenge": challenge, "token": "verify"}).encode()
        status, _, text = await self.send(self.manifest.events_url or "", body, "application/json", {})
        return status == OK and challenge in text

    async def ssl_check(self) -> int:
        """What Slack sends now and then to see that the certificate holds; the status that came back."""
        body = urlencode({"ssl_check": "1", "token": "verify"}).encode()
        url = self.manifest.interactivity_url or self.manifest.events_url or ""
        status, _, _ = await self.send(url, body, "application/x-www-form-urlencoded", {})
        return status

    def _url(self, parcel: Parcel) -> str | None:
        if parcel.kind == "events_api":
            return self.manifest.events_url
        if parcel.payload.get("type") == "block_suggestion":
            return self.manifest.options_url
        return self.manifest.interactivity_url

    def _retry_headers(self, parcel: Parcel) -> dict[str, str]:
        if not parcel.retry:
            return {}
        return {
            "x-slack-retry-num": str(parcel.retry),
            "x-slack-retry-reason": parcel.retry_reason or "unknown_error",
        }


def _body(parcel: Parcel) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload).encode(), "application/json"
    if parcel.kind == "interactive":
        return urlencode({"payload": json.dumps(parcel.payload)}).encode(), form
    return urlencode(parcel.payload).encode(), form


def _answer(text: str) -> Json | str | None:
    if not text.strip():
        return None
    try:
        read: Json | str = json.loads(text)
    except ValueError:
        return text
    return read
