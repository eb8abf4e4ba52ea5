"""Empty, migrated databases of both kinds, as many as the tests want, each made cheaply."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import psycopg
from cryptography.fernet import Fernet
from sqlalchemy import event

from playground.postgresql import start_postgresql
from storage.database import Database
from storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    from sqlalchemy import Dialect

    from playground.postgresql import RunningPostgreSQL

Made = TypeVar("Made")
KINDS = ("sqlite", "postgresql")
EMPTY_ALL = "; ".join(
    (
        "BEGIN",
        "SET LOCAL session_replication_role = replica",  # in any order: no foreign key is looked at
        *(f'DELETE FROM "{each}"' for each in metadata.tables),  # TRUNCATE takes 50 times as long
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
        "COMMIT",
    )
)
END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
LOOKS_AGAIN_AFTER, ENDS_WITHIN = 0.001, 10.0
"""Seconds. PostgreSQL itself would look only every 100 ms whether a connection has ended."""


class Databases(Protocol):
    """Makes databases of one kind."""

    kind: str

    def fresh(self) -> AbstractContextManager[Database]:
        """An empty one, closed and given back when the block ends."""
        ...

    def put_in(self, database: Database, fill: Callable[[Database], Made]) -> Made | None:
        """Put into an unopened one what `fill` once put into another, and return what it returned then.

        None where copying is not possible.
        """
        ...


@contextmanager
def databases_of(kind: str) -> Iterator[Databases]:
    """For programs, which share no session's server: with a server of their own where the kind needs one."""
    with tempfile.TemporaryDirectory(prefix="runbell-databases-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            yield SQLiteDatabases(Path(folder))
            return
        server = start_postgresql(Path(folder) / "postgresql")
        databases = PostgreSQLDatabases(server)
        try:
            yield databases
        finally:
            databases.close()
            server.stop()


SECRETS_KEY = Fernet.generate_key().decode()
"""Of every PostgreSQL here; SQLite makes one for each file."""


class Compiled:
    """Statements as SQLAlchemy compiled them, kept for all databases of one kind: compiling takes most of a
    short test's time, and an engine alone forgets what the engine of the test before has compiled.
    """

    def __init__(self, connected: Database) -> None:
        self._dialect: Dialect = connected._engine.dialect
        self._statements: dict[Any, Any] = {}

    def share_with(self, database: Database) -> None:
        database._engine.dialect = self._dialect
        database._engine.update_execution_options(compiled_cache=self._statements)


class SQLiteDatabases:
    """Files copied from one that was migrated once."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.db"
        folder.mkdir(parents=True, exist_ok=True)
        database = Database(f"sqlite:///{self.template}")
        database.migrate()
        database.close()
        self._compiled = Compiled(database)
        self._filled: dict[Callable[[Database], Any], tuple[Path, Any]] = {}

    def put_in(self, database: Database, fill: Callable[[Database], Made]) -> Made | None:
        if fill not in self._filled:
            with self.fresh() as other:
                path, made = self.template.with_name(f"{len(self._filled)}.db"), fill(other)
                other.close()  # with the last connection SQLite writes all into the one file
                shutil.copy(str(other._url.database), path)
            self._filled[fill] = path, made
        path, made = self._filled[fill]
        shutil.copy(path, str(database._url.database))
        return made

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        with tempfile.TemporaryDirectory(prefix="runbell-", ignore_cleanup_errors=True) as folder:
            path = shutil.copy(self.template, Path(folder) / "runbell.db")
            database = Database(f"sqlite:///{path}")
            event.listen(database._engine, "connect", _trust_the_machine)
            self._compiled.share_with(database)
            try:
                yield database
            finally:
                database.close()


def _trust_the_machine(connection: Any, _: object) -> None:
    """Do not wait for the disk: no test pulls the plug, and a killed process loses nothing by it."""
    connection.execute("PRAGMA synchronous=OFF")


@dataclass(frozen=True, slots=True)
class _Emptied:
    """One of PostgreSQL's, migrated and empty, with a connection beside those of the test."""

    name: str
    url: str
    connection: psycopg.Connection

    def empty(self) -> None:
        """Wait until the test's connections have ended: what one was about to commit is not left behind."""
        deadline = time.monotonic() + ENDS_WITHIN
        while self.connection.execute(END_CONNECTIONS).fetchall():
            assert time.monotonic() < deadline, "a connection does not end"
            time.sleep(LOOKS_AGAIN_AFTER)
        self.connection.execute(EMPTY_ALL)

    def rows(self) -> _Rows:
        """Read all there is."""
        copied = {}
        for name in metadata.tables:
            with self.connection.cursor().copy(f'COPY "{name}" TO STDOUT') as table:
                copied[name] = b"".join(map(bytes, table))
        counted = self.connection.execute("SELECT sequencename, last_value FROM pg_sequences")
        return _Rows({name: rows for name, rows in copied.items() if rows}, dict(counted.fetchall()))

    def put(self, rows: _Rows) -> None:
        """Write what was read from another."""
        with self.connection.transaction():
            self.connection.execute("SET LOCAL session_replication_role = replica")  # in any order
            for name, copied in rows.copied.items():
                with self.connection.cursor().copy(f'COPY "{name}" FROM STDIN') as table:
                    table.write(copied)
            for name, last in rows.counted.items():
                if last is not None:
                    self.connection.execute("SELECT setval(%s, %s)", [name, last])


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a database holds: each table's rows as COPY writes them, and where each sequence stands."""

    copied: dict[str, bytes]
    counted: dict[str, int | None]


class PostgreSQLDatabases:
    """Databases on one server, migrated once each and emptied after use."""

    kind = "postgresql"

    def __init__(self, server: RunningPostgreSQL) -> None:
        self._server = server
        self._free: list[_Emptied] = []
        self._in_use: dict[str, _Emptied] = {}
        self._numbers = count(1)
        self._compiled: Compiled | None = None
        self._filled: dict[Callable[[Database], Any], tuple[_Rows, Any]] = {}

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        it = self._free.pop() if self._free else self._new()
        self._in_use[it.name] = it
        database = Database(it.url, [SECRETS_KEY])
        assert self._compiled is not None
        self._compiled.share_with(database)
        try:
            yield database
        finally:
            database.close()
            it.empty()
            self._free.append(it)
            del self._in_use[it.name]

    def put_in(self, database: Database, fill: Callable[[Database], Made]) -> Made | None:
        if fill not in self._filled:
            with self.fresh() as other:
                made = fill(other)
                self._filled[fill] = self._of(other).rows(), made
        rows, made = self._filled[fill]
        self._of(database).put(rows)
        return made

    def _of(self, database: Database) -> _Emptied:
        return self._in_use[str(database._url.database)]

    def close(self) -> None:
        for each in self._free:
            each.connection.close()

    def _new(self) -> _Emptied:
        name = f"world_{next(self._numbers)}"
        url = self._server.url_for(name, "psycopg")
        database = Database(url)
        database.migrate()
        database.close()
        self._compiled = self._compiled or Compiled(database)
        connection = psycopg.connect(
            host=str(self._server.socket), user="postgres", dbname=name, autocommit=True
        )
        return _Emptied(name, url, connection)
