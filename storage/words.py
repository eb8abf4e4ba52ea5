"""Words looked for in a column as both databases can: never fewer rows than fit, whatever the alphabet.

Databases know capitals of the Latin alphabet alone for sure. So any other letter of the words may stand for
any letters of the column, and a column with a letter that folds into Latin ones, as “ß” into “ss”, always
counts as one that fits; whoever asked looks at what is found again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, and_, cast, func, or_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

MOST_WORDS = 20
"""More narrow nothing down."""
FOLD_INTO_LATIN = (
    "\xdf\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a"
    "\u1e9e\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
)
"""All other letters whose `casefold` has a letter of the Latin alphabet."""
_OTHER_LETTERS = re.compile(r"[^\x00-\x7f]+")


def all_stand_in(
    connection: Connection, columns: Sequence[ColumnElement[str]], words: Sequence[str]
) -> list[ColumnElement[bool]]:
    """Return conditions that each of the words stands somewhere in one of the columns."""
    return [or_(*(holds(connection, each, word) for each in columns)) for word in words[:MOST_WORDS]]


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
    escaped = words.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = _OTHER_LETTERS.sub("%", f"{before}{escaped}%")
    fits: ColumnElement[bool] = in_order(connection, column).like(pattern, escape="\\")
    if not escaped.isascii():  # which no text of the Latin alphabet alone holds
        fits = and_(fits, _has_other_letters(connection, column))
    return or_(fits, and_(_has_other_letters(connection, column), _folds_into_latin(connection, column)))


def _has_other_letters(connection: Connection, column: ColumnElement[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        return func.length(cast(column, LargeBinary)) != func.length(column)
    return func.octet_length(column) != func.char_length(column)


def _folds_into_latin(connection: Connection, column: ColumnElement[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        return column.op("GLOB", is_comparison=True)(f"*[{FOLD_INTO_LATIN}]*")
    return func.translate(column, FOLD_INTO_LATIN, "") != column
