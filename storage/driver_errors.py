"""The drivers' exceptions, renamed to those of the house where they enter."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.domain.errors import Disturbed, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTURBED = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of a serialization failure and of a deadlock."""
NO_DATABASE = {"file is not a database", "database disk image is malformed"}
"""SQLite's own messages for a file that holds something else."""


@contextmanager
def renamed_errors() -> Iterator[None]:
    """Raise Disturbed, Unavailable or Rejected for what the driver raises inside."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in DISTURBED:
            raise Disturbed from error
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise Unavailable("database", _first_line(error)) from error
        if _first_line(error) in NO_DATABASE:
            raise Rejected("database", f"RUNBELL_DATABASE_URL: {_first_line(error)}", "file") from error
        raise Rejected("database", _first_line(error), type(error).__name__) from error
    except NoConnectionFree as error:
        raise Unavailable("database", "every connection is taken by something that waits") from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]
