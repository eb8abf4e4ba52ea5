"""The app's tokens: made once and kept, or short-lived ones that are traded for the next."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.clock import Clock
    from playground.slack.records import Json
    from playground.slack.store import Store

LIFETIME = 43_200
"""Twelve hours, for an app whose manifest says `token_rotation_enabled`."""


class Tokens:
    """`revoked` and `uninstalled` are what happened to the app; installing it again ends both."""

    def __init__(self, store: Store, clock: Clock, *, rotates: bool) -> None:
        self._store, self._clock, self.rotates = store, clock, rotates
        self.bot, self.app = self._kept("bot", "xoxb"), self._kept("app", "xapp-1")
        self.signing_secret = self._kept("signing", "secret")
        self.revoked = self.uninstalled = self.exchanged = False
        self._short: dict[str, float] = {}
        self._refresh: set[str] = set()

    def installed(self) -> Json:
        """What an app gets when somebody has allowed it."""
        self.revoked = self.uninstalled = False
        return self._next() if self.rotates else {"access_token": self.bot}

    def refreshed(self, refresh_token: str) -> Json | None:
        """A refresh token works once; what it replaces lives on until its own end."""
        if refresh_token not in self._refresh:
            return None
        self._refresh.remove(refresh_token)
        return self._next()

    def exchange(self) -> Json:
        """The long-lived token for a short one; it works no more."""
        self.exchanged = True
        return self._next()

    def refusal(self, token: str) -> str | None:
        """Slack's error for a token that does not do."""
        if token == self.app:
            return None
        if token not in {self.bot, *self._short} or (token == self.bot and self.exchanged):
            return "invalid_auth"
        if self.uninstalled:
            return "account_inactive"
        if self.revoked:
            return "token_revoked"
        if self._clock.now() >= self._short.get(token, float("inf")):
            return "token_expired"
        return None

    def _next(self) -> Json:
        access, refresh = f"xoxe.xoxb-1-{secrets.token_hex(24)}", f"xoxe-1-{secrets.token_hex(24)}"
        self._short[access] = self._clock.now() + LIFETIME
        self._refresh.add(refresh)
        return {"access_token": access, "refresh_token": refresh, "expires_in": LIFETIME}

    def _kept(self, key: str, prefix: str) -> str:
        """The app's settings stay right across restarts."""
        for name, token in self._store.all("token"):
            if name == key:
                return str(token)
        token = f"{prefix}-{secrets.token_hex(24)}"
        self._store.keep("token", key, token)
        return token
