"""The drivers' exceptions, renamed to those of the house where they enter."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.domain.errors import Disturbed, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext

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
        ended = _ended(error)
        if ended is not None:
            raise ended from error
        if _first_line(error) in NO_DATABASE:
            raise Rejected("database", f"RUNBELL_DATABASE_URL: {_first_line(error)}", "file") from error
        raise Rejected("database", _first_line(error), type(error).__name__) from error
    except NoConnectionFree as error:
        raise Unavailable("database", "every connection is taken by something that waits") from error


def end_with_the_transaction(engine: Engine) -> None:
    """Let the statement after which no other of its transaction can succeed raise Disturbed or Unavailable.

    Else whoever lets the error of one thing not stop the others would go on, and fail with each of them.
    """

    @event.listens_for(engine, "handle_error")
    def _rename(context: ExceptionContext) -> None:
        if context.is_pre_ping:  # of a connection that died while it rested: the pool takes another one
            return
        error = context.sqlalchemy_exception
        if not isinstance(error, DBAPIError):
            return
        _forget_values(error)
        ended = _ended(error)
        if ended is not None:
            raise ended from error


def _ended(error: DBAPIError) -> Unavailable | None:
    """Return what ended the transaction; None if it only refused one statement."""
    if getattr(error.orig, "sqlstate", None) in DISTURBED:
        return Disturbed()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return Unavailable("database", _first_line(error))
    return None


def _forget_values(error: DBAPIError) -> None:
    """Leave the first line of what PostgreSQL said: those below it repeat the row that was to be written."""
    for each in (error, error.orig):
        if each is not None and each.args:
            each.args = (str(each.args[0]).partition("\n")[0], *each.args[1:])


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]
