"""Tokens that somebody else renews: one from the settings, or one in a file that changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import Unavailable
from bot.gateways.airflow.sign_in.claims import end_of

if TYPE_CHECKING:
    from datetime import datetime


class StaticToken:
    """From the settings; nobody but the operator can renew it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str | None:  # noqa: ARG002  the port's own
        return None

    def ends_at(self) -> datetime | None:
        return end_of(self._token)


class TokenFile:
    """Read before each request, so that whoever renews the file need not tell anybody.

    Between a writer's emptying the file and filling it again, and while the file is being replaced, the
    token read last is used. Airflow refuses that one once it has ended, and only then is the file's lack
    of a token told.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._last_read: str | None = None

    def current(self) -> str:
        try:
            return self._read()
        except Unavailable:
            if self._last_read is None:
                raise
            return self._last_read

    def renewed(self, refused: str) -> str | None:
        """Return what the file holds by now; None while that is still the one which Airflow refused."""
        token = self._read()
        return token if token != refused else None

    def ends_at(self) -> datetime | None:
        return None

    def _read(self) -> str:
        token = read_token(self._path)
        if not token.isprintable() or " " in token:
            raise _unreadable(self._path, "holds something other than one token")
        self._last_read = token
        return token


def read_token(path: Path) -> str:
    """Return the file's text without blanks around it. Raises Unavailable when there is none."""
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
