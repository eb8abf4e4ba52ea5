"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal_column
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table


def insert_into(table: Table, dialect: str) -> Any:
    """Return the dialect's own INSERT, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


# These statements are built once for each table, because building one costs more than running it.


@cache
def _insert_new(table: Table, dialect: str) -> Any:
    return insert_into(table, dialect).on_conflict_do_nothing().returning(literal_column("1"))


@cache
def _upsert(table: Table, dialect: str, changed: frozenset[str]) -> Any:
    insert = insert_into(table, dialect)
    key = [column.name for column in table.primary_key]
    if not changed:
        return insert.on_conflict_do_nothing(index_elements=key)
    overwritten = {name: insert.excluded[name] for name in sorted(changed)}
    return insert.on_conflict_do_update(index_elements=key, set_=overwritten)


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row; return False if a unique key has one already, which stays as it is."""
    statement = _insert_new(table, connection.dialect.name)
    # The drivers' row counts do not tell, so what the statement returns is asked.
    return connection.execute(statement, dict(row)).first() is not None


def took_effect(connection: Connection, statement: Any) -> bool:
    """Return whether the statement wrote a row; the drivers' row counts do not tell."""
    return connection.execute(statement.returning(literal_column("1"))).first() is not None


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keep: Iterable[str] = (),
) -> None:
    """Insert the rows, or overwrite those whose primary key is there, except for the columns in `keep`."""
    if rows:
        unchanged = {*(column.name for column in table.primary_key), *keep}
        changed = frozenset(rows[0]) - unchanged
        connection.execute(_upsert(table, connection.dialect.name, changed), list(rows))
