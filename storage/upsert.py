"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal_column
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table


def insert_for(connection: Connection, table: Table) -> Any:
    """Return the dialect's own INSERT, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


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
    if not rows:
        return
    insert = insert_for(connection, table)
    key = [column.name for column in table.primary_key]
    unchanged = {*key, *keep}
    changed = {name: insert.excluded[name] for name in rows[0] if name not in unchanged}
    if changed:
        statement = insert.on_conflict_do_update(index_elements=key, set_=changed)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=key)
    connection.execute(statement, list(rows))
