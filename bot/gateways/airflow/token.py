"""What the bot shows Airflow to be let in: a token it was given, or one it signs in for."""

from __future__ import annotations

import base64
import binascii
import json
import threading
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

from bot.domain.clock import Clock, SystemClock
from bot.domain.errors import Unavailable

UNKNOWN_LIFETIME = timedelta(hours=1)
"""For a token that does not say when it ends; a refusal renews it anyway."""

RENEWED_AFTER = 0.8
"""Of its lifetime, as our own clock measures it: the two clocks need not agree."""


REFUSAL_HOLDS_FOR = 5.0
"""Seconds: each of a hundred runs of a project whose password is wrong would sign in, and hold a sender as
long as Airflow hashes it; some directories lock an account for that."""


class Tokens(Protocol):
    def current(self) -> str:
        """A token that should do. Unavailable when there is none to be had."""
        ...

    def renewed(self, refused: str) -> str | None:
        """Another one than that which Airflow refused; None when there is no other."""
        ...


class StaticToken:
    """From the settings; nobody but the operator can renew it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str | None:  # noqa: ARG002  the port's own
        return None


class PasswordTokens:
    """Signs in by name and password; one thread does, the others wait for its outcome."""

    def __init__(
        self, url: str, username: str, password: str, *, clock: Clock | None = None, timeout: float = 10.0
    ) -> None:
        self._address = f"{url.rstrip('/')}/auth/token"
        self._credentials = {"username": username, "password": password}
        self._clock = clock or SystemClock()
        self._timeout = timeout
        self._lock = threading.Lock()
        self._attempts = 0
        self._asks_from = 0.0
        self._failure: Unavailable | None = None
        self._token = ""
        self._renew_at: datetime | None = None

    def current(self) -> str:
        if not self._token or self._renew_at is None or self._clock.now() >= self._renew_at:
            self._sign_in(instead_of=self._token)
        return self._token

    def renewed(self, refused: str) -> str | None:
        self._sign_in(instead_of=refused)
        return self._token

    def _sign_in(self, *, instead_of: str) -> None:
        attempts = self._attempts
        with self._lock:
            if self._token and self._token != instead_of:
                return  # somebody was faster
            is_answered = attempts != self._attempts or monotonic() < self._asks_from
            if is_answered and self._failure is not None:
                raise Unavailable(
                    "Airflow", self._failure.detail, not_done=True
                ) from self._failure  # and failed for us all
            try:
                self._token = self._asked_for()
                self._renew_at = self._clock.now() + RENEWED_AFTER * _lifetime(self._token)
                self._failure = None
            except Unavailable as failure:
                self._failure = failure
                raise
            finally:
                self._attempts += 1

    def _asked_for(self) -> str:
        import urllib3  # noqa: PLC0415  a tenth of a second that most commands can do without

        try:
            answer = urllib3.request(
                "POST", self._address, json=self._credentials, timeout=self._timeout, retries=False
            )
            body = answer.json() if answer.status in {200, 201} else {}
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unavailable(
                "Airflow", f"signing in got no answer ({type(error).__name__})", not_done=True
            ) from error
        if answer.status in {400, 401, 403, 422}:
            self._asks_from = monotonic() + REFUSAL_HOLDS_FOR
            raise Unavailable("Airflow", "it refuses the bot's name and password", not_done=True)
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token:
            raise Unavailable(
                "Airflow", f"signing in was answered {answer.status} and no token", not_done=True
            )
        return token


def _lifetime(token: str) -> timedelta:
    claims = _claims(token)
    ends, begins = claims.get("exp"), claims.get("iat", claims.get("nbf"))
    if isinstance(ends, int | float) and isinstance(begins, int | float) and ends > begins:
        return timedelta(seconds=ends - begins)
    return UNKNOWN_LIFETIME


def _claims(token: str) -> dict[str, Any]:
    """Read, not verified: that is Airflow's business."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}
