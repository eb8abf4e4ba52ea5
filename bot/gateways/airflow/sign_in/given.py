"""Tokens that somebody else renews: one from the settings, or one in a file that changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import Unavailable
from bot.gateways.airflow.sign_in.claims import end_of

if TYPE_CHECKING:
    from datetime import datetime


class StaticToken:
    """A token from the settings, which only the operator can renew."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        """Return the token of the settings, whether it has ended or not."""
        return self._token

    def renewed(self, refused: str) -> str | None:  # noqa: ARG002  the port's own
        """Return None: there is no other token."""
        return None

    def ends_at(self) -> datetime | None:
        """Return when the token ends, if it says so, for the warning of `check`."""
        return end_of(self._token)


class TokenFile:
    """A token in a file, read before each request, so that whoever renews it need not tell anybody.

    While a writer empties, fills or replaces the file, the token read last is used. Airflow refuses that one
    once it has ended, and only then do people hear that the file has no token.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._last_read: str | None = None

    def current(self) -> str:
        """Return the file's token, or the one read last if the file has none right now."""
        try:
            return self._read()
        except Unavailable:
            if self._last_read is None:
                raise
            return self._last_read

    def renewed(self, refused: str) -> str | None:
        """Return the file's token. None while that is still the one that Airflow refused."""
        token = self._read()
        return token if token != refused else None

    def ends_at(self) -> datetime | None:
        """Return None: somebody renews the file."""
        return None

    def _read(self) -> str:
        token = read_token(self._path)
        if not token.isprintable() or " " in token:
            raise _unreadable(self._path, "holds something other than one token")
        self._last_read = token
        return token


def read_token(path: Path) -> str:
    """Return the file's text without blanks around it. Raises Unavailable if there is none."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, f"cannot be read ({type(error).__name__})") from error
    if not text:
        raise _unreadable(path, "is empty")
    return text


def _unreadable(path: Path, what: str) -> Unavailable:
    advice = "Look at what writes that file, and let Runbell's user read it."
    return Unavailable("Airflow", f"the token file {path} {what}", not_done=True, advice=advice)
