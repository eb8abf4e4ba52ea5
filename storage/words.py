"""Words looked for in a column as both databases can: never fewer rows than fit, whatever the alphabet.

Databases know capitals of the Latin alphabet alone for sure, so a text with any other letter always counts
as one that fits; whoever asked looks at it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, cast, func, or_

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

MOST_WORDS = 20
"""More narrow nothing down."""


def holds(connection: Connection, column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Return the condition that the words stand somewhere in the column."""
    return _is_like(connection, column, words, "%")


def begins(connection: Connection, column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Return the condition that the column begins with the words."""
    return _is_like(connection, column, words, "")


def in_order(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return what sorts a column without regard to capitals, the same way on both databases."""
    is_sqlite = connection.dialect.name == "sqlite"
    return func.lower(column if is_sqlite else column.collate("C"))


def _is_like(
    connection: Connection, column: ColumnElement[str], words: str, before: str
) -> ColumnElement[bool]:
    wanted = words.casefold()
    if not wanted.isascii():  # which no text of the Latin alphabet alone holds
        return _has_other_letters(connection, column)
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    fits = in_order(connection, column).like(f"{before}{escaped}%", escape="\\")
    return or_(fits, _has_other_letters(connection, column))


def _has_other_letters(connection: Connection, column: ColumnElement[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        return func.length(cast(column, LargeBinary)) != func.length(column)
    return func.octet_length(column) != func.char_length(column)
