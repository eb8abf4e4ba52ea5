"""Everything that a database remembers: read, compared, and put back as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, event, insert, select

from storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Table

    from storage.database import Database

    Rows = dict[str, list[dict[str, Any]]]

_WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
"""Anywhere in the statement, for one may begin with WITH. What is no table is left out by whoever looks."""


class Kept:
    """Every row as it stands when this is made. Only tables that were written to since are put back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = dump(database, but=frozenset())
        self._written: set[str] = set()
        event.listen(database._engine, "before_cursor_execute", self._executes)

    def _executes(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith("SELECT"):
            self._written.update(_WRITES.findall(statement))

    def restore(self) -> None:
        tables = _with_what_hangs_on_them(self._written)
        if not tables:
            return
        with self._database.transaction() as tx:
            for table in reversed(tables):
                tx.connection.execute(delete(table))
            for table in tables:
                if self._rows[table.name]:
                    tx.connection.execute(insert(table), self._rows[table.name])
        self._written.clear()


def _with_what_hangs_on_them(names: Iterable[str]) -> list[Table]:
    """Return the tables and those whose rows cannot stay without theirs, what others hang on first."""
    found = set(names)
    for table in metadata.sorted_tables:
        if any(key.column.table.name in found for key in table.foreign_keys):
            found.add(table.name)
    return [table for table in metadata.sorted_tables if table.name in found]


def dump(
    database: Database,
    *,
    without: frozenset[str] = frozenset(),
    but: frozenset[str] = frozenset({"confirmed_at"}),
) -> Rows:
    """Everything that is remembered, but for these tables and columns: for when Slack was last asked."""
    with database.transaction() as tx:
        return {
            table.name: [
                {name: value for name, value in row.items() if name not in but}
                for row in tx.connection.execute(select(table)).mappings()
            ]
            for table in metadata.sorted_tables
            if table.name not in without
        }


def changed(before: Rows, after: Rows) -> set[str]:
    """Return the tables with other rows than before. Their order does not count: an UPDATE that changes
    nothing moves a row to the end on PostgreSQL.
    """
    return {
        name
        for name in before
        if before[name] != after[name] and sorted(map(repr, before[name])) != sorted(map(repr, after[name]))
    }
