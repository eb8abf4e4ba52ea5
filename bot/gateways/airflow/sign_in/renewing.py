"""Tokens that end: fetched from a source before they do, by one thread while the others wait."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from bot.domain.clock import Clock, SystemClock
from bot.domain.errors import Unavailable
from bot.gateways.airflow.sign_in.claims import lifetime_of

UNKNOWN_LIFETIME = timedelta(hours=1)
"""How long a token is used that does not say when it ends; a refusal renews it earlier."""

RENEWED_AFTER = 0.8
"""The part of its lifetime, by our own clock, because Airflow's clock need not agree."""

REFUSAL_HOLDS_FOR = 5.0
"""Seconds without a new attempt after a wrong password.

Each of a hundred runs would sign in and hold a sender while Airflow hashes; some directories lock the
account.
"""


class Tokens(Protocol):
    """Where a connection gets its token from."""

    def current(self) -> str:
        """Return a token that should do. Raises Unavailable if none can be had."""
        ...

    def renewed(self, refused: str) -> str | None:
        """Return another token than the one that Airflow refused. None if there is no other."""
        ...

    def ends_at(self) -> datetime | None:
        """Return when a token ends that nobody renews. None if Runbell renews it, or it does not say."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """A new token. `lasts` counts from now; None if only the token itself may say."""

    token: str
    lasts: timedelta | None = None


class SignInRefused(Unavailable):
    """The server that gives out tokens has refused, and will give the same answer for a while."""

    def __init__(self, detail: str, advice: str) -> None:
        super().__init__("Airflow", detail, not_done=True, code="401", advice=advice)


class Source(Protocol):
    """One way to sign in."""

    def __call__(self) -> Given:
        """Return a new token. Raises SignInRefused, or Unavailable without an answer."""
        ...


class RenewedTokens:
    """Tokens of a source, asked for at first, before they end, and when Airflow refuses one."""

    def __init__(self, source: Source, *, clock: Clock | None = None) -> None:
        self._source = source
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._attempts = 0
        self._asks_from = 0.0
        self._failure: Unavailable | None = None
        self._token = ""
        self._renew_at: datetime | None = None

    def current(self) -> str:
        """Return the token, signing in first if there is none or it ends soon."""
        if not self._token or self._renew_at is None or self._clock.now() >= self._renew_at:
            self._sign_in(instead_of=self._token)
        return self._token

    def renewed(self, refused: str) -> str | None:
        """Sign in anew, unless another thread has done so since the refused token."""
        self._sign_in(instead_of=refused)
        return self._token

    def ends_at(self) -> datetime | None:
        """Return None: Runbell renews these tokens itself."""
        return None

    def _sign_in(self, *, instead_of: str) -> None:
        attempts = self._attempts
        with self._lock:
            if self._token and self._token != instead_of:
                return  # somebody was faster
            is_answered = attempts != self._attempts or monotonic() < self._asks_from
            if is_answered and self._failure is not None:  # and failed for us all
                known = self._failure
                raise Unavailable(
                    "Airflow", known.detail, not_done=True, code=known.code, advice=known.advice
                ) from known
            try:
                self._take(self._source())
            except Unavailable as failure:
                self._failure = failure
                if isinstance(failure, SignInRefused):
                    self._asks_from = monotonic() + REFUSAL_HOLDS_FOR
                raise
            finally:
                self._attempts += 1

    def _take(self, given: Given) -> None:
        lasts = given.lasts or lifetime_of(given.token) or UNKNOWN_LIFETIME
        self._token = given.token
        self._renew_at = self._clock.now() + RENEWED_AFTER * lasts
        self._failure = None
