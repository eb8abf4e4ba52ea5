"""Empty, migrated databases of both kinds, as many as the tests want, each made cheaply."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import psycopg
from cryptography.fernet import Fernet

from playground.postgresql import start_postgresql
from storage.database import Database
from storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from playground.postgresql import RunningPostgreSQL

KINDS = ("sqlite", "postgresql")
EMPTY_ALL = "TRUNCATE {} RESTART IDENTITY CASCADE".format(", ".join(f'"{each}"' for each in metadata.tables))
END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Databases(Protocol):
    """Makes databases of one kind."""

    kind: str

    def fresh(self) -> AbstractContextManager[Database]:
        """An empty one, closed and given back when the block ends."""
        ...


@contextmanager
def databases_of(kind: str) -> Iterator[Databases]:
    """For programs, which share no session's server: with a server of their own where the kind needs one."""
    with tempfile.TemporaryDirectory(prefix="runbell-databases-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            yield SQLiteDatabases(Path(folder))
            return
        server = start_postgresql(Path(folder) / "postgresql")
        try:
            yield PostgreSQLDatabases(server)
        finally:
            server.stop()


SECRETS_KEY = Fernet.generate_key().decode()
"""Of every PostgreSQL here; SQLite makes one for each file."""


class SQLiteDatabases:
    """Files copied from one that was migrated once."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.db"
        folder.mkdir(parents=True, exist_ok=True)
        database = Database(f"sqlite:///{self.template}")
        database.migrate()
        database.close()

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        with tempfile.TemporaryDirectory(prefix="runbell-", ignore_cleanup_errors=True) as folder:
            path = shutil.copy(self.template, Path(folder) / "runbell.db")
            database = Database(f"sqlite:///{path}")
            try:
                yield database
            finally:
                database.close()


class PostgreSQLDatabases:
    """Databases on one server, migrated once each and emptied after use: five times as fast as new ones."""

    kind = "postgresql"

    def __init__(self, server: RunningPostgreSQL) -> None:
        self._server = server
        self._free: list[str] = []
        self._numbers = count(1)

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        name = self._free.pop() if self._free else self._new()
        database = Database(self._server.url_for(name, "psycopg"), [SECRETS_KEY])
        try:
            yield database
        finally:
            database.close()
            self._empty(name)
            self._free.append(name)

    def _new(self) -> str:
        name = f"world_{next(self._numbers)}"
        database = Database(self._server.url_for(name, "psycopg"))
        database.migrate()
        database.close()
        return name

    def _empty(self, name: str) -> None:
        """Whoever is still connected (a thread that a test left behind) is cut off first."""
        with psycopg.connect(
            host=str(self._server.socket), user="postgres", dbname=name, autocommit=True
        ) as connection:
            connection.execute(END_CONNECTIONS)
            connection.execute(EMPTY_ALL)
